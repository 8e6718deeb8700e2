// What hangs on what: a batch on its household, where that is new, and all on a record that gets
// another id. Pure, as queue.js.
const Hanging = (() => {
  /** Of a batch. @param {any} draft */
  function needsOf(draft) {
    return ['household:' + draft.producer_id];
  }

  /**
   * The id by which the server knows a grower: another phone may have added it before this one.
   * @param {FieldRecord[]} records
   * @param {string} id
   * @returns {string}
   */
  function growerId(records, id) {
    const { answer } = Queue.byKey(records)['household:' + id] || {};
    return (answer && answer.id) || id;
  }

  /**
   * The records after one was corrected: a batch waits for its household, if that is new. Where the
   * server holds something else under its id, the corrected one gets `fresh` as its id, and those
   * that hang on it follow.
   * @param {FieldRecord[]} records
   * @param {string} key
   * @param {Draft} draft
   * @param {string} fresh
   * @returns {FieldRecord[]}
   */
  function revised(records, key, draft, fresh) {
    const old = Queue.byKey(records)[key];
    const taken = old.code === 'different_content';
    const id = taken ? fresh : old.id;
    const renamed = old.kind + ':' + id;
    const needs = old.kind === 'batch' ? needsOf(draft) : old.needs;
    return records.map(record => {
      if (record.key === key) {
        return Queue.changed(Queue.changed(old, Queue.untried()), {
          id,
          key: renamed,
          draft,
          needs
        });
      }
      if (!taken || record.needs.indexOf(key) < 0) return record;
      return Queue.changed(record, {
        needs: record.needs.map(need => (need === key ? renamed : need)),
        batch: old.kind === 'batch' ? id : record.batch,
        draft:
          old.kind === 'household' ? Queue.changed(record.draft, { producer_id: id }) : record.draft
      });
    });
  }

  return { needsOf, growerId, revised };
})();
