// Counts the scan, and turns the verdict more careful when the count or the network says so.
// ES5: WebViews of Chrome 50 read it. It never makes a banner greener than the server did,
// except back to what the server said.
(function () {
  var HOUR = 36e5;
  var root = document.documentElement;
  /** @type {TraceConfig} */
  var cfg = JSON.parse(byId('cfg').textContent);
  var box = byId('v');
  var bar = byId('bar');
  var before = { box: box && [box.className, box.innerHTML], bar: bar.innerHTML };
  var offline = false;

  /** @param {string} id @returns {any} */
  function byId(id) {
    return document.getElementById(id);
  }

  /**
   * @param {'localStorage' | 'sessionStorage'} where
   * @param {string} key
   * @param {string} [value]
   */
  function kept(where, key, value) {
    try {
      if (value) window[where].setItem(key, value);
      return window[where].getItem(key);
    } catch (e) {
      return null;
    }
  }

  function device() {
    var id = kept('localStorage', 'shanhuo.device');
    if (id || !window.crypto) return id;
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    id = '';
    for (var i = 0; i < 16; i++) id += (bytes[i] + 256).toString(16).slice(1);
    return kept('localStorage', 'shanhuo.device', id);
  }

  /** @param {string[]} words a title, then paragraphs @param {number} n @param {boolean} [doubt] */
  function say(words, n, doubt) {
    if (!box) {
      box = document.createElement('section');
      /** @type {any} */ (document.querySelector('main')).insertBefore(
        box,
        document.querySelector('.cols')
      );
    }
    box.className = 'banner warn';
    box.innerHTML =
      '<svg class="ic" aria-hidden="true"><use xlink:href="#i-warn"/></svg><div><h2></h2></div>';
    box.querySelector('h2').textContent = words[0].replace('{n}', '' + n);
    for (var i = 1; i < words.length; i++) {
      var line = document.createElement('p');
      line.textContent = words[i];
      box.lastChild.appendChild(line);
    }
    if (doubt) root.className += ' q';
  }

  /** @param {[string, string][]} pair [words, address] */
  function buttons(pair) {
    for (var i = 0; i < 2; i++) {
      bar.children[i].textContent = pair[i][0];
      bar.children[i].href = pair[i][1];
    }
  }

  function wentOffline() {
    if (offline) return;
    offline = true;
    say(cfg.offline, 0, true);
    buttons(cfg.offlineBar);
  }

  function backOnline() {
    offline = false;
    root.className = root.className.replace(/ q/g, '');
    bar.innerHTML = before.bar;
    if (before.box) {
      box.className = before.box[0];
      box.innerHTML = before.box[1];
    } else {
      box.parentNode.removeChild(box);
      box = null;
    }
  }

  /** @param {ScanAnswer} answer @param {string | null} date */
  function counted(answer, date) {
    // The server's clock decides whether this copy is old; a phone's may be wrong.
    var old = (date ? Date.parse(date) : Date.now()) - cfg.at > HOUR;
    var n = '' + answer.count;
    if (old) {
      if (kept('sessionStorage', 'shanhuo.old') === '' + cfg.at) return wentOffline();
      kept('sessionStorage', 'shanhuo.old', '' + cfg.at);
      return location.reload();
    }
    if (offline && navigator.onLine !== false) backOnline();
    if (offline) return;
    if (answer.count !== cfg.count) {
      byId('n').textContent = answer.count > 1 ? cfg.times.replace('{n}', n) : cfg.once;
    }
    if (cfg.first) judge(answer, n);
  }

  /** @param {ScanAnswer} answer @param {string} n */
  function judge(answer, n) {
    if (answer.level === 'suspect') {
      say(cfg.suspect, answer.count, true);
      if (cfg.suspectBar) buttons(cfg.suspectBar);
    } else if (answer.level === 'notice') {
      say(cfg.notice, answer.count);
    } else if (box) {
      var line = box.querySelector('.ok h2') || box.querySelector('p:last-child');
      if (answer.count <= 1) line.textContent = cfg.first;
      else if (answer.count > cfg.count) line.textContent = cfg.nth.replace('{n}', n);
    }
  }

  function post() {
    var id = device();
    var body = JSON.stringify(id ? { device: id } : {});
    var url = cfg.path + '/scans';
    var headers = { 'Content-Type': 'application/json' };
    if ('fetch' in window) {
      fetch(url, { method: 'POST', headers: headers, body: body, keepalive: true })
        .then(function (answer) {
          if (!answer.ok) return;
          return answer.json().then(function (scan) {
            counted(scan, answer.headers.get('Date'));
          });
        })
        .catch(function () {});
      return;
    }
    var xhr = new XMLHttpRequest();
    xhr.open('POST', url);
    xhr.setRequestHeader('Content-Type', 'application/json');
    xhr.onload = function () {
      if (xhr.status === 200) counted(JSON.parse(xhr.responseText), xhr.getResponseHeader('Date'));
    };
    xhr.send(body);
  }

  function start() {
    if (navigator.onLine === false || Date.now() - cfg.at > HOUR) wentOffline();
    post();
  }

  // To the complaint that this phone has sent about the box.
  function mine() {
    var link = kept('localStorage', 'shanhuo.' + cfg.path);
    if (!link || !/^\/complaints\//.test(link)) return;
    byId('mine').href = link;
    byId('mine').hidden = false;
    if (cfg.claim) {
      bar.children[1].href = link;
      before.bar = bar.innerHTML;
    }
  }

  mine();
  start();
  window.addEventListener('offline', wentOffline);
  window.addEventListener('online', function () {
    location.reload();
  });
  window.addEventListener('pageshow', function (event) {
    if (event.persisted) start();
  });
})();
