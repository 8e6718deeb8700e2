// Sends the form, when its photos are there. ES5, for WebViews of Chrome 50.
(function () {
  var cfg = config();
  var form = byId('form');
  var send = byId('send');
  var notice = byId('told');
  var photos = ComplaintPhotos.state;
  var label = send.textContent;
  var waiting = false;
  var warned = false;

  /** @param {string} words */
  function say(words) {
    notice.textContent = words;
    notice.hidden = false;
    if (notice.scrollIntoView) notice.scrollIntoView(false);
    send.disabled = waiting;
  }

  function go() {
    send.disabled = true;
    send.textContent = cfg.busy;
    ComplaintDraft.save();
    form.submit();
  }

  // A form that was sent too early goes off when its last photo is there.
  photos.settled = function (good, words) {
    if (!waiting || photos.working) return;
    waiting = false;
    if (good) return go();
    warned = true;
    say(words);
  };

  form.addEventListener(
    'submit',
    /** @param {Event} event */ function (event) {
      event.preventDefault();
      if (send.disabled) return;
      if (photos.working) {
        waiting = true;
        say(cfg.waiting);
      } else if (photos.failed > 0 && !warned) {
        warned = true;
        say(cfg.missing);
      } else go();
    }
  );
  form.addEventListener('change', function () {
    ComplaintDraft.share();
    ComplaintDraft.save();
  });
  form.addEventListener('input', ComplaintDraft.save);
  window.addEventListener('pageshow', function (event) {
    if (!event.persisted) return;
    send.disabled = false;
    send.textContent = label;
  });

  ComplaintDraft.restore();
  ComplaintPhotos.showKept();
  ComplaintDraft.share();
})();
