// Photos: made smaller here, sent one by one, their ids put into the form. ES5, for WebViews of
// Chrome 50.
var ComplaintPhotos = (function () {
  var MOST_BYTES = 5 * 1024 * 1024;
  var TIMEOUT = 90000;
  var cfg = config();
  var file = byId('file');
  var list = byId('shots');
  var field = byId('photos');
  var state = {
    working: 0,
    failed: 0,
    /** When one has come, or has not. @type {(good: boolean, words: string) => void} */
    settled: function () {}
  };

  /** A line of the list, and where it says how far it is. */
  function addLine() {
    var item = document.createElement('li');
    var text = document.createElement('div');
    item.appendChild(text);
    list.appendChild(item);
    return { item: item, text: text };
  }

  /** @param {Blob} blob @param {{ item: Element, text: Element }} line */
  function upload(blob, line) {
    var reader = new FileReader();
    state.working++;
    line.text.textContent = cfg.sending;

    /** @param {string | null} photo its id @param {string} [why] */
    function ended(photo, why) {
      state.working--;
      if (photo) {
        field.value = field.value ? field.value + ',' + photo : photo;
        line.text.textContent = cfg.done;
        ComplaintDraft.save();
      } else {
        state.failed++;
        offerAgain(blob, line, why);
      }
      state.settled(!!photo, cfg.missing);
    }
    /** @param {ProgressEvent} event */
    function moved(event) {
      if (!event.total) return;
      var share = Math.round((event.loaded / event.total) * 100);
      line.text.textContent = cfg.sending + ' ' + share + '%';
    }

    reader.onload = function () {
      register(blob, new Uint8Array(/** @type {ArrayBuffer} */ (reader.result)), ended, moved);
    };
    reader.onerror = function () {
      ended(null);
    };
    reader.readAsArrayBuffer(blob);
  }

  /**
   * Asks where to, and sends it there.
   * @param {Blob} blob
   * @param {Uint8Array} bytes
   * @param {(photo: string | null, why?: string) => void} ended
   * @param {(event: ProgressEvent) => void} moved
   */
  function register(blob, bytes, ended, moved) {
    var body = { content_type: blob.type, size: bytes.length, sha256: sha256(bytes) };
    var headers = { 'Content-Type': 'application/json' };
    var here = { method: 'POST', url: cfg.photos, headers: headers, timeout: TIMEOUT };
    request(here, JSON.stringify(body), function (status, answer) {
      if (!good(status) || !answer) return ended(null, answer && answer.detail);
      var to = answer.upload;
      var there = { method: to.method, url: to.url, headers: to.headers, timeout: TIMEOUT };
      request(
        there,
        blob,
        function (sent) {
          ended(good(sent) ? answer.photo_id : null);
        },
        moved
      );
    });
  }

  /** @param {number} status */
  function good(status) {
    return status >= 200 && status < 300;
  }

  /** @param {Blob} blob @param {{ item: Element, text: Element }} line @param {string} [why] */
  function offerAgain(blob, line, why) {
    var button = document.createElement('button');
    line.text.textContent = why || cfg.failed;
    button.type = 'button';
    button.className = 'btn small';
    button.textContent = cfg.retry;
    button.onclick = function () {
      line.item.removeChild(button);
      state.failed--;
      upload(blob, line);
    };
    line.item.appendChild(button);
  }

  /** What iPhones keep, where this browser cannot read it. @param {File} picture */
  function isHeic(picture) {
    return /^image\/hei[cf]/.test(picture.type) || /\.hei[cf]$/i.test(picture.name);
  }

  function taken() {
    var picture = file.files[0];
    if (!picture) return;
    var line = addLine();
    line.text.textContent = cfg.working;
    state.working++;
    shrink(picture, function (small, url) {
      var blob = small || picture;
      state.working--;
      file.value = '';
      if (!small && isHeic(picture)) {
        line.text.textContent = cfg.heic;
        return state.settled(false, cfg.heic);
      }
      if (blob.size > MOST_BYTES || !/^image\/(jpeg|png|webp)$/.test(blob.type)) {
        line.text.textContent = cfg.wrong;
        return state.settled(false, cfg.wrong);
      }
      var image = new Image();
      image.alt = cfg.photo.replace('{n}', list.children.length);
      image.src = url;
      line.item.insertBefore(image, line.text);
      byId('add').textContent = cfg.more;
      if (list.children.length >= cfg.most) file.disabled = true;
      upload(blob, line);
    });
  }

  /** Those that were sent before the page was opened again. */
  function showKept() {
    var count = field.value.split(',').length;
    if (field.value) addLine().text.textContent = cfg.kept.replace('{n}', count);
  }

  file.addEventListener('change', taken);
  byId('camera').hidden = false;
  byId('without').hidden = true;

  return { state: state, showKept: showKept };
})();
