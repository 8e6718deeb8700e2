// The page of an import: its parts, its one main action, and what it says. ES5.
var ImportPage = (function () {
  var MAIN = ['start', 'send-items', 'send-columns', 'to-pack'];
  var HASTY = 700; // ms in which the second of two taps falls on whatever stands there by then
  var cfg = config();
  var tapped = 0;
  var later = 0;
  /** @type {(() => void) | null} */
  var repeat = null;

  /** @param {string} id @param {boolean} shown */
  function show(id, shown) {
    if (byId(id)) byId(id).hidden = !shown;
  }

  /**
   * @param {Element} parent
   * @param {string} name
   * @param {string | null} [text]
   * @param {string} [className]
   * @returns {any} the element that was added
   */
  function add(parent, name, text, className) {
    var element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    parent.appendChild(element);
    return element;
  }

  /**
   * A labelled choice. Without a known choice none is made.
   * @param {Element} parent
   * @param {string} id
   * @param {string} label
   * @param {string[][]} options [value, words]
   * @param {string} chosen
   */
  function select(parent, id, label, options, chosen) {
    var field = add(parent, 'div', null, 'field');
    var known = false;
    add(field, 'label', label).htmlFor = id;
    var choice = add(field, 'select');
    choice.id = id;
    for (var i = 0; i < options.length; i++) {
      var option = add(choice, 'option', options[i][1]);
      option.value = options[i][0];
      if (options[i][0] === chosen) option.selected = known = true;
    }
    if (!known) choice.value = '';
  }

  /**
   * Why it does not go on.
   * @param {string} why
   * @param {(() => void) | null} [again] what may be tried once more
   */
  function fail(why, again) {
    byId('why').textContent = why;
    repeat = again || null;
    show('again', !!again);
    show('wrong', true);
  }

  /**
   * Shows the one main action of this step. For a moment after a tap what was there stays, and does
   * nothing.
   * @param {string} id
   */
  function main(id) {
    var wait = tapped + HASTY - Date.now();
    clearTimeout(later);
    if (wait > 0) {
      later = setTimeout(function () {
        main(id);
      }, wait);
    }
    for (var i = 0; i < MAIN.length; i++) {
      if (wait <= 0) show(MAIN[i], MAIN[i] === id);
      byId(MAIN[i]).disabled = wait > 0;
    }
  }

  /** @param {string} text @param {number | null} share of 100, null: not known */
  function busy(text, share) {
    show('busy', true);
    byId('doing').textContent = text;
    if (share === null) byId('bar-done').removeAttribute('value');
    else byId('bar-done').value = share;
  }

  document.addEventListener(
    'click',
    function () {
      tapped = Date.now();
    },
    true
  );
  if (byId('again')) {
    byId('again').onclick = function () {
      if (repeat) repeat();
    };
  }

  return {
    cfg: cfg,
    words: cfg.words,
    show: show,
    add: add,
    select: select,
    fail: fail,
    main: main,
    busy: busy
  };
})();
