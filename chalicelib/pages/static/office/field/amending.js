// What becomes of a record that is typed anew, tried again or discarded.
const Amending = (() => {
  /** Its batch was recalled or closed: no correction brings it in. @param {FieldRecord} record */
  function ended(record) {
    return record.code === 'not_allowed_now' && record.kind !== 'batch';
  }

  /** Whether this phone still knows the plan by which it is typed anew. @param {FieldRecord} record */
  function amendable(record) {
    const batch = batchOf(record);
    if (ended(record)) return false;
    return record.kind === 'household' || !!(batch && Batches.product(batch.product_id));
  }

  /** Of what is typed: the batch itself, or the batch of a test. @param {FieldRecord} record */
  function batchOf(record) {
    if (record.kind === 'batch') return record.draft;
    return record.kind === 'inspection' ? Batches.get(record.batch) : undefined;
  }

  /**
   * What a field of a record is called on the screen.
   * @param {FieldRecord} record
   * @param {string} field
   */
  function label(record, field) {
    /** @type {{ [field: string]: string }} */
    const names = { quantity: 'fact_quantity', producer_id: 'producer' };
    const at = /^measurements\.(\d+)/.exec(field);
    const batch = Batches.get(record.batch);
    const product = batch && Batches.product(batch.product_id);
    if (at && product && record.kind === 'inspection') {
      const measured = record.draft.measurements[Number(at[1])];
      const metric = product.inspection_plan.metrics.find(
        ({ key }) => measured && key === measured.metric
      );
      if (metric) return Batches.metricName(metric);
    }
    return cfg.texts[names[field] || field] || '';
  }

  /**
   * Why the server refused it, each sentence with the name of its field.
   * @param {FieldRecord} record
   */
  function why(record) {
    if (record.code !== 'invalid' || !record.errors.length) return record.why;
    const sentences = record.errors.map(({ field, message }) => {
      const name = label(record, field);
      return (name ? name + (ENGLISH ? ': ' : '：') : '') + message;
    });
    return sentences.join(ENGLISH ? '; ' : '；') + (ENGLISH ? '.' : '。');
  }

  /**
   * What a corrected test changes, with its photos: those that it has no more go.
   * @param {TestRecord} old
   * @param {TestDraft} draft
   * @param {FieldRecord[]} changed as Hanging.revised has it
   * @param {string[]} gone
   */
  function withItsPhotos(old, draft, changed, gone) {
    const before = old.draft.photos;
    for (const id of before) {
      if (draft.photos.indexOf(id) < 0) gone.push('shot:' + id, 'bytes:' + id);
    }
    const test = /** @type {TestRecord} */ (
      changed.find(record => record.kind === 'inspection' && record.draft === draft)
    );
    const others = changed.filter(record => record !== test && gone.indexOf(record.key) < 0);
    const bare = Queue.changed(test, {
      needs: test.needs.filter(need => need.slice(0, 5) !== 'shot:')
    });
    const mine = Photos.withPhotos(bare).filter(
      record => record.kind === 'inspection' || before.indexOf(record.id) < 0
    );
    return others.concat(mine);
  }

  /**
   * A corrected draft, and what it needs: true, or the sentence that says why not.
   * @param {string} key
   * @param {any} draft
   * @param {FieldRecord[]} [added]
   */
  async function revise(key, draft, added) {
    await Loading.load();
    const old = Records.get(key);
    if (!old || !Records.editable(old)) return T('tried_already');
    const after = Hanging.revised(app.records, key, draft, uuid());
    let changed = after.filter((record, at) => record !== app.records[at]);
    const gone = changed.some(record => record.key === key) ? [] : [key];
    if (old.kind === 'inspection') changed = withItsPhotos(old, draft, changed, gone);
    if ((await Records.edit(changed.concat(added || []), gone, key)) !== true) return T('not_kept');
    await Store.dropPhotos(Photos.among(gone));
    Sending.soon();
    return true;
  }

  /** @param {string} key */
  async function retry(key) {
    const record = Records.get(key);
    const again = { state: 'waiting', notBefore: 0, why: '', code: '', errors: [] };
    const body = record.code === 'different_content' ? null : record.body;
    await Records.edit([Queue.changed(Queue.changed(record, again), { body })], [], key);
    Sending.soon();
    Page.go('#');
  }

  /** @param {string} key */
  async function discard(key) {
    const records = Queue.withDependents(app.records, key);
    const photos = Photos.among(records);
    const gone = records.concat(photos.map(id => 'shot:' + id));
    if ((await Records.edit([], gone, key)) !== true) return Page.say(T('not_kept'), 'stop');
    await Store.dropPhotos(photos);
    Page.go('#');
  }

  return { ended, amendable, why, revise, retry, discard };
})();
