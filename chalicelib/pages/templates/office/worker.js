// {{ version }}
var cache = 'field-{{ version }}', files = {{ files|safe }};
self.addEventListener('install', function (event) {
  event.waitUntil(caches.open(cache).then(function (kept) {
    return Promise.all(files.map(function (file) {
      return fetch(file, { cache: 'no-cache', credentials: 'same-origin', redirect: 'error' }).then(function (answer) {
        if (!answer.ok) throw new Error(file);
        return kept.put(file, answer);
      });
    }));
  }).then(function () { return self.skipWaiting(); }));
});
self.addEventListener('activate', function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== cache; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});
self.addEventListener('fetch', function (event) {
  var url = new URL(event.request.url), asked = url.pathname;
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (asked === '{{ path }}') {
    asked += '?lang=' + (/^en/.test(url.searchParams.get('lang') || navigator.language) ? 'en' : 'zh-CN');
  }
  if (files.indexOf(asked) < 0) return;
  event.respondWith(caches.open(cache).then(function (kept) { return kept.match(asked); }).then(function (found) {
    return found || fetch(event.request);
  }));
});
