// When to send: on opening, on coming back, when there is network again, and now and then. One page
// sends at a time. If two do send, they send identical requests.
const Sending = (() => {
  // In milliseconds.
  const WAIT_AT_MOST = 60000;
  const WAIT_WHEN_HALTED = 10000;
  const WAIT_FOR_OTHER_PAGE = 2000;
  const LEASE = 45000; // of the page that sends, in a browser without locks
  const page = uuid();
  let timer = 0;
  let startAgain = false; // once this round has ended

  function waiting() {
    return Queue.count(app.records, Account.me());
  }

  /** @param {string} words */
  function lease(words) {
    try {
      localStorage.setItem('shanhuo-sync', words);
    } catch (error) {} // forbidden by the browser
  }

  function leased() {
    try {
      return JSON.parse(localStorage.getItem('shanhuo-sync') || 'null');
    } catch (error) {
      return null;
    }
  }

  /** What `work` gives, or null if another page is at it. @param {() => Promise<true>} work */
  async function alone(work) {
    if (Store.trouble() === 'no_store') return work(); // it shares nothing with other pages
    if (navigator.locks) {
      return navigator.locks.request('shanhuo-sync', { ifAvailable: true }, lock =>
        lock ? work() : null
      );
    }
    const held = leased();
    if (held && held.who !== page && Date.now() - held.at < LEASE) return null;
    lease(JSON.stringify({ who: page, at: Date.now() }));
    try {
      return await work();
    } finally {
      lease('');
    }
  }

  /**
   * One round: reads what waits on the phone, asks what the server knows, sends, and tidies up.
   * @param {boolean} asked by whoever holds the phone @returns {Promise<true>}
   */
  async function syncOnce(asked) {
    let ended = '';
    const kept = await Loading.load();
    if (Account.locked()) {
      app.halted = 'locked';
      return true;
    }
    if (navigator.onLine === false && !asked) {
      app.halted = 'offline'; // not tried, so it may still be corrected
      return true;
    }
    startAgain = false; // all that called for a round until here goes with this one
    const before = waiting().sent;
    if (app.halted || Server.stale()) ended = await Server.refresh();
    if (!ended) ended = await Server.send();
    app.halted = ended === 'done' ? '' : ended;
    if (!app.halted) {
      app.lastDone = Date.now();
      if (Store.trouble() && !waiting().waiting) Page.hush(); // nothing is left to lose
      if (waiting().sent > before) await Server.refresh();
    }
    const outdated = Queue.outdated(kept.records, Date.now());
    await Records.put(
      [],
      outdated.map(record => record.key)
    );
    return true;
  }

  /** @param {boolean} [asked] by whoever holds the phone */
  async function start(asked) {
    let mine = null;
    if (app.running) {
      startAgain = true; // what is to be sent may have come too late for this round
      return;
    }
    clearTimeout(timer);
    app.running = true;
    startAgain = false;
    Bar.draw();
    try {
      mine = await alone(() => syncOnce(asked === true));
      if (!mine) {
        await Loading.load();
        app.halted = ''; // another page sends
      }
    } finally {
      app.running = false;
      app.sending = '';
      again(mine);
      if (startAgain) soon();
      app.opening = true;
      Page.redraw();
    }
  }

  /** @param {true | null} mine whether it was this page that sent */
  function again(mine) {
    const at = app.data ? Queue.wakeAt(app.records, Account.me()) : Infinity;
    const wait = Math.min(WAIT_AT_MOST, Math.max(1000, at - Date.now()));
    clearTimeout(timer);
    if (app.halted === 'sign_in' || app.halted === 'not_cadre' || at === Infinity) return;
    timer = setTimeout(
      start,
      !mine ? WAIT_FOR_OTHER_PAGE : app.halted ? Math.max(wait, WAIT_WHEN_HALTED) : wait
    );
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(start, 50);
    Bar.draw();
  }

  /** Whoever presses the button does not want to wait for the next try. */
  async function hurry() {
    app.records = app.records.map(record =>
      record.state === 'waiting' ? Queue.changed(record, { notBefore: 0 }) : record
    );
    await Records.put(
      app.records.filter(
        ({ state, notBefore, tries }) => state === 'waiting' && !notBefore && tries
      )
    );
    start(true);
  }

  return { start, soon, hurry };
})();
