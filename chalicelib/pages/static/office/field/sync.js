// Sends what waits, one record at a time. Everything outside comes in by `env`, so that tests can
// cut any wire: all(), fix(record, body), save(record), fetch, now(), random(), account(), csrf(),
// offset(), bytes(photo), freed(photo), told(). Whatever happens here, a record leaves the queue only when
// the server has said that it has it.
var Sync = (function () {
  var LONGEST_WAIT = 30000,
    UPLOAD_WAIT = 120000,
    TRIES_IN_A_ROW = 3;

  function iso(ms) {
    return new Date(ms).toISOString();
  }

  // What the server is told, fixed at the first try. A time that nobody typed is the phone's,
  // put right by what is known of its clock.
  function bodyOf(record, offset, now) {
    var draft = record.draft,
      body = {},
      when = Queue.timed(record, offset, now),
      name;
    for (name in draft)
      if (draft[name] !== null && draft[name] !== '' && name[0] !== '_') body[name] = draft[name];
    if (record.kind === 'inspection' && !body.tested_at) body.tested_at = iso(when.at);
    if (record.kind === 'batch' || record.kind === 'inspection') {
      body.device_at = iso(record.made);
      if (when.moved !== null) body.clock_moved_seconds = when.moved;
    }
    return JSON.stringify(body);
  }

  function requestOf(record) {
    var path = '/v1/batches/' + record.batch;
    if (record.kind === 'batch') return ['PUT', '/v1/batches/' + record.id];
    if (record.kind === 'inspection') return ['PUT', path + '/inspections/' + record.id];
    if (record.kind === 'move') return ['POST', path + '/' + record.move];
    return ['PUT', '/v1/photos/' + record.id];
  }

  function timed(env, url, options, wait) {
    var stop = typeof AbortController === 'function' ? new AbortController() : null,
      timer;
    if (stop) options.signal = stop.signal;
    options.credentials = 'same-origin';
    options.redirect = 'manual';
    return Promise.race([
      env.fetch(url, options),
      new Promise(function (_, fail) {
        timer = env.later(function () {
          if (stop) stop.abort();
          fail(new Error('no answer'));
        }, wait);
      })
    ])
      .then(function (answer) {
        return answer.text().then(function (text) {
          return [answer, text];
        });
      })
      .then(
        function (both) {
          env.never(timer);
          return both;
        },
        function (error) {
          env.never(timer);
          throw error;
        }
      );
  }

  // {status, body, retryAfter}; a cut wire, silence and an answer that is no JSON are no answers.
  function ask(env, method, url, body, key, type) {
    var headers = {
      'Content-Type': type || 'application/json',
      Accept: 'application/json',
      'Accept-Language': env.language,
      'X-CSRF-Token': env.csrf(),
      'Device-Time': iso(env.now())
    };
    if (key) headers['Idempotency-Key'] = key;
    return timed(env, url, { method: method, headers: headers, body: body }, LONGEST_WAIT).then(
      function (both) {
        var parsed = null;
        try {
          parsed = JSON.parse(both[1]);
        } catch (error) {
          parsed = null;
        }
        if (both[0].status === 413 && !(parsed && parsed.code))
          parsed = { code: 'body_too_large', detail: env.tooLarge }; // a gateway's word
        return {
          status: both[0].status,
          body: parsed,
          retryAfter: Number(both[0].headers.get('Retry-After')) || 0
        };
      },
      function () {
        return { status: 0, body: null, retryAfter: 0 };
      }
    );
  }

  // A photo: where to, there, and is it there? Each step may be done again.
  async function upload(env, record) {
    var answer = await ask(env, 'PUT', '/v1/photos/' + record.id, record.body),
      to,
      sent,
      bytes;
    if (
      answer.status >= 300 ||
      !answer.body ||
      answer.body.uploaded !== false ||
      !answer.body.upload
    )
      return answer;
    to = answer.body.upload;
    bytes = await env.bytes(record.id);
    if (!bytes)
      return { status: 422, retryAfter: 0, body: { code: 'photo_lost', detail: env.lost } };
    try {
      sent = await timed(
        env,
        to.url,
        { method: to.method, headers: to.headers, body: bytes },
        UPLOAD_WAIT
      );
    } catch (error) {
      return { status: 0, body: null, retryAfter: 0 };
    }
    if (sent[0].status >= 400 && sent[0].status < 500) {
      try {
        sent = JSON.parse(sent[1]);
      } catch (error) {
        sent = null;
      }
      if (sent && (sent.code === 'photo_differs' || sent.code === 'not_a_picture'))
        return { status: 422, body: sent, retryAfter: 0 };
    }
    return ask(env, 'PUT', '/v1/photos/' + record.id, record.body);
  }

  async function send(env, record) {
    if (record.kind === 'bytes') return upload(env, record);
    var to = requestOf(record);
    return ask(env, to[0], to[1], record.body, record.kind === 'move' ? record.id : '');
  }

  // Everything that can go, until nothing is left or someone has to do something. Says why it ended:
  // "done", "sign_in", "offline" (several records in a row had no answer), "full" (the phone is).
  async function run(env) {
    var silent = 0,
      record,
      after,
      answer;
    function body(one) {
      return bodyOf(one, env.offset(), env.now());
    }
    while ((record = Queue.next(env.all(), env.account(), env.now()))) {
      record = await env.fix(record, body);
      if (record === 'full') return 'full';
      if (!record) continue;
      env.told(record.key);
      answer = await send(env, record);
      after = Queue.settle(record, answer, env.now(), env.random());
      if (!(await env.save(after.record))) return 'full';
      if (after.record.state === 'sent' && record.kind === 'bytes') await env.freed(record.id);
      env.told('');
      if (after.halt === 'sign_in') return 'sign_in';
      if (after.halt === 'refresh' && !(await env.refresh())) return 'sign_in';
      silent = answer.status === 0 ? silent + 1 : 0;
      if (silent >= TRIES_IN_A_ROW) return 'offline';
    }
    return 'done';
  }

  return { run: run, ask: ask, bodyOf: bodyOf };
})();
if (typeof module === 'object') module.exports = Sync;
