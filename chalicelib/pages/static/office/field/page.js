// Draws the screen of the route, says what was done, and goes from one to the next.
const Page = (() => {
  const HASTY = 400; // ms in which the second tap of a hasty thumb would open the next form
  const notice = h('div', { role: 'alert' });
  let toSay = ''; // on the screen that opens next

  /** What is typed is kept, and the form that it was typed into is gone. */
  function leave() {
    keepTyped();
    app.leaving = null;
  }

  function welcome() {
    /** @type {{ [halted: string]: string }} */
    const why = { locked: 'locked', sign_in: 'sync_signed_out' };
    const words = T(why[app.halted] || 'first_time');
    return { body: [heading(T('title')), h('p.card', words)], bar: [] };
  }

  function draw() {
    leave();
    if (Account.locked()) app.halted = 'locked';
    const screen = app.data ? Routes.screen(location.hash) : welcome();
    fill(byId('app'), Bar.alarm, notice, screen.body);
    fill(byId('bar'), screen.bar);
    byId('nav').hidden = !screen.bar.filter(Boolean).length;
    byId('who').textContent = app.data ? app.data.name : '';
    app.opening = false;
    Bar.draw();
  }

  /** By what their headings say, without the number that counts what is in them. */
  function folds() {
    return Array.from(byId('app').querySelectorAll('details'), fold => {
      const title = /** @type {Node} */ (fold.firstChild).textContent || '';
      return { fold, title: title.replace(/\d+/, '') };
    });
  }

  function drawInPlace() {
    /** @type {{ [title: string]: boolean }} */
    const open = {};
    const top = window.pageYOffset;
    const busy = document.activeElement && document.activeElement.getAttribute('href');
    for (const { fold, title } of folds()) open[title] = fold.open;
    draw();
    for (const { fold, title } of folds()) if (title in open) fold.open = open[title];
    const links = Array.from(document.querySelectorAll('a'));
    const same = busy && links.find(anchor => anchor.getAttribute('href') === busy);
    if (same) same.focus({ preventScroll: true });
    window.scrollTo(0, top);
  }

  /** Draws what has changed, where that takes nothing from whoever is at it. */
  function redraw() {
    if (!Taps.hold() && (!app.data || Routes.isQuiet(location.hash))) drawInPlace();
    else Bar.draw();
  }

  /** Lets nobody tap what now stands where the button stood that was just tapped. */
  function restBar() {
    const nav = byId('nav');
    nav.className = 'bar still';
    setTimeout(() => {
      nav.className = 'bar';
    }, HASTY);
  }

  /** Draws a screen that was just come to. */
  function opened() {
    fill(notice);
    app.opening = true;
    draw();
    if (toSay) {
      say(toSay, Store.trouble() ? 'stop' : 'done');
      restBar();
    }
    toSay = '';
    window.scrollTo(0, 0);
    const title = document.querySelector('h1');
    if (title) title.focus({ preventScroll: true });
  }

  /** @param {string} hash @param {string} [words] to be said there */
  function go(hash, words) {
    toSay = words || '';
    if (location.hash === hash || (hash === '#' && !location.hash)) opened();
    else location.hash = hash;
  }

  function hush() {
    fill(notice);
  }

  /** @param {string} words @param {'done' | 'stop'} kind @param {HTMLElement} [act] */
  function say(words, kind, act) {
    fill(notice, h('p', { class: 'card ' + (kind === 'stop' ? 'error' : 'done') }, words, act));
    if (kind === 'stop') window.scrollTo(0, 0);
    Bar.draw(); // what was not kept is not said to be
  }

  return { draw, redraw, opened, leave, go, hush, say };
})();
