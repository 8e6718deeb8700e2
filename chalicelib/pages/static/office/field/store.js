// The phone's own store. Records and photos have a database each, so that opening the page need not
// read every picture. Every promise ends when the phone has it on disk; false means that it has not
// (a full phone). Where the phone keeps nothing (a private window, a browser that forbids it or does
// not answer), this page keeps it until it is closed; then `trouble` is "no_store", and T takes the
// words that say so.
var Store = (function () {
  var LONGEST_OPENING = 4000,
    records,
    photos,
    broken = false,
    full = false;

  function done(request) {
    return new Promise(function (yes, no) {
      request.oncomplete = request.onsuccess = function () {
        yes(request.result);
      };
      request.onabort = request.onerror = function () {
        no(request.error);
      };
    });
  }

  // Its writes are on disk when they are done (W3C IndexedDB 3, durability): a battery may be taken
  // out the moment after.
  function disk(name) {
    var opening = null,
      late = false;
    function closed() {
      opening = null;
      late = false;
    }
    function opened() {
      var request;
      if (!opening) {
        try {
          request = indexedDB.open(name);
        } catch (error) {
          return Promise.reject(error);
        } // forbidden, or there is none
        request.onupgradeneeded = function () {
          request.result.createObjectStore('kept');
        };
        opening = done(request);
        opening.then(function (db) {
          late = false;
          db.onclose = closed;
          db.onversionchange = function () {
            db.close();
            closed();
          }; // else whoever deletes it would wait, and the next opening behind that
        }, closed);
      }
      return Promise.race([
        opening,
        new Promise(function (_, no) {
          setTimeout(
            function () {
              late = true;
              no(new Error('no answer'));
            },
            late ? 0 : LONGEST_OPENING
          );
        })
      ]);
    }
    return function (mode, use) {
      function go() {
        return opened().then(function (db) {
          return use(db.transaction('kept', mode, { durability: 'strict' }).objectStore('kept'));
        });
      }
      return go().catch(function (error) {
        if (error.name !== 'InvalidStateError') throw error; // else it was just being closed
        closed();
        return go();
      });
    };
  }

  // The same for as long as the page is open.
  function memory() {
    var rows = {};
    function later(value) {
      var request = { result: value };
      setTimeout(function () {
        request.onsuccess();
      });
      return request;
    }
    return function (mode, use) {
      return Promise.resolve(
        use({
          put: function (value, key) {
            rows[key] = value;
          },
          delete: function (key) {
            delete rows[key];
          },
          get: function (key) {
            return later(rows[key]);
          },
          getAllKeys: function () {
            return later(Object.keys(rows));
          },
          getAll: function () {
            return later(
              Object.keys(rows).map(function (key) {
                return rows[key];
              })
            );
          },
          get transaction() {
            return later();
          } // asked for last
        })
      );
    };
  }

  function get(key, from) {
    return from('readonly', function (rows) {
      return done(rows.get(key));
    });
  }
  function keys(from) {
    return from('readonly', function (rows) {
      return done(rows.getAllKeys());
    });
  }
  // All that `work` writes, or nothing. What it returns, once it is kept; false if it is not.
  function write(to, work) {
    return to('readwrite', function (rows) {
      var answer;
      try {
        answer = work(rows);
      } catch (error) {
        rows.transaction.abort();
        throw error;
      }
      return done(rows.transaction).then(function () {
        full = false;
        return answer ? answer() : true;
      });
    }).catch(function () {
      full = !broken;
      return false;
    });
  }
  function keep(name, value) {
    return write(records, function (rows) {
      rows.put(value, name);
    });
  }
  // Of a store that was cleared while a page was open, this is missing.
  function mark() {
    return keep('opened', true);
  }

  function forsake() {
    broken = true;
    full = false;
    records = memory();
    photos = memory();
    mark();
  }

  // A phone that writes nothing more may still hold records that wait.
  function open() {
    records = disk('shanhuo-field');
    photos = disk('shanhuo-photos');
    return mark()
      .then(function (kept) {
        return (
          kept ||
          keys(records).then(
            function (known) {
              return known.some(function (key) {
                return key.slice(0, 7) === 'record/';
              });
            },
            function () {
              return false;
            }
          )
        );
      })
      .then(function (works) {
        if (!works) forsake();
        else if (navigator.storage && navigator.storage.persist)
          navigator.storage.persist().catch(function () {});
      });
  }

  // {record: [...], draft: {...}, last: {...}, plain names}: everything but the photos.
  function all() {
    return records('readonly', function (rows) {
      return Promise.all([done(rows.getAllKeys()), done(rows.getAll())]);
    })
      .catch(function () {
        forsake();
        return [[], []];
      })
      .then(function (read) {
        var found = { records: [], draft: {}, last: {} };
        read[0].forEach(function (key, i) {
          var at = key.indexOf('/'),
            group = key.slice(0, at),
            name = key.slice(at + 1),
            value = read[1][i];
          if (group === 'record') found.records.push(value);
          else if (at > 0) found[group][name] = value;
          else found[name] = value;
        });
        return found;
      });
  }

  // All of them in one transaction, or none; `gone`: keys of records to remove in the same. With
  // `guard`, only if the record of that key is, in the same transaction, still as `holds` wants it,
  // else "changed".
  function put(changed, gone, guard, holds) {
    return write(records, function (rows) {
      var asked = guard ? rows.get('record/' + guard) : null,
        refused = false;
      function put() {
        changed.forEach(function (one) {
          rows.put(one, 'record/' + one.key);
        });
        (gone || []).forEach(function (key) {
          rows.delete('record/' + key);
        });
      }
      if (!asked) put();
      else
        asked.onsuccess = function () {
          if (asked.result && holds(asked.result)) put();
          else refused = true;
        };
      return function () {
        return refused ? 'changed' : true;
      };
    });
  }

  return {
    open: open,
    all: all,
    put: put,
    keep: keep,
    mark: mark,
    // '', "no_store": nothing is kept beyond this page, or "no_room": the last thing was not.
    trouble: function () {
      return broken ? 'no_store' : full ? 'no_room' : '';
    },
    drop: function (name) {
      return write(records, function (rows) {
        rows.delete(name);
      });
    },
    record: function (key) {
      return get('record/' + key, records).catch(function () {
        return null;
      });
    },
    photo: function (id) {
      return get(id, photos).catch(function () {
        return null;
      });
    },
    keepPhoto: function (id, bytes) {
      return write(photos, function (rows) {
        rows.put(bytes, id);
      });
    },
    dropPhotos: function (ids) {
      return write(photos, function (rows) {
        ids.forEach(function (id) {
          rows.delete(id);
        });
      });
    },
    photos: function () {
      return keys(photos).catch(function () {
        return [];
      });
    }
  };
})();
