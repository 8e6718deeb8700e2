// What waits on the phone, and what becomes of it. Pure: no clock, no network, no storage, so that
// a test can drive it through any sequence of faults (tests/field).
//
// A record: {v, key, kind, id, account, needs, made, draft, body, state, tries, notBefore, ...}
//   kind      household | batch | shot | inspection | move | bytes; a photo is a shot (its size and hash, sent
//             before the inspection that names it) and its bytes (sent after everything else)
//   needs     keys of the records that the server must have first
//   draft     what was typed; body: the same as it is sent, fixed before the first try, so that
//             every replay is the same to the byte and makes no second record
//   state     waiting | sent | refused; "sending" is never stored: whoever wakes up finds waiting
const Queue = (() => {
  const RANK = { household: 0, batch: 1, shot: 2, inspection: 3, move: 4, bytes: 5 };
  const DAY = 86400000;
  const KEPT_DAYS = 7;

  /** @template {{ key: string }} Keyed @param {Keyed[]} records */
  function byKey(records) {
    /** @type {{ [key: string]: Keyed }} */
    const known = {};
    for (const record of records) known[record.key] = record;
    return known;
  }

  /** @param {FieldRecord[]} records @param {string} account */
  function of(records, account) {
    return records.filter(record => record.account === account);
  }

  /**
   * A copy; what is given stays as it is.
   * @template {object} Thing
   * @template {object} Fields
   * @param {Thing} record
   * @param {Fields} [fields]
   * @returns {Thing & Fields}
   */
  function changed(record, fields) {
    /** @type {any} */
    const copy = {};
    for (const name in record) copy[name] = record[name];
    for (const name in fields) copy[name] = fields[name];
    return copy;
  }

  /**
   * A record that is gone was sent and forgotten; only one that is here and not sent holds others.
   * @param {FieldRecord} record
   * @param {{ [key: string]: FieldRecord }} all
   */
  function holdsBack(record, all) {
    return record.needs.map(key => all[key]).find(need => need && need.state !== 'sent');
  }

  /** @param {FieldRecord} a @param {FieldRecord} b */
  function inOrder(a, b) {
    return RANK[a.kind] - RANK[b.kind] || a.made - b.made || (a.key < b.key ? -1 : 1);
  }

  /** @param {FieldRecord[]} records @param {string} account */
  function open(records, account) {
    const all = byKey(records);
    return of(records, account).filter(
      record => record.state === 'waiting' && !holdsBack(record, all)
    );
  }

  /**
   * What to send now, or nothing.
   * @param {FieldRecord[]} records
   * @param {string} account
   * @param {number} now
   */
  function next(records, account, now) {
    const ready = open(records, account).filter(record => record.notBefore <= now);
    return ready.sort(inOrder)[0];
  }

  /**
   * When there is something to send again, in ms since 1970; Infinity: never by itself.
   * @param {FieldRecord[]} records
   * @param {string} account
   */
  function wakeAt(records, account) {
    return Math.min(...open(records, account).map(record => record.notBefore));
  }

  /**
   * Whether this account may type it anew or discard it: only whoever made it. What was tried may be
   * on the server already, so it stays as it is until the server has said no.
   * @param {FieldRecord} record
   * @param {string} account
   */
  function editable(record, account) {
    const untried = record.state === 'waiting' && record.body === null;
    return record.account === account && (record.state === 'refused' || untried);
  }

  /**
   * What goes when one is discarded: it, whoever hangs on it, and whoever hangs on those.
   * @param {FieldRecord[]} records
   * @param {string} key
   */
  function withDependents(records, key) {
    const keys = [key];
    for (let grew = true; grew; ) {
      const more = records.filter(
        record =>
          keys.indexOf(record.key) < 0 &&
          record.state !== 'sent' &&
          record.needs.some(need => keys.indexOf(need) >= 0)
      );
      keys.push(...more.map(record => record.key));
      grew = more.length > 0;
    }
    return keys;
  }

  /**
   * What a record is that nobody has tried to send yet.
   * @returns {Pick<FieldRecord, 'body' | 'state' | 'tries' | 'notBefore' | 'why' | 'code' | 'errors'>}
   */
  function untried() {
    return {
      body: null,
      state: 'waiting',
      tries: 0,
      notBefore: 0,
      why: '',
      code: '',
      errors: []
    };
  }

  /**
   * Sent longer than seven days ago, and nothing that waits names it.
   * @param {FieldRecord[]} records
   * @param {number} now
   */
  function outdated(records, now) {
    return records.filter(
      ({ key, state, sentAt }) =>
        state === 'sent' &&
        now - sentAt > KEPT_DAYS * DAY &&
        !records.some(other => other.state !== 'sent' && other.needs.indexOf(key) >= 0)
    );
  }

  /** @param {FieldRecord[]} records @param {string} account */
  function count(records, account) {
    const counted = { waiting: 0, refused: 0, sent: 0, others: 0 };
    for (const record of records) {
      if (record.kind === 'shot') continue; // a photo is one thing to whoever took it
      if (record.account === account) counted[record.state]++;
      else if (record.state !== 'sent') counted.others++;
    }
    return counted;
  }

  return {
    DAY,
    byKey,
    of,
    changed,
    holdsBack,
    next,
    wakeAt,
    editable,
    withDependents,
    untried,
    outdated,
    count
  };
})();
