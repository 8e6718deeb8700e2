// Counts the scan, and turns the verdict more careful when the count or the network says so.
// ES5: WebViews of Chrome 50 read it. It never makes a banner greener than the server did,
// except back to what the server said.
(function () {
  var d = document,
    root = d.documentElement,
    HOUR = 36e5;
  var cfg = JSON.parse(d.getElementById('cfg').textContent);
  var box = d.getElementById('v'),
    bar = d.getElementById('bar');
  var before = { box: box && [box.className, box.innerHTML], bar: bar.innerHTML };
  var offline = false;

  function kept(where, key, value) {
    try {
      if (value) window[where].setItem(key, value);
      return window[where].getItem(key);
    } catch (e) {
      return null;
    }
  }

  function device() {
    var id = kept('localStorage', 'shanhuo.device'),
      i,
      bytes;
    if (id || !window.crypto) return id;
    bytes = window.crypto.getRandomValues(new Uint8Array(16));
    for (id = '', i = 0; i < 16; i++) id += (bytes[i] + 256).toString(16).slice(1);
    return kept('localStorage', 'shanhuo.device', id);
  }

  function say(words, n, doubt) {
    var i, p;
    if (!box) {
      box = d.createElement('section');
      d.querySelector('main').insertBefore(box, d.querySelector('.card'));
    }
    box.className = 'banner warn';
    box.innerHTML =
      '<svg class="ic" aria-hidden="true"><use xlink:href="#i-warn"/></svg><div><h2></h2></div>';
    box.querySelector('h2').textContent = words[0].replace('{n}', n);
    for (i = 1; i < words.length; i++) {
      p = d.createElement('p');
      p.textContent = words[i];
      box.lastChild.appendChild(p);
    }
    if (doubt) root.className += ' q';
  }

  function buttons(pair) {
    var links = bar.children,
      i;
    for (i = 0; i < 2; i++) {
      links[i].textContent = pair[i][0];
      links[i].href = pair[i][1];
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

  function counted(answer, date) {
    // The server's clock decides whether this copy is old; a phone's may be wrong.
    var line,
      old = (date ? Date.parse(date) : Date.now()) - cfg.at > HOUR;
    if (old) {
      if (kept('sessionStorage', 'shanhuo.old') === '' + cfg.at) return wentOffline();
      kept('sessionStorage', 'shanhuo.old', '' + cfg.at);
      return location.reload();
    }
    if (offline && navigator.onLine !== false) backOnline();
    if (offline) return;
    if (answer.count !== cfg.count) {
      d.getElementById('n').textContent =
        answer.count > 1 ? cfg.times.replace('{n}', answer.count) : cfg.once;
    }
    if (!cfg.first) return;
    if (answer.level === 'suspect') {
      say(cfg.suspect, answer.count, true);
      if (cfg.suspectBar) buttons(cfg.suspectBar);
    } else if (answer.level === 'notice') {
      say(cfg.notice, answer.count);
    } else if (box) {
      line = box.querySelector('.ok h2') || box.querySelector('p:last-child');
      if (answer.count <= 1) line.textContent = cfg.first;
      else if (answer.count > cfg.count) line.textContent = cfg.nth.replace('{n}', answer.count);
    }
  }

  function post() {
    var id = device(),
      body = JSON.stringify(id ? { device: id } : {}),
      url = cfg.path + '/scans',
      xhr;
    if (window.fetch) {
      fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: body,
        keepalive: true
      })
        .then(function (r) {
          return (
            r.ok &&
            r.json().then(function (answer) {
              counted(answer, r.headers.get('Date'));
            })
          );
        })
        .catch(function () {});
      return;
    }
    xhr = new XMLHttpRequest();
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

  function mine() {
    var link = kept('localStorage', 'shanhuo.' + cfg.path),
      a = d.getElementById('mine');
    if (!link || !/^\/complaints\//.test(link)) return;
    a.href = link;
    a.hidden = false;
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
