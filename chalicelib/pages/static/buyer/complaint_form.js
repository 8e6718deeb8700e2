// Photos: made smaller here, sent one by one, their ids put into the form. Nothing that was
// filled in is lost when the network is. ES5, for WebViews of Chrome 50.
(function () {
  var d = document,
    MOST = 5 * 1024 * 1024,
    PHOTOS = 9;
  var cfg = JSON.parse(d.getElementById('cfg').textContent);
  var form = d.getElementById('form'),
    send = d.getElementById('send'),
    file = d.getElementById('file');
  var list = d.getElementById('shots'),
    field = d.getElementById('photos'),
    label = send.textContent;
  var draft = 'shanhuo.draft' + cfg.path,
    told = d.getElementById('told');
  var note = d.getElementById('note'),
    working = 0,
    failed = 0,
    waiting = false,
    warned = false;

  function stored(value) {
    try {
      if (value) window.sessionStorage.setItem(draft, value);
      return window.sessionStorage.getItem(draft);
    } catch (e) {
      return null;
    }
  }

  // --- the draft: choices, words and photos already sent -------------------------------------

  function save() {
    var data = {},
      i,
      one;
    for (i = 0; i < form.elements.length; i++) {
      one = form.elements[i];
      if (one.name && one.name !== 'form_key' && (one.type !== 'radio' || one.checked))
        data[one.name] = one.value;
    }
    stored(JSON.stringify(data));
  }

  function restore() {
    var data,
      name,
      one,
      i,
      asked = /[?&]reason=(\w+)/.exec(location.search);
    try {
      data = JSON.parse(stored() || '{}');
    } catch (e) {
      data = {};
    }
    if (asked) data.reason = asked[1];
    for (i = 0; i < form.elements.length; i++) {
      one = form.elements[i];
      name = one.name;
      if (!name || name === 'form_key' || data[name] === undefined) continue;
      if (one.type === 'radio')
        one.checked =
          one.checked ||
          (one.value === data[name] && !form.querySelector('[name=' + name + ']:checked'));
      else if (!one.value) one.value = data[name];
    }
    if (note.value) note.parentNode.open = true;
    if (field.value)
      row().text.textContent = cfg.kept.replace('{n}', field.value.split(',').length);
  }

  function share() {
    var chosen = form.querySelector('[name=reason]:checked'),
      box = d.getElementById('share'),
      i,
      all;
    if (!box) return;
    box.hidden = !!chosen && !/^(damaged|rotten|short_weight|other)$/.test(chosen.value);
    if (box.hidden)
      for (all = box.querySelectorAll('input'), i = 0; i < all.length; i++) all[i].checked = false;
  }

  // --- one photo -------------------------------------------------------------------------------

  function row() {
    var li = d.createElement('li'),
      text = d.createElement('div');
    li.appendChild(text);
    list.appendChild(li);
    return { li: li, text: text };
  }

  function request(method, url, headers, body, done, moved) {
    var xhr = new XMLHttpRequest(),
      name;
    xhr.open(method, url);
    xhr.timeout = 90000;
    for (name in headers) xhr.setRequestHeader(name, headers[name]);
    if (moved && xhr.upload) xhr.upload.onprogress = moved;
    xhr.onloadend = function () {
      var answer = null;
      try {
        answer = JSON.parse(xhr.responseText);
      } catch (e) {
        answer = null;
      }
      done(xhr.status >= 200 && xhr.status < 300, answer);
    };
    xhr.send(body);
  }

  function upload(blob, at) {
    var reader = new FileReader();
    working++;
    function ended(photo, why) {
      working--;
      if (photo) {
        field.value = field.value ? field.value + ',' + photo : photo;
        at.text.textContent = cfg.done;
        save();
      } else {
        failed++;
        again(why);
      }
      settled(photo, cfg.missing);
    }
    function again(why) {
      var button = d.createElement('button');
      at.text.textContent = why || cfg.failed;
      button.type = 'button';
      button.className = 'btn small';
      button.textContent = cfg.retry;
      button.onclick = function () {
        at.li.removeChild(button);
        failed--;
        upload(blob, at);
      };
      at.li.appendChild(button);
    }
    at.text.textContent = cfg.sending;
    reader.onload = function () {
      var bytes = new Uint8Array(reader.result);
      request(
        'POST',
        cfg.photos,
        { 'Content-Type': 'application/json' },
        JSON.stringify({
          content_type: blob.type,
          size: bytes.length,
          sha256: sha256(bytes)
        }),
        function (ok, answer) {
          if (!ok || !answer) return ended(null, answer && answer.detail);
          request(
            answer.upload.method,
            answer.upload.url,
            answer.upload.headers,
            blob,
            function (sent) {
              ended(sent && answer.photo_id);
            },
            function (event) {
              if (event.total)
                at.text.textContent =
                  cfg.sending + ' ' + Math.round((event.loaded / event.total) * 100) + '%';
            }
          );
        }
      );
    };
    reader.onerror = function () {
      ended(null);
    };
    reader.readAsArrayBuffer(blob);
  }

  function taken() {
    var picture = file.files[0],
      at;
    if (!picture) return;
    at = row();
    at.text.textContent = cfg.working;
    working++;
    shrink(picture, function (small, url) {
      var blob = small || picture,
        image;
      working--;
      file.value = '';
      if (blob.size > MOST || !/^image\/(jpeg|png|webp)$/.test(blob.type)) {
        at.text.textContent = cfg.wrong;
        return settled(false, cfg.wrong);
      }
      image = new Image();
      image.alt = cfg.photo.replace('{n}', list.children.length);
      image.src = url;
      at.li.insertBefore(image, at.text);
      d.getElementById('add').textContent = cfg.more;
      if (list.children.length >= PHOTOS) file.disabled = true;
      upload(blob, at);
    });
  }

  // --- sending the form ------------------------------------------------------------------------

  function tell(words) {
    told.textContent = words;
    told.hidden = false;
    if (told.scrollIntoView) told.scrollIntoView(false);
    send.disabled = waiting;
  }

  // A form that was sent too early goes off when its last photo is there.
  function settled(ok, words) {
    if (!waiting || working) return;
    waiting = false;
    if (ok) return go();
    warned = true;
    tell(words);
  }

  function go() {
    send.disabled = true;
    send.textContent = cfg.busy;
    save();
    form.submit();
  }

  form.addEventListener('submit', function (event) {
    event.preventDefault();
    if (send.disabled) return;
    if (working) {
      waiting = true;
      tell(cfg.waiting);
    } else if (failed > 0 && !warned) {
      warned = true;
      tell(cfg.missing);
    } else go();
  });
  form.addEventListener('change', function () {
    share();
    save();
  });
  form.addEventListener('input', save);
  file.addEventListener('change', taken);
  window.addEventListener('pageshow', function (event) {
    if (!event.persisted) return;
    send.disabled = false;
    send.textContent = label;
  });

  d.getElementById('camera').hidden = false;
  d.getElementById('without').hidden = true;
  restore();
  share();
})();
