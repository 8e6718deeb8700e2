// Reads what the phone keeps into the page, and gives back what a cleared store has lost.
const Loading = (() => {
  /**
   * Of what is kept by account, this one's.
   * @template Thing
   * @param {{ [accountAndName: string]: Thing }} kept
   */
  function ours(kept) {
    const start = Account.me() + '/';
    /** @type {{ [name: string]: Thing }} */
    const mine = {};
    for (const name in kept) {
      if (name.indexOf(start) === 0) mine[name.slice(start.length)] = kept[name];
    }
    return mine;
  }

  /** The form that is open here, whatever another page knows of it. */
  function typing() {
    const draft = app.drafts[location.hash];
    return draft ? { [location.hash]: draft } : {};
  }

  /**
   * Cleared while this page was open, or given up: what is known here is kept anew.
   * @param {Kept} kept
   */
  async function refill(kept) {
    const mine = Account.me() + '/';
    const known = Queue.byKey(kept.records);
    for (const route in app.drafts) {
      kept.draft[mine + route] = app.drafts[route];
      Store.keep(Drafts.place('draft', route), app.drafts[route]);
    }
    for (const product in app.last) {
      kept.last[mine + product] = app.last[product];
      Store.keep(Drafts.place('last', product), app.last[product]);
    }
    if (app.data) Store.keep('data', { data: app.data, etag: app.etag });
    Store.keep('phone', app.letter);
    const lost = app.records.filter(record => !known[record.key]);
    kept.records = kept.records.concat(lost);
    if (await Records.put(lost)) await Store.mark();
  }

  async function load() {
    let before;
    let kept;
    do {
      before = app.written;
      kept = await Store.all();
    } while (app.written !== before); // what was read is older than what is known here
    if (!kept.opened) await refill(kept);
    if (Account.locked()) {
      if (kept.data) Account.forget();
    } else if (kept.data && kept.data.data.id !== Account.me()) Account.adopt(kept.data);
    app.records = Queue.of(kept.records, Account.me());
    app.others = Queue.count(kept.records, Account.me()).others;
    app.last = ours(kept.last);
    app.drafts = Queue.changed(ours(kept.draft), typing());
    return kept;
  }

  return { load };
})();
