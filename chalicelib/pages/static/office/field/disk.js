// Where the phone keeps things: a database of its own, or, where it keeps nothing, this page's memory.
const Disk = (() => {
  const LONGEST_OPENING = 4000;

  /**
   * When a request, or a whole transaction, has ended.
   * @param {any} request
   * @returns {Promise<any>}
   */
  function done(request) {
    return new Promise((yes, no) => {
      request.oncomplete = request.onsuccess = () => yes(request.result);
      request.onabort = request.onerror = () => no(request.error);
    });
  }

  /** @param {number} wait @returns {Promise<never>} */
  function silence(wait) {
    return new Promise((_, no) => {
      setTimeout(() => no(new Error('no answer')), wait);
    });
  }

  /**
   * Its writes are on disk when they are done (W3C IndexedDB 3, durability): a battery may be taken
   * out the moment after.
   * @param {string} name
   * @returns {Database}
   */
  function database(name) {
    /** @type {Promise<IDBDatabase> | null} */
    let opening = null;
    let late = false;

    function closed() {
      opening = null;
      late = false;
    }
    /** @returns {Promise<IDBDatabase>} */
    function open() {
      const request = indexedDB.open(name); // throws where it is forbidden, or there is none
      request.onupgradeneeded = () => request.result.createObjectStore('kept');
      const answer = done(request);
      answer.then(db => {
        late = false;
        db.onclose = closed;
        // else whoever deletes it would wait, and the next opening behind that
        db.onversionchange = () => {
          db.close();
          closed();
        };
      }, closed);
      return answer;
    }
    async function opened() {
      if (!opening) opening = open();
      const tooLate = silence(late ? 0 : LONGEST_OPENING);
      tooLate.catch(() => {
        late = true;
      });
      return Promise.race([opening, tooLate]);
    }

    return async (mode, use) => {
      async function go() {
        const db = await opened();
        return use(db.transaction('kept', mode, { durability: 'strict' }).objectStore('kept'));
      }
      try {
        return await go();
      } catch (error) {
        // by its browser, also in the midst of it: then nothing of it was done
        const justClosing = /^(InvalidState|Abort)/.test(/** @type {Error} */ (error).name);
        if (!justClosing) throw error;
        closed();
        return go();
      }
    };
  }

  /** The same for as long as the page is open. @returns {Database} */
  function memory() {
    /** @type {{ [key: string]: unknown }} */
    const rows = {};
    /** @param {unknown} [value] */
    function later(value) {
      /** @type {any} */
      const request = { result: value };
      setTimeout(() => request.onsuccess());
      return request;
    }
    const asRows = {
      /** @param {unknown} value @param {string} key */
      put(value, key) {
        rows[key] = value;
      },
      /** @param {string} key */
      delete(key) {
        delete rows[key];
      },
      /** @param {string} key */
      get: key => later(rows[key]),
      getAllKeys: () => later(Object.keys(rows)),
      getAll: () => later(Object.keys(rows).map(key => rows[key])),
      get transaction() {
        return later(); // asked for last
      }
    };
    return async (_, use) => use(asRows);
  }

  return { done, database, memory };
})();
