// The phone's own store, through idb-keyval. Records and photos have a database each, so that
// opening the page need not read every picture. Every promise ends when the phone has it on disk;
// false means that it has not (a full phone, a private window).
var Store = (function () {
  var records, photos, broken = false;

  // A store as idb-keyval takes it, but one whose writes are on disk when they are done (W3C
  // IndexedDB 3, durability): a battery may be taken out the moment after.
  function strict(name) {
    var opening;
    function opened() {
      var request;
      if (opening) return opening;
      try { request = indexedDB.open(name); } catch (error) { return Promise.reject(error); } // forbidden by the browser
      request.onupgradeneeded = function () { request.result.createObjectStore('kept'); };
      opening = idbKeyval.promisifyRequest(request);
      opening.then(function (db) { db.onclose = db.onversionchange = function () { opening = null; }; }, function () { opening = null; });
      return opening;
    }
    return function (mode, use) {
      return opened().then(function (db) { return use(db.transaction('kept', mode, { durability: 'strict' }).objectStore('kept')); });
    };
  }

  function open() {
    records = strict('shanhuo-field');
    photos = strict('shanhuo-photos');
    return new Promise(function (found) { found(idbKeyval.get('phone', records)); }).then(function () {
      if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(function () {});
      return true;
    }, function () { broken = true; return false; });
  }

  function kept(promise) { return promise.then(function () { return true; }, function () { return false; }); }

  // {record: [...], draft: {...}, last: {...}, plain names}: everything but the photos.
  function all() {
    return idbKeyval.entries(records).then(function (entries) {
      var found = { records: [], draft: {}, last: {} };
      entries.forEach(function (entry) {
        var at = entry[0].indexOf('/'), group = entry[0].slice(0, at), name = entry[0].slice(at + 1);
        if (group === 'record') found.records.push(entry[1]);
        else if (at > 0) found[group][name] = entry[1];
        else found[name] = entry[1];
      });
      return found;
    });
  }

  // All of them in one transaction, or none; `gone`: keys of records to remove in the same. With
  // `guard`, only if the record of that key is, in the same transaction, still as `holds` wants it,
  // else "changed".
  function put(changed, gone, guard, holds) {
    return records('readwrite', function (store) {
      var asked = guard ? store.get('record/' + guard) : null, refused = false;
      function write() {
        changed.forEach(function (one) { store.put(one, 'record/' + one.key); });
        (gone || []).forEach(function (key) { store.delete('record/' + key); });
      }
      if (!asked) write();
      else asked.onsuccess = function () {
        if (asked.result && holds(asked.result)) write(); else refused = true;
      };
      return idbKeyval.promisifyRequest(store.transaction).then(function () { return refused ? 'changed' : true; });
    }).catch(function () { return false; });
  }

  return {
    open: open, all: all, put: put,
    broken: function () { return broken; },
    keep: function (name, value) { return kept(idbKeyval.set(name, value, records)); },
    drop: function (name) { return kept(idbKeyval.del(name, records)); },
    record: function (key) { return idbKeyval.get('record/' + key, records); },
    photo: function (id) { return idbKeyval.get(id, photos).catch(function () { return null; }); },
    keepPhoto: function (id, bytes) { return kept(idbKeyval.set(id, bytes, photos)); },
    dropPhotos: function (ids) { return kept(idbKeyval.delMany(ids, photos)); },
    photos: function () { return idbKeyval.keys(photos).catch(function () { return []; }); }
  };
})();
