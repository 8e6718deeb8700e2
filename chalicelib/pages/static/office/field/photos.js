// Photos: two records each, and bytes that stay on the phone until the server has them.
const Photos = (() => {
  /**
   * A test with the records of its photos.
   * @param {TestRecord} test
   * @returns {FieldRecord[]}
   */
  function withPhotos(test) {
    const { draft, what, batch, made } = test;
    const shots = draft.photos.map(id => 'shot:' + id);
    /** @type {FieldRecord[]} */
    const records = [Queue.changed(test, { needs: test.needs.concat(shots) })];
    for (const { id, size, sha256 } of draft._photos) {
      const shot = { content_type: 'image/jpeg', size, sha256 };
      const needs = ['shot:' + id, test.key];
      records.push(Records.make('shot', id, shot, { what, batch, made }));
      records.push(Records.make('bytes', id, shot, { what, batch, made, needs }));
    }
    return records;
  }

  /** Their ids, of the keys of records. @param {string[]} keys */
  function among(keys) {
    return keys.filter(key => key.slice(0, 6) === 'bytes:').map(key => key.slice(6));
  }

  /**
   * Of a form that has them no more; those of a record stay until that is saved without them.
   * @param {string[]} ids
   */
  function takeOff(ids) {
    const records = Queue.byKey(app.records);
    return Store.dropPhotos(ids.filter(id => !records['bytes:' + id]));
  }

  /**
   * Drops those that the server has, and those of forms that were never saved: what nothing names,
   * and nothing named a day ago. One that was only just taken, also in another page, is named a
   * moment later.
   */
  async function sweep() {
    const here = await Store.photos();
    const kept = await Loading.load();
    const now = Date.now();
    /** @type {{ [id: string]: string }} */
    const named = {};
    /** @type {{ [id: string]: number }} */
    const strays = {};
    for (const record of kept.records) {
      if (record.kind === 'bytes') named[record.id] = record.state;
    }
    for (const { values } of Object.values(Queue.changed(kept.draft, app.drafts))) {
      for (const photo of values.photos || []) named[photo.id] = 'draft';
    }
    for (const id of here) if (!named[id]) strays[id] = (kept.strays || {})[id] || now;
    await Store.dropPhotos(here.filter(id => named[id] === 'sent' || now - strays[id] > Queue.DAY));
    await Store.keep('strays', strays);
  }

  return { withPhotos, among, takeOff, sweep };
})();
