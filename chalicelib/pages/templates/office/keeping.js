// Keeps the field's page with all its files, one release at a time, and answers with them.

var worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** @param {string} file */
function fetched(file) {
  return fetch(file, { cache: 'no-cache', credentials: 'same-origin', redirect: 'error' });
}

/** All of them, or the release before stays. */
function install() {
  return caches.open(cache).then(function (kept) {
    return Promise.all(
      files.map(function (file) {
        return fetched(file).then(function (answer) {
          if (!answer.ok) throw new Error(file);
          return kept.put(file, answer);
        });
      })
    );
  });
}

function dropOthers() {
  return caches.keys().then(function (names) {
    var others = names.filter(function (name) {
      return name !== cache;
    });
    return Promise.all(
      others.map(function (name) {
        return caches.delete(name);
      })
    );
  });
}

/** The page is kept once for each language, whatever else its address says. @param {URL} url */
function keptAs(url) {
  if (url.pathname !== page) return url.pathname;
  var english = /^en/.test(url.searchParams.get('lang') || navigator.language);
  return page + '?lang=' + (english ? 'en' : 'zh-CN');
}

worker.addEventListener('install', function (event) {
  event.waitUntil(
    install().then(function () {
      return worker.skipWaiting();
    })
  );
});
worker.addEventListener('activate', function (event) {
  event.waitUntil(
    dropOthers().then(function () {
      return worker.clients.claim();
    })
  );
});
worker.addEventListener('fetch', function (event) {
  var url = new URL(event.request.url);
  var asked = keptAs(url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (files.indexOf(asked) < 0) return;
  event.respondWith(
    caches
      .open(cache)
      .then(function (kept) {
        return kept.match(asked);
      })
      .then(function (answer) {
        return answer || fetch(event.request);
      })
  );
});
