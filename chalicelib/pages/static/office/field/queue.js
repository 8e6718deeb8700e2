// What waits on the phone, and what becomes of it. Pure: no clock, no network, no storage, so that
// a test can drive it through any sequence of faults (tests/field).
//
// A record: {v, key, kind, id, account, needs, made, draft, body, state, tries, notBefore, ...}
//   kind      batch | shot | inspection | move | bytes; a photo is a shot (its size and hash, sent
//             before the inspection that names it) and its bytes (sent after everything else)
//   needs     keys of the records that the server must have first
//   draft     what was typed; body: the same as it is sent, fixed before the first try, so that
//             every replay is the same to the byte and makes no second record
//   state     waiting | sent | refused; "sending" is never stored: whoever wakes up finds waiting
var Queue = (function () {
  var RANK = { batch: 0, shot: 1, inspection: 2, move: 3, bytes: 4 };
  var FIRST_PAUSE = 2000,
    LONGEST_PAUSE = 300000,
    DAY = 86400000,
    KEPT_DAYS = 7,
    STEADY = 120000;
  var MOVED_TO = { hold: 'held', release: 'passed', recall: 'recalled' };

  function byKey(records) {
    var found = {};
    records.forEach(function (one) {
      found[one.key] = one;
    });
    return found;
  }

  // A record that is gone was sent and forgotten; only one that is here and not sent holds others.
  function holdsBack(record, all) {
    return record.needs
      .map(function (key) {
        return all[key];
      })
      .filter(function (one) {
        return one && one.state !== 'sent';
      })[0];
  }

  function before(a, b) {
    return (
      RANK[a.kind] - RANK[b.kind] ||
      (a.made < b.made ? -1 : a.made > b.made ? 1 : a.key < b.key ? -1 : 1)
    );
  }

  function open(records, account) {
    var all = byKey(records);
    return records.filter(function (one) {
      return one.state === 'waiting' && one.account === account && !holdsBack(one, all);
    });
  }

  // What to send now, or nothing.
  function next(records, account, now) {
    return open(records, account)
      .filter(function (one) {
        return one.notBefore <= now;
      })
      .sort(before)[0];
  }

  // When there is something to send again, in ms since 1970; Infinity: never by itself.
  function wakeAt(records, account) {
    return open(records, account).reduce(function (soonest, one) {
      return Math.min(soonest, one.notBefore);
    }, Infinity);
  }

  function pause(tries, random) {
    var longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * Math.pow(2, Math.min(tries, 20)));
    return longest / 2 + (random * longest) / 2;
  }

  // Whether it is our server that took this very record: a hotel's Wi-Fi says 200 to anything.
  function confirmed(record, body) {
    if (!body) return false;
    if (record.kind === 'shot') return body.photo_id === record.id;
    if (record.kind === 'bytes') return body.photo_id === record.id && body.uploaded === true;
    return body.id === (record.kind === 'move' ? record.batch : record.id);
  }

  function changed(record, fields) {
    var copy = {},
      name;
    for (name in record) copy[name] = record[name];
    for (name in fields) copy[name] = fields[name];
    return copy;
  }

  // What an answer makes of a record. answer: {status, body, retryAfter}; status 0: there was none.
  // halt: null, "sign_in" (nobody is signed in) or "refresh" (a page token has to be fetched anew).
  function settle(record, answer, now, random) {
    var body = answer.body,
      status = answer.status,
      tries = record.tries + 1;
    function sent() {
      return {
        record: changed(record, {
          state: 'sent',
          tries: tries,
          sentAt: now,
          answer: body,
          why: '',
          code: ''
        }),
        halt: null
      };
    }
    function later(halt) {
      return {
        halt: halt,
        record: changed(record, {
          tries: tries,
          status: status,
          why: (body && body.detail) || '',
          notBefore: now + Math.max(pause(tries - 1, random), 1000 * (answer.retryAfter || 0))
        })
      };
    }
    if (status >= 200 && status < 300) return confirmed(record, body) ? sent() : later(null);
    if (status === 401) return { record: record, halt: 'sign_in' };
    if (status === 403 && body && body.code === 'csrf') {
      // a new session: at once with its token, but should that be refused as well, with pauses
      return record.stale
        ? later('refresh')
        : { halt: 'refresh', record: changed(record, { stale: true }) };
    }
    if (status === 409 && body && body.code === 'in_progress') return later(null);
    if (
      record.kind === 'move' &&
      body &&
      body.code === 'not_allowed_now' &&
      body.state === MOVED_TO[record.move]
    )
      return sent();
    if (status === 408 || status === 425 || status === 429 || status >= 500 || status < 400)
      return later(null);
    if (!(body && body.code)) return later(null); // not our server's word
    return {
      halt: null,
      record: changed(record, {
        state: 'refused',
        tries: tries,
        status: status,
        why: (body && body.detail) || '',
        code: (body && body.code) || '',
        errors: (body && body.errors) || []
      })
    };
  }

  // Whoever hangs on these, and whoever hangs on those: what goes when one is discarded.
  function withDependents(records, key) {
    var found = [key],
      grew = true;
    function hangs(one) {
      return (
        found.indexOf(one.key) < 0 &&
        one.state !== 'sent' &&
        one.needs.some(function (need) {
          return found.indexOf(need) >= 0;
        })
      );
    }
    while (grew) {
      var more = records.filter(hangs).map(function (one) {
        return one.key;
      });
      found = found.concat(more);
      grew = more.length > 0;
    }
    return found;
  }

  // Whether this account may type it anew or discard it: only whoever made it. What was tried may be
  // on the server already, so it stays as it is until the server has said no.
  function editable(record, account) {
    return (
      record.account === account &&
      (record.state === 'refused' || (record.state === 'waiting' && record.body === null))
    );
  }

  function of(records, account) {
    return records.filter(function (one) {
      return one.account === account;
    });
  }

  // When a record was made by the server's clock, as far as that can be known, and by how many seconds
  // the phone's was put forward between then and now: null if it was not, 0 if nobody knows.
  // offset: the server's time minus the phone's now; record.offset: the same when it was made;
  // record.since: the last moment known before, by the server's clock; record.doubt: the phone's
  // had been put back while nobody looked.
  function timed(record, offset, now) {
    var then = record.offset === undefined ? offset : record.offset,
      latest = now + offset;
    var known = !record.doubt && record.made + then < latest + STEADY;
    var told = record.made + (known && Math.abs(then - offset) >= STEADY ? then : offset),
      at = Math.min(Math.max(told, record.since || 0), latest);
    if (!known || Math.abs(at - told) >= STEADY) return { at: at, moved: 0 };
    return {
      at: at,
      moved: told === record.made + offset ? null : Math.round((then - offset) / 1000)
    };
  }

  function renamed(record, from, to) {
    var was = record.kind + ':' + from,
      is = record.kind + ':' + to;
    return function (one) {
      if (one.needs.indexOf(was) < 0) return one;
      return changed(one, {
        needs: one.needs.map(function (need) {
          return need === was ? is : need;
        }),
        batch: record.kind === 'batch' ? to : one.batch
      });
    };
  }

  // The records after one was corrected. Where the server holds something else under its id, the
  // corrected one gets `fresh` as its id, and those that hang on it follow.
  function revised(records, key, draft, fresh) {
    var old = byKey(records)[key],
      taken = old.code === 'different_content',
      id = taken ? fresh : old.id;
    var follow = taken
      ? renamed(old, old.id, id)
      : function (one) {
          return one;
        };
    return records.map(function (one) {
      if (one.key !== key) return follow(one);
      return changed(old, {
        id: id,
        key: old.kind + ':' + id,
        draft: draft,
        body: null,
        state: 'waiting',
        tries: 0,
        notBefore: 0,
        why: '',
        code: '',
        errors: []
      });
    });
  }

  // Sent longer than seven days ago.
  function outdated(records, now) {
    return records.filter(function (one) {
      return one.state === 'sent' && now - one.sentAt > KEPT_DAYS * DAY;
    });
  }

  function count(records, account) {
    var counted = { waiting: 0, refused: 0, sent: 0, others: 0 };
    records.forEach(function (one) {
      if (one.kind === 'shot') return; // a photo is one thing to whoever took it
      if (one.account === account) counted[one.state]++;
      else if (one.state !== 'sent') counted.others++;
    });
    return counted;
  }

  return {
    next: next,
    wakeAt: wakeAt,
    settle: settle,
    withDependents: withDependents,
    editable: editable,
    of: of,
    timed: timed,
    STEADY: STEADY,
    DAY: DAY,
    revised: revised,
    outdated: outdated,
    count: count,
    changed: changed,
    byKey: byKey,
    holdsBack: holdsBack
  };
})();
if (typeof module === 'object') module.exports = Queue;
