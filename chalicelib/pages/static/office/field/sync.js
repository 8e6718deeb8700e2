// Sends what waits, one record at a time. Everything outside comes in by `env`, so that tests can
// cut any wire. Whatever happens here, a record leaves the queue only when the server has said that
// it has it.
const Sync = (() => {
  const LONGEST_WAIT = 30000;
  const UPLOAD_WAIT = 120000;
  const TRIES_IN_A_ROW = 3;

  /** @param {number} ms */
  function iso(ms) {
    return new Date(ms).toISOString();
  }

  /**
   * What the server gets, fixed at the first try. A time that nobody typed is the phone's, put right
   * by what is known of its clock; a household is the one that the server knows.
   * @param {FieldRecord} record
   * @param {FieldRecord[]} all
   * @param {number} offset
   * @param {number} now
   */
  function bodyOf(record, all, offset, now) {
    const when = Times.timed(record, offset, now);
    /** @type {any} */
    const body = {};
    for (const [name, value] of Object.entries(record.draft)) {
      if (value !== null && value !== '' && name[0] !== '_') body[name] = value;
    }
    if (record.kind === 'inspection' && !body.tested_at) body.tested_at = iso(when.at);
    if (body.producer_id) body.producer_id = Hanging.growerId(all, body.producer_id);
    if (record.kind === 'batch' || record.kind === 'inspection') {
      body.device_at = iso(record.made);
      if (when.moved !== null) body.clock_moved_seconds = when.moved;
    }
    return JSON.stringify(body);
  }

  /** @param {FieldRecord} record */
  function requestOf(record) {
    const path = '/v1/batches/' + record.batch;
    if (record.kind === 'household') {
      return ['PUT', '/v1/producers/' + record.id + '?unless_known=true'];
    }
    if (record.kind === 'batch') return ['PUT', '/v1/batches/' + record.id];
    if (record.kind === 'inspection') return ['PUT', path + '/inspections/' + record.id];
    if (record.kind === 'move') return ['POST', path + '/' + record.move];
    return ['PUT', '/v1/photos/' + record.id];
  }

  /** @param {string} text */
  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      return null;
    }
  }

  /**
   * @param {Env} env
   * @param {string} url
   * @param {RequestInit} options
   * @param {number} wait
   * @returns {Promise<[Response, string]>}
   */
  async function timed(env, url, options, wait) {
    const stop = typeof AbortController === 'function' ? new AbortController() : null;
    let timer = 0;
    if (stop) options.signal = stop.signal;
    options.credentials = 'same-origin';
    options.redirect = 'manual';
    /** @type {Promise<never>} */
    const silence = new Promise((_, fail) => {
      timer = env.later(() => {
        if (stop) stop.abort();
        fail(new Error('no answer'));
      }, wait);
    });
    try {
      const answer = await Promise.race([env.fetch(url, options), silence]);
      return [answer, await answer.text()];
    } finally {
      env.never(timer);
    }
  }

  /**
   * A cut wire, silence and an answer that is no JSON are no answers.
   * @param {Env} env
   * @param {string} method
   * @param {string} url
   * @param {BodyInit | null} [body]
   * @param {string} [key] under which a repeated request is known again
   * @param {string} [type]
   * @returns {Promise<Answer>}
   */
  async function ask(env, method, url, body, key, type) {
    /** @type {{ [name: string]: string }} */
    const headers = {
      'Content-Type': type || 'application/json',
      Accept: 'application/json',
      'Accept-Language': env.language,
      'X-CSRF-Token': env.csrf(),
      'Device-Time': iso(env.now())
    };
    if (key) headers['Idempotency-Key'] = key;
    try {
      const [answer, text] = await timed(env, url, { method, headers, body }, LONGEST_WAIT);
      const { status } = answer;
      let content = parsed(text);
      if (status === 413 && !(content && content.code)) {
        content = { code: 'body_too_large', detail: env.tooLarge }; // a gateway's word
      }
      return { status, body: content, retryAfter: Number(answer.headers.get('Retry-After')) || 0 };
    } catch (error) {
      return { status: 0, body: null, retryAfter: 0 };
    }
  }

  /**
   * A photo: where to, there, and is it there? Each step may be done again.
   * @param {Env} env
   * @param {FieldRecord} record
   */
  async function upload(env, record) {
    const where = await ask(env, 'PUT', '/v1/photos/' + record.id, record.body);
    const to = where.body && where.body.uploaded === false && where.body.upload;
    if (where.status >= 300 || !to) return where;
    const bytes = await env.bytes(record.id);
    if (!bytes) return refusal({ code: 'photo_lost', detail: env.lost });
    const put = { method: to.method, headers: to.headers, body: bytes };
    try {
      const [{ status }, text] = await timed(env, to.url, put, UPLOAD_WAIT);
      const content = status >= 400 && status < 500 ? parsed(text) : null;
      if (content && (content.code === 'photo_differs' || content.code === 'not_a_picture')) {
        return refusal(content);
      }
    } catch (error) {
      return { status: 0, body: null, retryAfter: 0 };
    }
    return ask(env, 'PUT', '/v1/photos/' + record.id, record.body);
  }

  /** @param {Content} body @returns {Answer} */
  function refusal(body) {
    return { status: 422, body, retryAfter: 0 };
  }

  /** @param {Env} env @param {FieldRecord} record */
  function send(env, record) {
    if (record.kind === 'bytes') return upload(env, record);
    const [method, url] = requestOf(record);
    return ask(env, method, url, record.body, record.kind === 'move' ? record.id : '');
  }

  /**
   * Everything that can go, until nothing is left or someone has to do something. Says why it ended:
   * "done", "sign_in", "offline" (several records in a row had no answer), "full" (the phone is).
   * @param {Env} env
   */
  async function run(env) {
    let silent = 0;
    for (;;) {
      const waiting = Queue.next(env.all(), env.account(), env.now());
      if (!waiting) return 'done';
      const record = await env.fix(waiting, given =>
        bodyOf(given, env.all(), env.offset(), env.now())
      );
      if (record === 'full') return 'full';
      if (!record) continue;
      env.sending(record.key);
      const answer = await send(env, record);
      const after = Settling.settle(record, answer, env.now(), env.random());
      if (!(await env.save(after.record))) return 'full';
      if (after.record.state === 'sent' && record.kind === 'bytes') await env.freed(record.id);
      env.sending('');
      if (after.halt === 'sign_in') return 'sign_in';
      if (after.halt === 'refresh' && !(await env.refresh())) return 'sign_in';
      silent = answer.status === 0 ? silent + 1 : 0;
      if (silent >= TRIES_IN_A_ROW) return 'offline';
    }
  }

  return { run, ask };
})();
