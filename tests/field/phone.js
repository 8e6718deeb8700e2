// A phone and a server in one process, for tests/field/test_queue.py: reads one list of events a
// line, does them with the real queue.js and sync.js, answers what became of every record.
'use strict';
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { createInterface } = require('node:readline');
const { runInThisContext } = require('node:vm');
const FIELD = join(__dirname, '../../chalicelib/pages/static/office/field');
// as the page has them: one script, whose names are everywhere
const NAMES = ['queue.js', 'hanging.js', 'times.js', 'settling.js', 'sync.js'];
runInThisContext(NAMES.map(name => readFileSync(join(FIELD, name), 'utf8')).join('\n'));

class Kill extends Error {}

function world() {
  // The server: what it has, and what it was asked for. It keeps our contract: PUT is the same
  // once and again, another content under an id is refused, a test needs its batch, a batch its
  // household, and a household that is known by its name is answered instead of a second one.
  const server = {
    has: new Map(),
    names: new Map(),
    bytes: new Set(),
    moves: new Map(),
    orphans: 0,
    made: 0
  };
  // The phone: what is on its disk, and what is only in memory.
  const phone = {
    disk: new Map(),
    memory: [],
    bytes: new Map(),
    now: 1e12,
    faults: [],
    csrf: 'old',
    signedIn: true,
    lost: []
  };

  function json(status, body, headers) {
    return { status, text: JSON.stringify(body), headers: headers || {} };
  }
  function problem(status, code, more) {
    return json(status, Object.assign({ code, detail: code }, more));
  }

  function put(key, body, answer) {
    if (!server.has.has(key)) {
      server.has.set(key, body);
      server.made++;
      return json(201, answer);
    }
    return server.has.get(key) === body ? json(200, answer) : problem(409, 'different_content');
  }

  function serve(method, url, body, headers) {
    if (!phone.signedIn) return problem(401, 'unauthenticated');
    if (url.startsWith('/bytes/')) {
      server.bytes.add(url.slice(7));
      return { status: 204, text: '', headers: {} };
    }
    if (headers['X-CSRF-Token'] !== 'new') return problem(403, 'csrf');
    const draft = JSON.parse(body),
      parts = url.split('/');
    if (draft.bad)
      return problem(draft.bad === 413 ? 413 : 422, 'invalid', {
        errors: [{ field: 'bad', message: 'bad' }]
      });
    if (parts[2] === 'producers') {
      const id = parts[3].split('?')[0];
      const { display_name, village_id } = draft;
      const known = server.names.get(display_name) || id;
      if (known !== id) return json(200, { id: known, village_id });
      const answer = put('household:' + id, body, { id, village_id });
      if (answer.status < 300) server.names.set(display_name, id);
      return answer;
    }
    if (parts[2] === 'photos') {
      const answer = put('photo:' + parts[3], body, {
        photo_id: parts[3],
        uploaded: server.bytes.has(parts[3]),
        upload: server.bytes.has(parts[3])
          ? null
          : { method: 'PUT', url: '/bytes/' + parts[3], headers: {} }
      });
      return answer;
    }
    if (method === 'POST') {
      if (!server.has.has('batch:' + parts[3])) {
        server.orphans++;
        return problem(404, 'not_found');
      }
      const state = { hold: 'held', release: 'passed', recall: 'recalled' }[parts[4]],
        key = headers['Idempotency-Key'],
        now = server.moves.get(parts[3]);
      if (now && now.key === key) return json(200, { id: parts[3], state });
      if (now && (now.state === state || now.state === 'recalled'))
        return problem(409, 'not_allowed_now', { state: now.state });
      server.moves.set(parts[3], { key, state });
      return json(200, { id: parts[3], state });
    }
    if (parts[4] === 'inspections') {
      if (!server.has.has('batch:' + parts[3])) {
        server.orphans++;
        return problem(404, 'not_found');
      }
      if (draft.photos.some(id => !server.has.has('photo:' + id))) {
        server.orphans++;
        return problem(422, 'photo_unknown');
      }
      return put('inspection:' + parts[5], body, { id: parts[5], verdict: 'pass' });
    }
    if (draft.producer_id && !server.has.has('household:' + draft.producer_id)) {
      server.orphans++;
      return problem(404, 'not_found');
    }
    return put('batch:' + parts[3], body, { id: parts[3] });
  }

  const BROKEN = {
    s500: () => json(500, {}),
    s502: () => ({ status: 502, text: '<h1>Bad Gateway</h1>', headers: {} }),
    s503: () => json(503, { code: 'store_unavailable', detail: 'busy' }, { 'Retry-After': '1' }),
    s429: () => json(429, { code: 'too_many', detail: 'wait' }, { 'Retry-After': '7' }),
    s404: () => ({ status: 404, text: '<h1>Not Found</h1>', headers: {} }),
    portal: () => ({ status: 200, text: '<h1>Welcome to our Wi-Fi</h1>', headers: {} }),
    odd: () => json(200, { id: 'somebody else' }),
    busy: () => problem(409, 'in_progress'),
    expired: () => problem(401, 'unauthenticated')
  };

  function fault() {
    return phone.faults.shift() || 'ok';
  }

  let silent = null;
  async function fetch(url, options) {
    const now = fault();
    if (now === 'kill') throw new Kill();
    if (now === 'cut') throw new TypeError('network');
    if (BROKEN[now]) return answered(BROKEN[now]());
    if (now === 'silent')
      return new Promise(() => {
        setImmediate(() => silent && silent());
      });
    const answer = serve(options.method, url, options.body, options.headers);
    if (now === 'kill_after') throw new Kill();
    if (now === 'cut_after') throw new TypeError('network');
    if (now === 'half')
      return Object.assign(answered(answer), {
        text: async () => {
          throw new TypeError('network');
        }
      });
    if (now === 'silent_after')
      return new Promise(() => {
        setImmediate(() => silent && silent());
      });
    return answered(answer);
  }
  function answered(one) {
    return {
      status: one.status,
      text: async () => one.text,
      headers: { get: name => one.headers[name] || null }
    };
  }

  const env = {
    language: 'zh-CN',
    lost: 'lost',
    tooLarge: 'too large',
    all: () => phone.memory,
    async fix(record, body) {
      const fixed = record.body === null ? Queue.changed(record, { body: body(record) }) : record;
      return (await env.save(fixed)) ? fixed : 'full';
    },
    async save(record) {
      const now = phone.diskFaults.shift() || 'ok';
      if (now === 'kill') throw new Kill();
      if (now === 'full') return false;
      phone.disk.set(record.key, JSON.stringify(record));
      if (now === 'kill_after') throw new Kill();
      phone.memory = phone.memory.filter(one => one.key !== record.key).concat([record]);
      return true;
    },
    fetch,
    now: () => phone.now,
    random: () => 0.5,
    later(act) {
      silent = act;
      return 1;
    },
    never() {
      silent = null;
    },
    account: () => 'a',
    csrf: () => phone.csrf,
    offset: () => phone.offset,
    bytes: async id => phone.bytes.get(id),
    freed: async id => {
      if (!server.bytes.has(id)) phone.lost.push(id);
      phone.bytes.delete(id);
    },
    refresh: async () => {
      phone.csrf = 'new';
      return phone.signedIn;
    },
    sending() {}
  };

  function reload() {
    phone.memory = [...phone.disk.values()].map(one => JSON.parse(one));
  }
  function keep(records, gone) {
    for (const one of records) phone.disk.set(one.key, JSON.stringify(one));
    for (const key of gone || []) phone.disk.delete(key);
    reload();
  }
  async function sync(faults, diskFaults) {
    phone.faults = faults.slice();
    phone.diskFaults = diskFaults.slice();
    try {
      return await Sync.run(env);
    } catch (error) {
      if (!(error instanceof Kill)) throw error;
      reload();
      return 'killed';
    }
  }
  return { server, phone, keep, sync };
}

