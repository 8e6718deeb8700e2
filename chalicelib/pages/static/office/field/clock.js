// The phone's clock against the server's. Set back or on, it is noticed against the time since the
// page was opened, which only ever runs on; not while the phone slept, when that stands still. Put
// back while no page was open, it is noticed against the last moment that is written down, and
// nobody knows by how much.
const Clock = (() => {
  const LOOK_EVERY = 3000;
  const FAR_OFF = 600000;
  let offset = 0; // the server's time minus the phone's
  let since = 0; // the last moment that is known, by the server's clock
  let doubt = false;
  let opened = 0; // when the page was, by the phone's clock: moves only with that
  let away = true; // whether it may have slept

  /** The server's, as far as it is known. */
  function now() {
    return Math.max(Date.now() + offset, since);
  }

  function look() {
    const start = Date.now() - performance.now();
    const jump = start - (opened || start);
    opened = start;
    if (jump < -Times.STEADY || (jump > Times.STEADY && !away)) {
      offset -= jump;
      keep();
      Bar.draw();
    }
    away = document.hidden;
  }

  function keep() {
    since = now();
    Store.keep('clock', { offset, since, doubt, at: Date.now() });
  }

  /** @param {KeptClock} kept */
  function set(kept) {
    offset = kept.offset;
    since = kept.since;
    doubt = kept.doubt || Date.now() < kept.at - Times.STEADY;
  }

  /** @param {number} server what its clock says */
  function setBy(server) {
    look();
    set({ offset: server - Date.now(), since: server, at: 0 });
    keep();
  }

  function watch() {
    look();
    setInterval(look, LOOK_EVERY);
    for (const name of ['blur', 'freeze']) {
      window.addEventListener(name, () => {
        away = true;
      });
    }
  }

  /** What a record has to say of the clock it is made by. */
  function known() {
    look();
    return { offset, since, doubt };
  }

  /** What whoever looks at the page has to know of it, or nothing. */
  function words() {
    if (doubt) return T('clock_doubt');
    return Math.abs(offset) > FAR_OFF ? T('clock_off', { time: moment(now()) }) : '';
  }

  /** When a record was made, by the server's clock. @param {FieldRecord} record */
  function madeAt(record) {
    return Times.timed(record, offset, Date.now()).at;
  }

  return { now, look, known, madeAt, words, set, setBy, watch, offset: () => offset };
})();
