// What an answer of the server makes of a record. Pure, as queue.js.
const Settling = (() => {
  const FIRST_PAUSE = 2000;
  const LONGEST_PAUSE = 300000;
  /** @type {{ [move in Move]: BatchState }} */
  const MOVED_TO = { hold: 'held', release: 'passed', recall: 'recalled' };

  /** @param {number} tries @param {number} random */
  function pause(tries, random) {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(tries, 20));
    return longest / 2 + (random * longest) / 2;
  }

  /**
   * Whether it is our server that took this very record: a hotel's Wi-Fi says 200 to anything.
   * @param {FieldRecord} record
   * @param {Content | null} body
   */
  function confirmed(record, body) {
    if (!body) return false;
    if (record.kind === 'shot') return body.photo_id === record.id;
    if (record.kind === 'bytes') return body.photo_id === record.id && body.uploaded === true;
    // of its village, but perhaps the one that another phone added
    if (record.kind === 'household') return body.id && body.village_id === record.draft.village_id;
    return body.id === (record.kind === 'move' ? record.batch : record.id);
  }

  /** Busy, slow or not our server's word: the same may be taken later. @param {Answer} answer */
  function mayComeRight(answer) {
    const { status, body } = answer;
    if (status === 409 && body && body.code === 'in_progress') return true;
    return (
      [408, 425, 429].indexOf(status) >= 0 || status >= 500 || status < 400 || !(body && body.code)
    );
  }

  /**
   * It is where it was to go.
   * @param {FieldRecord} record
   * @param {Content | null} body
   */
  function movedAlready(record, body) {
    if (record.kind !== 'move' || !body) return false;
    return body.code === 'not_allowed_now' && body.state === MOVED_TO[record.move];
  }

  /**
   * @param {FieldRecord} record
   * @param {Answer} answer
   * @param {number} now
   * @param {number} random from 0 to 1, so that phones do not come back all at once
   * @returns {Settled}
   */
  function settle(record, answer, now, random) {
    const { status, body } = answer;
    const tries = record.tries + 1;

    /** @param {object} fields @param {Settled['halt']} [halt] */
    function becomes(fields, halt) {
      return { record: Queue.changed(record, fields), halt: halt || null };
    }
    function sent() {
      return becomes({ state: 'sent', tries, sentAt: now, answer: body, why: '', code: '' });
    }
    /** @param {Settled['halt']} [halt] */
    function later(halt) {
      const wait = Math.max(pause(tries - 1, random), 1000 * (answer.retryAfter || 0));
      return becomes(
        { tries, status, why: (body && body.detail) || '', notBefore: now + wait },
        halt
      );
    }

    if (status >= 200 && status < 300) return confirmed(record, body) ? sent() : later();
    if (status === 401) return { record, halt: 'sign_in' };
    if (status === 403 && body && body.code === 'csrf') {
      // a new session: at once with its token, but should that be refused as well, with pauses
      return record.stale ? later('refresh') : becomes({ stale: true }, 'refresh');
    }
    if (movedAlready(record, body)) return sent();
    if (mayComeRight(answer) || !body) return later();
    return becomes({
      state: 'refused',
      tries,
      status,
      why: body.detail || '',
      code: body.code,
      errors: body.errors || []
    });
  }

  return { settle };
})();
