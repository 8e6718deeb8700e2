// The records of this phone: made, written, and kept in step with the copy in the page.
const Records = (() => {
  /**
   * Times in a record are the phone's own clock; what is known of its error is added when it is sent.
   * @param {Kind} kind
   * @param {string} id
   * @param {Draft} draft
   * @param {object} [more]
   * @returns {any}
   */
  function make(kind, id, draft, more) {
    const record = {
      v: 1,
      key: kind + ':' + id,
      kind,
      id,
      account: Account.me(),
      needs: [],
      made: Date.now(),
      draft,
      sentAt: 0,
      what: '',
      batch: ''
    };
    return Object.assign(record, Queue.untried(), Clock.known(), more);
  }

  /**
   * In one transaction, as Store.put says.
   * @param {FieldRecord[]} changed
   * @param {string[]} [gone]
   * @param {string} [guard]
   * @param {(record: FieldRecord) => boolean} [holds]
   */
  async function put(changed, gone, guard, holds) {
    app.written++;
    const ended = await Store.put(changed, gone, guard, holds);
    if (ended !== true) return ended;
    if (channel) channel.postMessage('changed');
    const dropped = gone || [];
    const replaced = Queue.byKey(changed);
    const others = app.records.filter(
      record => dropped.indexOf(record.key) < 0 && !replaced[record.key]
    );
    app.records = Queue.of(others.concat(changed), Account.me());
    return true;
  }

  /** @param {FieldRecord} record */
  function editable(record) {
    return Queue.editable(record, Account.me());
  }

  /**
   * Changes a record of one's own that may still be changed; asked once more amid the writing.
   * @param {FieldRecord[]} changed
   * @param {string[]} gone
   * @param {string} key
   */
  function edit(changed, gone, key) {
    return put(changed, gone, key, editable);
  }

  /** New ones: true, or the sentence that says why not. @param {FieldRecord[]} records */
  async function enqueue(records) {
    if (Account.locked()) {
      Page.draw();
      return T('sync_locked');
    }
    if (!(await put(records))) return T('full');
    Sending.soon();
    return true;
  }

  /** @param {string} key */
  function get(key) {
    return Queue.byKey(app.records)[key];
  }

  return { make, put, edit, editable, enqueue, get };
})();
