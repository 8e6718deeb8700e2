// The page: what is known, what is on screen, when to send. Records live in the phone's store; the
// copy here is read anew before each pass, so that two open pages agree.
(function () {
  var d = document,
    POLL = 60000,
    STALE = 60000,
    HALTED = 10000,
    AWHILE = 2000,
    LEASE = 45000,
    page = uuid();
  var app = {
    data: null,
    etag: '',
    records: [],
    found: [],
    last: {},
    drafts: {},
    letter: '',
    offset: 0,
    since: 0,
    doubt: false,
    others: 0,
    sending: '',
    leaving: null,
    opening: true,
    running: false,
    halted: '',
    lastDone: 0,
    fresh: 0,
    words: ''
  };
  var ticking = 0,
    away = true; // whether it may have slept
  var env,
    timer = null,
    called = false,
    seen = {},
    alarm = h('div'),
    notice = h('div', { role: 'alert' });
  var channel =
    typeof BroadcastChannel === 'function' ? new BroadcastChannel('shanhuo-field') : null; // between open pages

  function me() {
    return app.data ? app.data.id : '';
  }
  // Whoever signed out has left the phone to the next: what they saw goes, what they recorded waits.
  function locked() {
    if (!/(^|; )signed_out=1/.test(d.cookie)) return false;
    if (app.data) {
      leave();
      app.data = null;
      forget();
    }
    return true;
  }
  function forget() {
    Store.drop('data');
    Store.drop('seen');
  }
  // What was typed is kept under its account before another's things are shown.
  function leave() {
    if (app.leaving) app.leaving();
    app.leaving = null;
    app.etag = '';
    app.records = app.found = [];
    app.last = {};
    app.drafts = {};
    seen = {};
  }
  function adopt(kept) {
    var was = me(),
      other = was !== kept.data.id;
    if (was && other) {
      leave();
      Store.drop('seen');
      setTimeout(function () {
        app.go('#');
      });
    }
    app.data = kept.data;
    app.etag = kept.etag;
    return other;
  }

  app.time = function () {
    return Math.max(Date.now() + app.offset, app.since);
  }; // the server's clock, as far as it is known

  // --- the phone's clock ---------------------------------------------------------------------------

  // Set back or on, it is noticed against the time since the page was opened, which only ever runs
  // on; not while the phone slept, when that stands still. Put back while no page was open, it is
  // noticed against the last moment that is written down, and nobody knows by how much.
  function look() {
    var base = Date.now() - performance.now(),
      jump = base - (ticking || base);
    ticking = base;
    if (jump < -Queue.STEADY || (jump > Queue.STEADY && !away)) {
      app.offset -= jump;
      keepClock();
      bar();
    }
    away = d.hidden;
  }
  function keepClock() {
    app.since = app.time();
    Store.keep('clock', { offset: app.offset, since: app.since, doubt: app.doubt, at: Date.now() });
  }
  function setClock(kept) {
    app.offset = kept.offset;
    app.since = kept.since;
    app.doubt = kept.doubt || Date.now() < kept.at - Queue.STEADY;
  }
  app.name = function (product) {
    return (ENGLISH && product.name_en) || product.name;
  };
  app.metricName = function (metric) {
    return (ENGLISH && cfg.metrics[metric.key]) || metric.name;
  };
  app.product = function (id) {
    return app.data.products.filter(function (one) {
      return one.id === id;
    })[0];
  };
  app.grower = function (id) {
    return (
      (
        app.data.producers.filter(function (one) {
          return one.id === id;
        })[0] || {}
      ).display_name || ''
    );
  };
  app.village = function (id) {
    return (
      (
        app.data.villages.filter(function (one) {
          return one.id === id;
        })[0] || {}
      ).name || ''
    );
  };
  // What the server said against a record, each sentence with the name of its field.
  app.why = function (record) {
    var names = { quantity: 'fact_quantity', producer_id: 'producer' },
      metrics = (record.draft.measurements || []).map(function (one) {
        return one.metric;
      });
    function label(field) {
      var at = /^measurements\.(\d+)/.exec(field),
        known = app.batch(record.batch),
        product = known && app.product(known.product_id),
        metric;
      if (at && product)
        metric = product.inspection_plan.metrics.filter(function (one) {
          return one.key === metrics[at[1]];
        })[0];
      if (metric) return app.metricName(metric);
      return cfg.texts[names[field] || field] || '';
    }
    if (record.code !== 'invalid' || !record.errors.length) return record.why;
    return (
      record.errors
        .map(function (one) {
          return (label(one.field) ? label(one.field) + (ENGLISH ? ': ' : '：') : '') + one.message;
        })
        .join(ENGLISH ? '; ' : '；') + (ENGLISH ? '.' : '。')
    );
  };
  app.title = function (batch) {
    var product = app.product(batch.product_id);
    return (product ? app.name(product) + ' ' : '') + batch.lot;
  };

  // --- batches and tests: what the server knows, and what is still here ---------------------------

  function local(record) {
    var product = app.product(record.draft.product_id) || {};
    return {
      id: record.id,
      lot: record.draft.lot,
      product_id: record.draft.product_id,
      producer_id: record.draft.producer_id,
      quantity: record.draft.quantity,
      unit: product.unit,
      harvested_on: record.draft.harvested_on,
      plot: record.draft.plot,
      note: record.draft.note,
      at: Queue.timed(record, app.offset, Date.now()).at,
      state: 'registered',
      reason: '',
      local: record.state === 'sent' ? '' : record.state
    };
  }

  app.batches = function () {
    var known = {},
      mine = app.records.filter(function (one) {
        return one.kind === 'batch';
      }),
      found;
    found = app.data.batches.concat(app.found).map(function (one) {
      known[one.id] = true;
      return Queue.changed(one, { at: Date.parse(one.recorded_at), local: '' });
    });
    found = mine
      .filter(function (one) {
        return !known[one.id];
      })
      .map(local)
      .concat(found);
    return found.sort(function (a, b) {
      return b.at - a.at;
    });
  };
  app.batch = function (id) {
    return app.batches().filter(function (one) {
      return one.id === id;
    })[0];
  };
  app.unsent = function (id) {
    return app.records.some(function (one) {
      return one.batch === id && one.state !== 'sent';
    });
  };
  app.pendingVerdict = function (id) {
    return app.records
      .filter(function (one) {
        return one.batch === id && one.kind === 'inspection' && one.state !== 'sent';
      })
      .map(function (one) {
        return one.draft._verdict;
      })[0];
  };
  app.seen = function (id) {
    return seen[id];
  };
  app.fetchTests = async function (id) {
    var answer =
      app.data && navigator.onLine !== false
        ? await Sync.ask(env, 'GET', '/v1/batches/' + id + '/inspections?limit=20')
        : { status: 0 };
    if (answer.status !== 200 || !answer.body || !answer.body.items) return null;
    seen[id] = answer.body.items;
    Object.keys(seen).forEach(function (other) {
      if (other !== id && !app.batch(other)) delete seen[other];
    });
    Store.keep('seen', seen);
    return seen[id];
  };
  function testedAt(record) {
    var told = record.body ? JSON.parse(record.body) : record.draft;
    return told.tested_at
      ? Date.parse(told.tested_at)
      : Queue.timed(record, app.offset, Date.now()).at;
  }
  // The server's tests of a batch and the phone's own, newest first; each with `at` and `local`.
  app.tests = function (id, fetched) {
    var known = {},
      corrected = {},
      mine = app.records.filter(function (one) {
        return one.kind === 'inspection' && one.batch === id;
      });
    mine.forEach(function (one) {
      if (one.draft.supersedes) corrected[one.draft.supersedes] = one.id;
    });
    var found = (fetched || []).map(function (one) {
      known[one.id] = true;
      return Queue.changed(one, {
        at: Date.parse(one.tested_at),
        superseded_by: one.superseded_by || corrected[one.id],
        local: ''
      });
    });
    mine.forEach(function (one) {
      if (known[one.id]) return;
      found.push({
        id: one.id,
        at: testedAt(one),
        tested_at: new Date(testedAt(one)).toISOString(),
        stage: one.draft.stage,
        measurements: one.draft.measurements,
        photos: one.draft.photos,
        verdict: one.answer ? one.answer.verdict : one.draft._verdict,
        note: one.draft.note,
        supersedes: one.draft.supersedes,
        superseded_by: corrected[one.id],
        local: one.state === 'sent' ? '' : one.state,
        photos_waiting: app.records.filter(function (other) {
          return (
            other.kind === 'bytes' &&
            other.state !== 'sent' &&
            one.draft.photos.indexOf(other.id) >= 0
          );
        })
      });
    });
    return found.sort(function (a, b) {
      return b.at - a.at;
    });
  };
  // What reads codes and photos: fetched once the page stands, kept with it for when there is no network.
  var camera = null;
  app.camera = function () {
    camera =
      camera ||
      new Promise(function (done) {
        d.head.appendChild(
          h('script', {
            src: cfg.camera,
            onload: function () {
              done(true);
            },
            onerror: function () {
              camera = null;
              done(false);
            }
          })
        );
      });
    return camera;
  };
  app.touched = async function (id) {
    var answer = await Sync.ask(env, 'GET', '/v1/batches/' + id + '/parcels/count');
    return {
      n:
        answer.status === 200 && answer.body
          ? answer.body.parcels
          : answer.status === 404
            ? 0
            : null,
      status: answer.status
    };
  };
  // Of the methods of a plan, one for which the training has ended: {method, day}.
  app.lapsed = function (plan) {
    var today = chinaDay(app.time()),
      found = null;
    plan.metrics.forEach(function (metric) {
      var all = app.data.trainings.filter(function (one) {
        return one.method === metric.method;
      });
      var until = all
        .map(function (one) {
          return one.valid_until;
        })
        .sort()
        .pop();
      if (until && until < today) found = { method: metric.method, day: day(until) };
    });
    return found;
  };
  function unreached(status) {
    return status === 0 || status === 401 || status >= 500;
  }
  // Why something is not known: no network, or nobody is signed in.
  app.unreached = function (key, status) {
    return T(status === 401 || app.halted === 'sign_in' ? 'sync_signed_out' : key);
  };
  app.find = async function (text) {
    var link = /#\/batches\/([0-9a-f-]{36})/.exec(text),
      code = text
        .replace(/[?#].*$/, '')
        .split('/')
        .pop(),
      answer;
    var known = app.batches().filter(function (one) {
      return link ? one.id === link[1] : one.lot.toLowerCase() === text.toLowerCase();
    });
    if (known.length) return { batches: known, words: 'lot_several' };
    answer = await Sync.ask(
      env,
      'GET',
      link ? '/v1/batches/' + link[1] : '/v1/parcels/' + encodeURIComponent(code) + '/batches'
    );
    if (unreached(answer.status)) return { why: app.unreached('scan_offline', answer.status) };
    if (answer.status !== 200 || !answer.body) return { why: T('scan_nothing') };
    app.found = app.found.concat(link ? [answer.body] : answer.body.items);
    return { batches: app.found.slice(link ? -1 : -answer.body.items.length) };
  };
  app.read = async function (picture) {
    if (!picture) return { why: T('photo_unreadable') };
    var answer = await Sync.ask(
      env,
      'POST',
      '/v1/codes?width=' + picture.width + '&height=' + picture.height,
      picture.bytes,
      '',
      'application/octet-stream'
    );
    if (unreached(answer.status)) return { why: app.unreached('scan_offline', answer.status) };
    return answer.body && answer.body.text
      ? answer.body
      : { why: (answer.body && answer.body.detail) || T('scan_nothing') };
  };

  // --- records -----------------------------------------------------------------------------------

  // Times in a record are the phone's own clock; what is known of its error is added when it is sent.
  app.record = function (kind, id, draft, more) {
    look();
    var made = {
      v: 1,
      key: kind + ':' + id,
      kind: kind,
      id: id,
      account: me(),
      needs: [],
      made: Date.now(),
      offset: app.offset,
      since: app.since,
      doubt: app.doubt,
      draft: draft,
      body: null,
      state: 'waiting',
      tries: 0,
      notBefore: 0,
      why: '',
      code: '',
      errors: [],
      sentAt: 0,
      what: '',
      batch: ''
    };
    return Queue.changed(made, more);
  };
  function shots(inspection) {
    var made = [];
    inspection.draft._photos.forEach(function (one) {
      var draft = { content_type: 'image/jpeg', size: one.size, sha256: one.sha256 },
        more = { what: inspection.what, batch: inspection.batch, made: inspection.made };
      made.push(app.record('shot', one.id, draft, more));
      made.push(
        app.record(
          'bytes',
          one.id,
          draft,
          Queue.changed(more, { needs: ['shot:' + one.id, inspection.key] })
        )
      );
    });
    return made;
  }
  app.withPhotos = function (inspection) {
    var photos = shots(inspection),
      needs = inspection.draft.photos.map(function (id) {
        return 'shot:' + id;
      });
    return [Queue.changed(inspection, { needs: inspection.needs.concat(needs) })].concat(photos);
  };
  var written = 0; // how often anything of the store was, from this page
  async function put(changed, gone, guard, holds) {
    written++;
    var ended = await Store.put(changed, gone, guard, holds);
    if (ended !== true) return ended;
    if (channel) channel.postMessage('changed');
    var dropped = gone || [],
      replaced = Queue.byKey(changed);
    app.records = Queue.of(
      app.records
        .filter(function (one) {
          return dropped.indexOf(one.key) < 0 && !replaced[one.key];
        })
        .concat(changed),
      me()
    );
    return true;
  }
  function photosOf(keys) {
    return keys
      .filter(function (one) {
        return one.slice(0, 6) === 'bytes:';
      })
      .map(function (one) {
        return one.slice(6);
      });
  }
  // Changes a record of one's own that may still be changed; asked once more amid the writing.
  function edit(changed, gone, key) {
    return put(changed, gone, key, app.editable);
  }
  app.editable = function (one) {
    return Queue.editable(one, me());
  };
  app.enqueue = async function (made) {
    if (locked()) {
      app.draw();
      return T('sync_locked');
    }
    if (!(await put(made))) return T('full');
    soon();
    return true;
  };
  // A corrected draft: true, or the sentence that says why not.
  app.reload = load;
  app.revise = async function (key, draft) {
    await load();
    var old = Queue.byKey(app.records)[key],
      fresh,
      gone,
      same,
      after,
      changed;
    if (!old || !app.editable(old)) return T('tried_already');
    fresh = Queue.revised(app.records, key, draft, uuid());
    changed = fresh.filter(function (one, at) {
      return one !== app.records[at];
    });
    gone = changed.some(function (one) {
      return one.key === key;
    })
      ? []
      : [key];
    if (old.kind === 'inspection') {
      after = changed.filter(function (one) {
        return one.kind === 'inspection' && one.draft === draft;
      })[0];
      same = old.draft.photos;
      old.draft.photos.forEach(function (id) {
        if (draft.photos.indexOf(id) < 0) gone.push('shot:' + id, 'bytes:' + id);
      });
      changed = changed.filter(function (one) {
        return one !== after && gone.indexOf(one.key) < 0;
      });
      after = Queue.changed(after, {
        needs: after.needs.filter(function (need) {
          return need.slice(0, 5) !== 'shot:';
        })
      });
      changed = changed.concat(
        app.withPhotos(after).filter(function (one) {
          return one.kind === 'inspection' || same.indexOf(one.id) < 0;
        })
      );
    }
    if ((await edit(changed, gone, key)) !== true) return T('not_kept');
    await Store.dropPhotos(photosOf(gone));
    soon();
    return true;
  };
  // The product by whose plan it is typed anew, if this phone still knows it.
  app.amendable = function (record) {
    var known =
      record.kind === 'batch'
        ? record.draft
        : record.kind === 'inspection' && app.batch(record.batch);
    return !app.ended(record) && known && app.product(known.product_id);
  };
  // Its batch was recalled or closed: no correction brings it in.
  app.ended = function (record) {
    return record.code === 'not_allowed_now' && record.kind !== 'batch';
  };
  app.retry = async function (key) {
    var one = Queue.byKey(app.records)[key];
    await edit(
      [
        Queue.changed(one, {
          state: 'waiting',
          notBefore: 0,
          why: '',
          code: '',
          errors: [],
          body: one.code === 'different_content' ? null : one.body
        })
      ],
      [],
      key
    );
    soon();
    app.go('#');
  };
  app.discard = async function (key) {
    var gone = Queue.withDependents(app.records, key),
      photos;
    photos = photosOf(gone);
    gone = gone.concat(
      photos.map(function (id) {
        return 'shot:' + id;
      })
    );
    if ((await edit([], gone, key)) !== true) return app.say(T('not_kept'), 'stop');
    await Store.dropPhotos(photos);
    app.go('#');
  };
  app.remember = function (product, values) {
    written++;
    app.last[product] = Queue.changed(
      app.last[product] || {},
      Queue.changed(values, { at: Date.now() })
    );
    Store.keep('last/' + me() + '/' + product, app.last[product]);
  };
  // What the server refused is not proposed again.
  function unlearn(record) {
    var known = record.kind === 'batch' ? record.draft : app.batch(record.batch),
      last = known && app.last[known.product_id],
      values = {};
    if (!last) return;
    record.errors.forEach(function (one) {
      if (last[one.field] && last[one.field] === record.draft[one.field]) values[one.field] = '';
    });
    app.remember(known.product_id, values);
  }
  // What was typed and not saved, by the route of its form.
  app.keepDraft = function (route, subject, values) {
    written++;
    app.drafts[route] = { subject: subject, values: values };
    return Store.keep('draft/' + me() + '/' + route, app.drafts[route]);
  };
  app.dropDraft = function (route) {
    written++;
    delete app.drafts[route];
    return Store.drop('draft/' + me() + '/' + route);
  };
  app.abandon = async function (route) {
    var photos = (app.drafts[route].values.photos || []).map(function (one) {
      return one.id;
    });
    await app.dropDraft(route);
    await app.takeOff(photos);
  };
  // Photos that a form has no more; those of a record stay until that is saved without them.
  app.takeOff = function (photos) {
    var known = Queue.byKey(app.records);
    return Store.dropPhotos(
      photos.filter(function (id) {
        return !known['bytes:' + id];
      })
    );
  };

  app.signOut = async function () {
    var ended = await refresh(),
      gone;
    if (!app.data) return app.draw();
    if (ended === 'offline') return app.say(T('out_offline'), 'stop');
    if (ended === 'sign_in') {
      d.cookie = 'signed_out=1; path=/; max-age=34560000; samesite=lax';
      return app.draw();
    } // it had ended by itself
    gone = h(
      'form',
      { method: 'post', action: '/logout?lang=' + cfg.language },
      h('input', { type: 'hidden', name: 'csrf', value: app.data.csrf })
    );
    d.body.appendChild(gone);
    gone.submit();
  };

  // --- sending -----------------------------------------------------------------------------------

  // Of what is kept by account, this one's.
  function ours(kept) {
    var found = {},
      name;
    for (name in kept)
      if (name.indexOf(me() + '/') === 0) found[name.slice(me().length + 1)] = kept[name];
    return found;
  }

  // The form that is open here, whatever another page knows of it.
  function typing() {
    var own = {};
    if (app.drafts[location.hash]) own[location.hash] = app.drafts[location.hash];
    return own;
  }

  // Cleared while this page was open, or given up: what is known here is kept anew.
  async function refill(found) {
    var mine = me() + '/',
      known = Queue.byKey(found.records),
      lost,
      name;
    for (name in app.drafts)
      Store.keep('draft/' + mine + name, (found.draft[mine + name] = app.drafts[name]));
    for (name in app.last)
      Store.keep('last/' + mine + name, (found.last[mine + name] = app.last[name]));
    if (app.data) Store.keep('data', { data: app.data, etag: app.etag });
    Store.keep('phone', app.letter);
    lost = app.records.filter(function (one) {
      return !known[one.key];
    });
    found.records = found.records.concat(lost);
    if (await put(lost)) await Store.mark();
  }

  async function load() {
    var before, found;
    do {
      before = written;
      found = await Store.all();
    } while (written !== before); // what was read is older than what is known here
    if (!found.opened) await refill(found);
    if (locked()) {
      if (found.data) forget();
    } else if (found.data && found.data.data.id !== me()) adopt(found.data);
    app.records = Queue.of(found.records, me());
    app.others = Queue.count(found.records, me()).others;
    app.last = ours(found.last);
    app.drafts = Queue.changed(ours(found.draft), typing());
    return found;
  }

  // What the server knows: once a pass, and cheaply when nothing has changed.
  async function refresh() {
    var answer, body;
    try {
      answer = await fetch('/cadre/data?etag=' + (app.etag || ''), {
        credentials: 'same-origin',
        redirect: 'manual',
        headers: { Accept: 'application/json' }
      });
      body = answer.status === 200 ? await answer.json() : null;
    } catch (error) {
      return 'offline';
    }
    if (answer.status === 401) return 'sign_in';
    if (answer.status === 403) return 'not_cadre';
    if (answer.status !== 204 && !(body && body.products)) return 'offline';
    if (locked()) return 'locked';
    var kept = {
        data: body || app.data,
        etag: (answer.headers.get('ETag') || '').replace(/"/g, '')
      },
      server = Date.parse(answer.headers.get('Server-Time'));
    look();
    setClock({ offset: server - Date.now(), since: server, at: 0 });
    keepClock();
    app.fresh = Date.now();
    await Store.keep('data', kept);
    if (adopt(kept)) await load();
    return '';
  }

  function lease(words) {
    try {
      localStorage.setItem('shanhuo-sync', words);
    } catch (error) {}
  } // forbidden by the browser
  // One page sends at a time. Should two do it all the same, both send the very same.
  async function alone(work) {
    var held;
    if (Store.trouble() === 'no_store') return work(); // it shares nothing with other pages
    if (navigator.locks)
      return navigator.locks.request('shanhuo-sync', { ifAvailable: true }, function (lock) {
        return lock ? work() : null;
      });
    try {
      held = JSON.parse(localStorage.getItem('shanhuo-sync'));
    } catch (error) {
      held = null;
    }
    if (held && held.who !== page && Date.now() - held.at < LEASE) return null;
    lease(JSON.stringify({ who: page, at: Date.now() }));
    try {
      return await work();
    } finally {
      lease('');
    }
  }

  async function pass(asked) {
    var before,
      known = '',
      ended,
      found = await load();
    if (locked()) {
      app.halted = 'locked';
      return true;
    }
    if (navigator.onLine === false && !asked) {
      app.halted = 'offline';
      return true;
    } // not tried, so it may still be corrected
    before = Queue.count(app.records, me()).sent;
    if (app.halted || Date.now() - app.fresh > STALE) known = await refresh();
    ended = known || (await Sync.run(env));
    app.halted = ended === 'done' ? '' : ended;
    if (!app.halted) app.lastDone = Date.now();
    if (!app.halted && Store.trouble() && !Queue.count(app.records, me()).waiting) app.hush(); // nothing is left to lose
    if (!app.halted && Queue.count(app.records, me()).sent > before) await refresh();
    await put(
      [],
      Queue.outdated(found.records || app.records, Date.now()).map(function (one) {
        return one.key;
      })
    );
    return true;
  }

  async function sync(asked) {
    var mine = null;
    if (app.running) {
      called = true;
      return;
    } // what it was called for may have come too late for this pass
    clearTimeout(timer);
    app.running = true;
    called = false;
    bar();
    try {
      mine = await alone(function () {
        return pass(asked === true);
      });
      if (!mine) {
        await load();
        app.halted = '';
      } // another page sends
    } finally {
      app.running = false;
      app.sending = '';
      again(mine);
      if (called) soon();
      app.opening = true;
      quietly();
    }
  }

  function again(mine) {
    var at = app.data ? Queue.wakeAt(app.records, me()) : Infinity,
      wait = Math.min(POLL, Math.max(1000, at - Date.now()));
    clearTimeout(timer);
    if (app.halted === 'sign_in' || app.halted === 'not_cadre' || at === Infinity) return;
    timer = setTimeout(sync, !mine ? AWHILE : app.halted ? Math.max(wait, HALTED) : wait);
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(sync, 50);
    bar();
  }

  env = {
    language: cfg.language,
    lost: T('photo_lost'),
    tooLarge: T('too_large'),
    all: function () {
      return app.records;
    },
    // Unless another page, which sent the same, has written an end of it meanwhile: what the server has
    // confirmed stays confirmed.
    save: async function (record) {
      var ended = await put([record], [], record.key, function (one) {
        return one.state !== 'sent' && one.body === record.body;
      });
      if (ended === 'changed') await load();
      else if (record.state === 'refused') unlearn(record);
      return ended !== false;
    },
    // As it is in the store now: another page may have corrected or discarded it. Then its body is
    // fixed in the same transaction in which nobody has changed it.
    fix: async function (record, body) {
      var now = await Store.record(record.key),
        fixed,
        ended;
      if (!now || now.state !== 'waiting' || now.notBefore > Date.now()) {
        await load();
        return null;
      }
      if (now.body !== null) return now;
      fixed = Queue.changed(now, { body: body(now) });
      ended = await put([fixed], [], now.key, function (one) {
        return JSON.stringify(one) === JSON.stringify(now);
      });
      if (ended === 'changed') await load();
      return ended === true ? fixed : ended === 'changed' ? null : 'full';
    },
    fetch: function (url, options) {
      return fetch(url, options);
    },
    now: function () {
      return Date.now();
    },
    random: Math.random,
    later: function (act, wait) {
      return setTimeout(act, wait);
    },
    never: function (id) {
      clearTimeout(id);
    },
    account: me,
    csrf: function () {
      return (app.data && app.data.csrf) || '';
    },
    offset: function () {
      return app.offset;
    },
    bytes: function (id) {
      return Store.photo(id);
    },
    freed: function (id) {
      return Store.dropPhotos([id]);
    },
    refresh: async function () {
      return (await refresh()) === '';
    },
    told: function (key) {
      app.sending = key;
      bar();
      quietly();
    }
  };

  // --- on screen ---------------------------------------------------------------------------------

  function bar() {
    var counted = Queue.count(app.records, me()),
      parts = [],
      kind = '',
      act = null,
      n = counted.waiting,
      trouble = Store.trouble(),
      words = trouble ? T(trouble) : '';
    if (alarm.textContent !== words)
      fill(alarm, words && h('p', { class: 'card error', role: 'alert' }, words));
    if (pressed && d.getElementById('sync').contains(pressed)) {
      missed = true;
      return;
    }
    if (app.halted === 'sign_in' || app.halted === 'locked') {
      parts.push(
        app.halted === 'locked'
          ? T('sync_locked')
          : n
            ? T('sync_sign_in', { n: n })
            : T('sync_signed_out')
      );
      kind = 'warn';
      act = link(
        T('sign_in'),
        '/login?next=' + encodeURIComponent('/cadre' + location.search) + '&lang=' + cfg.language
      );
      if (trouble) act.target = '_blank'; // this page holds what is not kept
    } else if (app.halted === 'not_cadre') {
      parts.push(T('not_cadre'));
      kind = 'bad';
      act = link(T('desk'), '/');
    } else if (app.halted === 'full') {
      parts.push(T('full'));
      kind = 'bad';
    } else if (app.running && n) parts.push(T('sync_sending', { n: n }));
    else if (n && (navigator.onLine === false || app.halted === 'offline')) {
      parts.push(T('sync_offline', { n: n }));
      kind = 'warn';
    } else if (n) {
      parts.push(T('sync_waiting', { n: n }));
      kind = 'warn';
    } else if (navigator.onLine === false || app.halted === 'offline') {
      parts.push(T(trouble ? 'sync_no_network_unkept' : 'sync_no_network'));
      kind = 'warn';
    } else if (app.lastDone && (!trouble || counted.sent))
      parts.push(T(counted.refused ? 'sync_rest' : 'sync_none', { time: clock(app.lastDone) }));
    else if (!counted.refused) parts.push(T('sync_nothing'));
    if (counted.refused) parts.unshift(T('sync_refused', { n: counted.refused }));
    if (counted.refused || (trouble && (n || kind))) kind = 'bad';
    if (app.doubt || Math.abs(app.offset) > 600000)
      parts.push(app.doubt ? T('clock_doubt') : T('clock_off', { time: moment(app.time()) }));
    if (app.others)
      parts.push(T(app.halted === 'locked' ? 'locked_waits' : 'sync_others', { n: app.others }));
    if (!act && n)
      act = button(T('sync_now'), '', function () {
        app.records = app.records.map(function (one) {
          return one.state === 'waiting' ? Queue.changed(one, { notBefore: 0 }) : one;
        });
        hurry();
      });
    d.getElementById('sync').className = 'sync ' + kind;
    var text = parts.join(' · '),
      holder = d.getElementById('sync'),
      shown = holder.querySelector('span');
    if (shown && shown.textContent === text && !!holder.querySelector('.btn') === !!act) return;
    fill(holder, h('span', null, text), act);
  }

  // Whoever presses the button does not want to wait for the next try.
  async function hurry() {
    await put(
      app.records.filter(function (one) {
        return one.state === 'waiting' && one.notBefore === 0 && one.tries;
      })
    );
    sync(true);
  }

  var ROUTES = [
    [
      /^#?\/?$/,
      function () {
        return Screens.home(app);
      }
    ],
    [
      /^#\/new$/,
      function () {
        return Screens.products(app);
      }
    ],
    [
      /^#\/new\/([^/]+)$/,
      function (id) {
        var product = app.product(id);
        return product ? Forms.batch(app, product) : Screens.missing();
      }
    ],
    [
      /^#\/inspect$/,
      function () {
        return Screens.pick(app);
      }
    ],
    [
      /^#\/inspect\/([^/]+)$/,
      function (id) {
        return tested(id, null);
      }
    ],
    [
      /^#\/correct\/([^/]+)\/([^/]+)$/,
      function (id, test) {
        return tested(
          id,
          app.tests(id, app.seen(id)).filter(function (one) {
            return one.id === test;
          })[0] || false
        );
      }
    ],
    [
      /^#\/(hold|release|recall)\/([^/]+)$/,
      function (what, id) {
        var known = app.batch(id);
        return known ? Forms.move(app, known, what) : Screens.missing();
      }
    ],
    [
      /^#\/batches\/([^/]+)$/,
      function (id) {
        if (!app.batch(id))
          app.find('#/batches/' + id).then(function (found) {
            if (found.batches) app.draw();
          });
        return Screens.batch(app, id);
      }
    ],
    [
      /^#\/queue\/(.+)$/,
      function (key) {
        return Screens.record(app, key);
      }
    ],
    [
      /^#\/amend\/(.+)$/,
      function (key) {
        var record = Queue.byKey(app.records)[key],
          product = record && app.editable(record) && app.amendable(record);
        if (!product) return Screens.record(app, key);
        return record.kind === 'batch'
          ? Forms.batch(app, product, record)
          : Forms.inspection(app, app.batch(record.batch), record, null);
      }
    ],
    [
      /^#\/find$/,
      function () {
        return Screens.find(app);
      }
    ],
    [
      /^#\/out$/,
      function () {
        return Screens.out(app);
      }
    ]
  ];
  var QUIET = /^#?\/?$|^#\/(queue|batches)\//; // screens that nobody types into: they may be drawn again at any time

  function tested(id, corrects) {
    var known = app.batch(id);
    if (!known || !app.product(known.product_id) || corrects === false) return Screens.missing();
    return Forms.inspection(app, known, null, corrects);
  }

  app.draw = function () {
    var hash = location.hash,
      main = d.getElementById('app'),
      screen = null;
    if (app.leaving) app.leaving();
    app.leaving = null;
    if (locked()) app.halted = 'locked';
    if (!app.data)
      screen = {
        body: [
          heading(T('title')),
          h(
            'p',
            { class: 'card' },
            T(
              app.halted === 'locked'
                ? 'locked'
                : app.halted === 'sign_in'
                  ? 'sync_signed_out'
                  : 'first_time'
            )
          )
        ],
        bar: []
      };
    else
      ROUTES.some(function (route) {
        var match = route[0].exec(hash);
        if (match) screen = route[1].apply(null, match.slice(1).map(decodeURIComponent));
        return match;
      });
    if (!screen) screen = Screens.missing();
    fill(main, alarm, notice, screen.body);
    fill(d.getElementById('bar'), screen.bar);
    d.getElementById('nav').hidden = !screen.bar.filter(Boolean).length;
    d.getElementById('who').textContent = app.data ? app.data.name : '';
    app.opening = false;
    bar();
  };
  // What is drawn anew between finger down and finger up takes the tap with it, so that waits.
  var pressed = null,
    missed = false;
  ['touchstart', 'mousedown'].forEach(function (name) {
    d.addEventListener(
      name,
      function (event) {
        pressed = event.target;
      },
      true
    );
  });
  ['touchend', 'touchcancel', 'mouseup'].forEach(function (name) {
    d.addEventListener(
      name,
      function () {
        setTimeout(function () {
          pressed = null;
          if (missed) quietly();
        }, 50);
      },
      true
    );
  });

  // By what their headings say, without the number that counts what is in them.
  function folds(use) {
    Array.prototype.forEach.call(d.querySelectorAll('#app details'), function (one) {
      use(one, one.firstChild.textContent.replace(/\d+/, ''));
    });
  }

  function quietly() {
    missed = !!pressed;
    if (pressed) return bar();
    if (!app.data || QUIET.test(location.hash)) {
      var open = {},
        at = window.pageYOffset,
        busy = d.activeElement && d.activeElement.getAttribute('href');
      folds(function (one, words) {
        open[words] = one.open;
      });
      app.draw();
      folds(function (one, words) {
        if (words in open) one.open = open[words];
      });
      if (busy)
        Array.prototype.some.call(d.querySelectorAll('a'), function (one) {
          if (one.getAttribute('href') === busy) {
            one.focus({ preventScroll: true });
            return true;
          }
          return false;
        });
      window.scrollTo(0, at);
    } else bar();
  }
  function opened() {
    fill(notice);
    app.opening = true;
    app.draw();
    if (app.words) app.say(app.words, Store.trouble() ? 'stop' : 'done');
    app.words = '';
    window.scrollTo(0, 0);
    var title = d.querySelector('h1');
    if (title) title.focus({ preventScroll: true });
  }
  app.go = function (hash, words) {
    var nav = d.getElementById('nav');
    app.words = words || '';
    if (words) {
      // the second tap of a hasty thumb would open the next form
      nav.className = 'bar still';
      setTimeout(function () {
        nav.className = 'bar';
      }, 400);
    }
    if (location.hash === hash || (hash === '#' && !location.hash)) opened();
    else location.hash = hash;
  };
  app.hush = function () {
    fill(notice);
  };
  app.say = function (words, kind, act) {
    fill(notice, h('p', { class: 'card ' + (kind === 'stop' ? 'error' : 'done') }, words, act));
    if (kind === 'stop') window.scrollTo(0, 0);
  };

  // --- from the start ----------------------------------------------------------------------------

  function offline() {
    if (!('serviceWorker' in navigator)) {
      if (/MicroMessenger/.test(navigator.userAgent) && !Store.trouble())
        app.say(T('other_browser'), 'stop');
      return;
    }
    var had = navigator.serviceWorker.controller;
    navigator.serviceWorker.register('/sw.js', { scope: '/cadre' }).catch(function () {}); // plain http: the page works, only not without network
    navigator.serviceWorker.addEventListener('controllerchange', function () {
      if (had)
        app.say(
          T('new_version'),
          'done',
          button(T('reload'), 'small', function () {
            if (app.leaving) app.leaving();
            location.reload();
          })
        );
      had = true;
    });
  }

  // In the lots of this phone, so that two phones without network do not mint the same.
  function letters() {
    return Array.prototype.map
      .call(crypto.getRandomValues(new Uint8Array(2)), function (byte) {
        return 'ABCDEFGHJKLMNPQRSTUVWXYZ'[byte % 24];
      })
      .join('');
  }

  async function start() {
    await Store.open();
    var kept = await load();
    if (app.data) seen = kept.seen || {};
    if (kept.clock) setClock(kept.clock);
    app.letter = kept.phone || letters();
    if (!kept.phone) Store.keep('phone', app.letter);
    look();
    setInterval(look, 3000);
    ['blur', 'freeze'].forEach(function (name) {
      window.addEventListener(name, function () {
        away = true;
      });
    });
    if (/[?&]text=large/.test(location.search)) d.documentElement.className = 'big';
    if (channel)
      channel.onmessage = function () {
        load().then(quietly);
      };
    window.addEventListener('hashchange', opened);
    window.addEventListener('online', sync);
    window.addEventListener('offline', function () {
      bar();
    });
    d.addEventListener('visibilitychange', function () {
      if (d.hidden) {
        if (app.leaving) app.leaving();
      } else {
        if (locked()) app.draw();
        sync();
      }
    });
    window.addEventListener('pageshow', function () {
      if (app.data && locked()) app.draw();
    });
    window.addEventListener('pagehide', function () {
      if (app.leaving) app.leaving();
    });
    window.addEventListener('beforeunload', function (event) {
      if (app.leaving) app.leaving();
      if (
        Store.trouble() &&
        (Object.keys(app.drafts).length ||
          app.records.some(function (one) {
            return one.state !== 'sent';
          }))
      )
        event.returnValue = ' ';
    });
    app.draw();
    offline();
    app.camera();
    await sync();
    if (QUIET.test(location.hash) || !kept.data) app.draw();
    sweep();
  }

  // Photos that the server has, and those of forms that were never saved: what nothing names, and
  // nothing named a day ago. One that was only just taken, also in another page, is named a moment later.
  async function sweep() {
    var here = await Store.photos(),
      named = {},
      strays = {},
      found = await load(),
      drafts = Queue.changed(found.draft, app.drafts),
      now = Date.now();
    (found.records || app.records).forEach(function (one) {
      if (one.kind === 'bytes') named[one.id] = one.state;
    });
    Object.keys(drafts).forEach(function (route) {
      (drafts[route].values.photos || []).forEach(function (one) {
        named[one.id] = 'draft';
      });
    });
    here.forEach(function (id) {
      if (!named[id]) strays[id] = (found.strays || {})[id] || now;
    });
    await Store.dropPhotos(
      here.filter(function (id) {
        return named[id] === 'sent' || now - strays[id] > Queue.DAY;
      })
    );
    await Store.keep('strays', strays);
  }

  start();
})();
