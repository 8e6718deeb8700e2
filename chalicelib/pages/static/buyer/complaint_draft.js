// Nothing that was filled in is lost when the network is: choices, words and the ids of photos that
// were sent are kept as long as the page's tab. ES5, for WebViews of Chrome 50.
var ComplaintDraft = (function () {
  var NAME = 'shanhuo.draft' + config().path;
  var form = byId('form');
  var note = byId('note');

  /** @param {string} [value] */
  function stored(value) {
    try {
      if (value) window.sessionStorage.setItem(NAME, value);
      return window.sessionStorage.getItem(NAME);
    } catch (error) {
      return null;
    }
  }

  function save() {
    /** @type {{ [name: string]: string }} */
    var values = {};
    for (var i = 0; i < form.elements.length; i++) {
      var input = form.elements[i];
      if (!input.name || input.name === 'form_key') continue;
      if (input.type !== 'radio' || input.checked) values[input.name] = input.value;
    }
    stored(JSON.stringify(values));
  }

  function kept() {
    try {
      return JSON.parse(stored() || '{}');
    } catch (error) {
      return {};
    }
  }

  function restore() {
    var values = kept();
    var asked = /[?&]reason=(\w+)/.exec(location.search);
    if (asked) values.reason = asked[1];
    for (var i = 0; i < form.elements.length; i++) {
      var input = form.elements[i];
      var value = values[input.name];
      if (!input.name || input.name === 'form_key' || value === undefined) continue;
      if (input.type === 'radio') {
        if (input.value === value && !chosen(input.name)) input.checked = true;
      } else if (!input.value) input.value = value;
    }
    if (note.value) note.parentNode.open = true;
  }

  /** @param {string} name of a group of radio buttons */
  function chosen(name) {
    return form.querySelector('[name=' + name + ']:checked');
  }

  /** How much of it is damaged is asked only where that says something. */
  function share() {
    var reason = chosen('reason');
    var box = byId('share');
    if (!box) return;
    box.hidden = !!reason && !/^(damaged|rotten|short_weight|other)$/.test(reason.value);
    var inputs = box.querySelectorAll('input');
    for (var i = 0; box.hidden && i < inputs.length; i++) inputs[i].checked = false;
  }

  return { save: save, restore: restore, share: share };
})();
