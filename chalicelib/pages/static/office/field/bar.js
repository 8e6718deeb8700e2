// The line that says what is sent and what waits, and the alarm where the phone keeps nothing.
const Bar = (() => {
  const alarm = h('div');

  function signIn() {
    const next = encodeURIComponent('/cadre' + location.search);
    const path = '/login?next=' + next + '&lang=' + cfg.language;
    const made = link(T('sign_in'), path + location.hash);
    if (Store.trouble()) made.target = '_blank'; // this page holds what is not kept
    return made;
  }

  /**
   * What there is to say of sending; act: what whoever reads it can do.
   * @param {{ waiting: number, refused: number, sent: number }} counted
   * @returns {{ words: string, colour?: string, act?: HTMLElement }}
   */
  function progress(counted) {
    const n = counted.waiting;
    const trouble = Store.trouble();
    const offline = navigator.onLine === false || app.halted === 'offline';
    if (app.halted === 'locked') return { words: T('sync_locked'), colour: 'warn', act: signIn() };
    if (app.halted === 'sign_in') {
      const words = n ? T('sync_sign_in', { n }) : T('sync_signed_out');
      return { words, colour: 'warn', act: signIn() };
    }
    if (app.halted === 'not_cadre') {
      return { words: T('not_cadre'), colour: 'bad', act: link(T('desk'), '/') };
    }
    if (app.halted === 'full') return { words: T('full'), colour: 'bad' };
    if (app.running && n) return { words: T('sync_sending', { n }) };
    if (n) return { words: T(offline ? 'sync_offline' : 'sync_waiting', { n }), colour: 'warn' };
    if (offline) {
      return { words: T(trouble ? 'sync_no_network_unkept' : 'sync_no_network'), colour: 'warn' };
    }
    if (app.lastDone && (!trouble || counted.sent)) {
      const time = timeOfDay(app.lastDone);
      return { words: T(counted.refused ? 'sync_rest' : 'sync_none', { time }) };
    }
    return { words: counted.refused ? '' : T('sync_nothing') };
  }

  /** Of the records of other accounts. */
  function others() {
    if (!app.others) return '';
    return T(app.halted === 'locked' ? 'locked_waits' : 'sync_others', { n: app.others });
  }

  function drawAlarm() {
    const trouble = Store.trouble();
    const words = trouble ? T(trouble) : '';
    if (alarm.textContent === words) return;
    fill(alarm, words && h('p.card.error', { role: 'alert' }, words));
  }

  function draw() {
    const counted = Queue.count(app.records, Account.me());
    const { refused, waiting } = counted;
    const holder = byId('sync');
    drawAlarm();
    if (Taps.holdPart(holder)) return;
    const { words, colour = '', act = waiting ? sendNow() : null } = progress(counted);
    const bad = refused || (Store.trouble() && (waiting || colour));
    const text = [refused && T('sync_refused', { n: refused }), words, Clock.words(), others()]
      .filter(Boolean)
      .join(' · ');
    const shown = holder.querySelector('span');
    holder.className = 'sync ' + (bad ? 'bad' : colour);
    if (shown && shown.textContent === text && !!holder.querySelector('.btn') === !!act) return;
    fill(holder, h('span', text), act);
  }

  function sendNow() {
    return button(T('sync_now'), '', Sending.hurry);
  }

  return { alarm, draw };
})();
