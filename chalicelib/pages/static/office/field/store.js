// The phone's own store. Records and photos have a database each, so that opening the page need not
// read every picture. Every promise ends when the phone has it on disk; false means that it has not
// (a full phone). Where the phone keeps nothing (a private window, a browser that forbids it or does
// not answer), this page keeps it until it is closed; then `trouble` is "no_store", and T takes the
// words that say so.
const Store = (() => {
  /** @type {Database} */
  let records;
  /** @type {Database} */
  let photos;
  let broken = false;
  let full = false;

  /** @param {string} key @param {Database} from */
  function get(key, from) {
    return from('readonly', rows => Disk.done(rows.get(key)));
  }

  /** @param {Database} from @returns {Promise<string[]>} */
  function keys(from) {
    return from('readonly', rows => Disk.done(rows.getAllKeys()));
  }

  /**
   * All that `work` writes, or nothing. What it returns, once it is kept; false if it is not.
   * @param {Database} to
   * @param {(rows: Rows) => void | (() => any)} work
   */
  async function write(to, work) {
    try {
      return await to('readwrite', async rows => {
        let answer;
        try {
          answer = work(rows);
        } catch (error) {
          rows.transaction.abort();
          throw error;
        }
        await Disk.done(rows.transaction);
        full = false;
        return answer ? answer() : true;
      });
    } catch (error) {
      full = !broken;
      return false;
    }
  }

  /** @param {string} name @param {unknown} value */
  function keep(name, value) {
    return write(records, rows => void rows.put(value, name));
  }

  /** @param {string} name */
  function drop(name) {
    return write(records, rows => void rows.delete(name));
  }

  /** Of a store that was cleared while a page was open, this is missing. */
  function mark() {
    return keep('opened', true);
  }

  function forsake() {
    broken = true;
    full = false;
    records = Disk.memory();
    photos = Disk.memory();
    mark();
  }

  /** A phone that writes nothing more may still hold records that wait. */
  async function works() {
    if (await mark()) return true;
    try {
      return (await keys(records)).some(key => key.slice(0, 7) === 'record/');
    } catch (error) {
      return false;
    }
  }

  async function open() {
    records = Disk.database('shanhuo-field');
    photos = Disk.database('shanhuo-photos');
    if (!(await works())) forsake();
    else if (navigator.storage && navigator.storage.persist) {
      navigator.storage.persist().catch(() => {});
    }
  }

  /** @returns {Promise<[string[], any[]]>} */
  async function allRows() {
    try {
      return await records('readonly', rows =>
        Promise.all([Disk.done(rows.getAllKeys()), Disk.done(rows.getAll())])
      );
    } catch (error) {
      forsake();
      return [[], []];
    }
  }

  /** Everything but the photos. @returns {Promise<Kept>} */
  async function all() {
    const [names, values] = await allRows();
    /** @type {any} */
    const kept = { records: [], draft: {}, last: {} };
    names.forEach((name, i) => {
      const at = name.indexOf('/');
      const group = name.slice(0, at);
      if (group === 'record') kept.records.push(values[i]);
      else if (at > 0) kept[group][name.slice(at + 1)] = values[i];
      else kept[name] = values[i];
    });
    return kept;
  }

  /**
   * All of them in one transaction, or none. With `guard`, only if the record of that key is, in the
   * same transaction, still as `holds` wants it, else "changed".
   * @param {FieldRecord[]} changed
   * @param {string[]} [gone] keys of records to remove in the same
   * @param {string} [guard]
   * @param {(record: FieldRecord) => boolean} [holds]
   * @returns {Promise<boolean | 'changed'>}
   */
  function put(changed, gone, guard, holds) {
    return write(records, rows => {
      let refused = false;
      function putAll() {
        for (const record of changed) rows.put(record, 'record/' + record.key);
        for (const key of gone || []) rows.delete('record/' + key);
      }
      if (guard && holds) {
        const asked = rows.get('record/' + guard);
        asked.onsuccess = () => {
          if (asked.result && holds(asked.result)) putAll();
          else refused = true;
        };
      } else putAll();
      return () => (refused ? 'changed' : true);
    });
  }

  return {
    open,
    all,
    put,
    keep,
    mark,
    drop,
    /** '', "no_store": nothing is kept beyond this page, or "no_room": the last thing was not. */
    trouble: () => (broken ? 'no_store' : full ? 'no_room' : ''),
    /** @param {string} key @returns {Promise<FieldRecord | null>} */
    record: key => get('record/' + key, records).catch(() => null),
    /** @param {string} id @returns {Promise<Uint8Array<ArrayBuffer> | null>} */
    photo: id => get(id, photos).catch(() => null),
    /** @param {string} id @param {Uint8Array} bytes */
    keepPhoto: (id, bytes) => write(photos, rows => void rows.put(bytes, id)),
    /** @param {string[]} ids */
    dropPhotos: ids =>
      write(photos, rows => {
        for (const id of ids) rows.delete(id);
      }),
    photos: () => keys(photos).catch(() => [])
  };
})();
