// What the page asks the server, and what sync.js is given of the outside.
const Server = (() => {
  const STALE = 60000;
  let fresh = 0; // when it was asked last what it knows

  /**
   * @param {string} method
   * @param {string} url
   * @param {BodyInit} [body]
   * @param {string} [type]
   */
  function ask(method, url, body, type) {
    return Sync.ask(env, method, url, body, '', type);
  }

  /** Whether what is known is too old to go on with. */
  function stale() {
    return Date.now() - fresh > STALE;
  }

  /**
   * What the server knows: once a round, and cheaply when nothing has changed. Why it is not known:
   * "offline", "sign_in", "not_cadre", "locked" (signed out here), or ''.
   */
  async function refresh() {
    let answer;
    let body = null;
    try {
      answer = await fetch('/cadre/data?etag=' + (app.etag || ''), {
        credentials: 'same-origin',
        redirect: 'manual',
        headers: { Accept: 'application/json' }
      });
      if (answer.status === 200) body = await answer.json();
    } catch (error) {
      return 'offline';
    }
    if (answer.status === 401) return 'sign_in';
    if (answer.status === 403) return 'not_cadre';
    if (answer.status !== 204 && !(body && body.products)) return 'offline';
    if (Account.locked()) return 'locked';
    const etag = (answer.headers.get('ETag') || '').replace(/"/g, '');
    /** @type {{ data: FieldData, etag: string }} */
    const kept = { data: body || app.data, etag };
    Clock.setBy(Date.parse(answer.headers.get('Server-Time') || ''));
    fresh = Date.now();
    await Store.keep('data', kept);
    if (Account.adopt(kept)) await Loading.load();
    return '';
  }

  /** @type {Env} */
  const env = {
    language: cfg.language,
    lost: T('photo_lost'),
    tooLarge: T('too_large'),
    all: () => app.records,
    // Unless another page, which sent the same, has written an end of it meanwhile: what the server
    // has confirmed stays confirmed.
    save: async record => {
      const ended = await Records.put(
        [record],
        [],
        record.key,
        kept => kept.state !== 'sent' && kept.body === record.body
      );
      if (ended === 'changed') await Loading.load();
      else if (record.state === 'refused') Drafts.unlearn(record);
      return ended !== false;
    },
    // As it is in the store now: another page may have corrected or discarded it. Then its body is
    // fixed in the same transaction in which nobody has changed it.
    fix: async (record, bodyOf) => {
      const kept = await Store.record(record.key);
      if (!kept || kept.state !== 'waiting' || kept.notBefore > Date.now()) {
        await Loading.load();
        return null;
      }
      if (kept.body !== null) return kept;
      const fixed = Queue.changed(kept, { body: bodyOf(kept) });
      const before = JSON.stringify(kept);
      const ended = await Records.put([fixed], [], kept.key, now => JSON.stringify(now) === before);
      if (ended === 'changed') await Loading.load();
      if (ended === true) return fixed;
      return ended === 'changed' ? null : 'full';
    },
    fetch: (url, options) => fetch(url, options),
    now: () => Date.now(),
    random: Math.random,
    later: (act, wait) => setTimeout(act, wait),
    never: timer => clearTimeout(timer),
    account: Account.me,
    csrf: () => (app.data && app.data.csrf) || '',
    offset: Clock.offset,
    bytes: photo => Store.photo(photo),
    freed: photo => Store.dropPhotos([photo]),
    refresh: async () => (await refresh()) === '',
    sending: key => {
      app.sending = key;
      Bar.draw();
      Page.redraw();
    }
  };

  return { ask, refresh, stale, send: () => Sync.run(env) };
})();