function made(kind, id, draft, more) {
  return Object.assign(
    {
      v: 1,
      key: kind + ':' + id,
      kind,
      id,
      account: 'a',
      needs: [],
      made: 0,
      draft,
      sentAt: 0,
      what: '',
      batch: ''
    },
    Queue.untried(),
    more
  );
}

async function play(events) {
  const { server, phone, keep, sync } = world(),
    batches = [],
    households = [];
  let ids = 0;
  phone.offset = 0;
  for (const event of events) {
    const id = 'id' + ids++,
      batch = batches[event.of % (batches.length || 1)];
    if (event.do === 'household') {
      households.push(id);
      const draft = { village_id: 'v', display_name: event.name, bad: event.bad || '' };
      keep([made('household', id, draft, { made: phone.now })]);
    } else if (event.do === 'batch') {
      batches.push(id);
      const draft = { lot: id, bad: event.bad || '' };
      const grower = event.new && households[households.length - 1];
      if (grower) draft.producer_id = grower;
      keep([made('batch', id, draft, { made: phone.now, needs: Hanging.needsOf(draft) })]);
    } else if (event.do === 'inspection' && batch) {
      const photos = Array.from({ length: event.photos }, (_, n) => id + 'p' + n),
        records = [];
      for (const photo of photos) {
        phone.bytes.set(photo, 'bytes');
        records.push(made('shot', photo, { sha256: photo }, { made: phone.now, batch }));
        records.push(
          made(
            'bytes',
            photo,
            { sha256: photo },
            { made: phone.now, batch, needs: ['shot:' + photo, 'inspection:' + id] }
          )
        );
      }
      keep(
        records.concat([
          made(
            'inspection',
            id,
            { value: 1, tested_at: '', photos, bad: event.bad || '' },
            {
              made: phone.now,
              batch,
              needs: ['batch:' + batch].concat(photos.map(one => 'shot:' + one))
            }
          )
        ])
      );
    } else if (event.do === 'move' && batch) {
      keep([
        made(
          'move',
          id,
          { reason: 'r' },
          { made: phone.now, batch, move: event.move, needs: ['batch:' + batch] }
        )
      ]);
    } else if (event.do === 'taken' && batch && !server.has.has('batch:' + batch)) {
      server.has.set('batch:' + batch, 'of someone else');
      server.made++;
    } else if (event.do === 'known') {
      // another phone was first
      if (server.names.has(event.name)) continue;
      server.has.set('household:' + id, 'of another phone');
      server.names.set(event.name, id);
      server.made++;
    } else if (event.do === 'sync') await sync(event.faults, event.disk);
    else if (event.do === 'wait') phone.now += event.ms;
    else if (event.do === 'clock') phone.offset = event.ms;
    else if (event.do === 'sign_out') phone.signedIn = false;
    else if (event.do === 'sign_in') phone.signedIn = true;
    else if (event.do === 'new_session') phone.csrf = 'old';
    else if (event.do === 'amend' || event.do === 'discard') {
      const open = phone.memory.filter(
        one =>
          Queue.editable(one, event.by || 'a') &&
          ['household', 'batch', 'inspection'].includes(one.kind)
      );
      const one = open.sort((a, b) => (a.state < b.state ? -1 : 1))[event.of % (open.length || 1)];
      if (!one) continue;
      if (event.do === 'discard') {
        const gone = Queue.withDependents(phone.memory, one.key);
        keep([], gone);
        for (const list of [batches, households]) {
          const left = list.filter(kept => !gone.some(key => key.endsWith(':' + kept)));
          list.splice(0, list.length, ...left); // it is on no list any more
        }
        continue;
      }
      const draft = Object.assign({}, one.draft, { bad: '', value: 2 }),
        after = Hanging.revised(phone.memory, one.key, draft, 'fresh' + ids);
      keep(after, after.some(other => other.key === one.key) ? [] : [one.key]);
      const list = { batch: batches, household: households }[one.kind];
      if (list && one.code === 'different_content') list[list.indexOf(one.id)] = 'fresh' + ids;
    }
  }
  // Then all is well again: signed in, connected, nobody pulls the battery.
  const calm = !events.length || events[events.length - 1].do !== 'stop',
    rounds = [];
  if (calm) phone.signedIn = true;
  for (let n = 0; calm && n < 40 && phone.memory.some(one => one.state === 'waiting'); n++) {
    rounds.push(await sync([], []));
    const at = Queue.wakeAt(phone.memory, 'a');
    if (at === Infinity) break;
    phone.now = Math.max(phone.now, at);
  }
  return {
    records: phone.memory,
    now: phone.now,
    rounds: rounds.length,
    disk: phone.disk.size,
    made: server.made,
    orphans: server.orphans,
    lost: phone.lost,
    has: [...server.has.keys()],
    bytes: [...server.bytes],
    kept: [...phone.bytes.keys()],
    moves: [...server.moves.keys()]
  };
}

createInterface({ input: process.stdin }).on('line', async line => {
  let answer;
  try {
    const asked = JSON.parse(line);
    answer = asked.timed ? Times.timed(...asked.timed) : await play(asked);
  } catch (error) {
    answer = { error: String(error.stack) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
});
