// The file is chosen, told to the server and sent up. ES5.
(function () {
  var page = ImportPage;
  var words = page.words;
  var input = byId('file');

  function chosen() {
    var file = input.files[0];
    var reader = new FileReader();
    if (!file) return;
    page.show('wrong', false);
    byId('choose').disabled = true;
    page.busy(words.preparing, null);
    reader.onload = function () {
      // the progress is drawn before the sum of 20 MB is worked out
      setTimeout(function () {
        register(file, new Uint8Array(/** @type {ArrayBuffer} */ (reader.result)));
      }, 50);
    };
    reader.onerror = function () {
      page.fail(words.waiting_again);
      byId('choose').disabled = false;
    };
    reader.readAsArrayBuffer(file);
  }

  /** @param {File} file @param {Uint8Array} bytes */
  function register(file, bytes) {
    var body = { filename: file.name.slice(-120), size: bytes.length, sha256: sha256(bytes) };
    ImportServer.ask('POST', '/v1/imports', body, function (made) {
      var to = made.upload;
      ImportServer.send(
        to.method,
        to.url,
        to.headers,
        file,
        function (status, answer) {
          if (status >= 200 && status < 300) {
            location.href = page.cfg.page + '&import_id=' + made.id;
            return;
          }
          byId('choose').disabled = false;
          page.show('busy', false);
          page.fail((answer && answer.detail) || words.waiting_again);
        },
        function (event) {
          if (event.total) page.busy(words.sending, Math.round((event.loaded / event.total) * 100));
        }
      );
    });
  }

  if (byId('choose')) {
    byId('choose').onclick = function () {
      input.click();
    };
    input.addEventListener('change', chosen);
  }
})();
