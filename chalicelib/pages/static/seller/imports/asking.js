// Asks the server. Without an answer, or while the store is busy, the same again, a little later:
// sending it twice does it once. ES5.
var ImportServer = (function () {
  var TIMEOUT = 60000;
  var TRIES = 8;
  var PAUSE = 500;
  var page = ImportPage;
  var tries = 0;

  /**
   * @param {string} method
   * @param {string} url
   * @param {{ [name: string]: string }} headers
   * @param {XMLHttpRequestBodyInit | null} body
   * @param {(status: number, answer: any) => void} done
   * @param {(event: ProgressEvent) => void} [moved]
   */
  function send(method, url, headers, body, done, moved) {
    var all = { 'Accept-Language': page.cfg.language };
    for (var name in headers) /** @type {any} */ (all)[name] = headers[name];
    request({ method: method, url: url, headers: all, timeout: TIMEOUT }, body, done, moved);
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {object | null} body
   * @param {(answer: any) => void} done
   * @param {() => void} [elsewhere] called instead of saying that the import is no longer where this
   *   page saw it
   */
  function ask(method, url, body, done, elsewhere) {
    var headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': page.cfg.csrf };
    var content = method === 'GET' ? null : JSON.stringify(body || {});
    function again() {
      ask(method, url, body, done, elsewhere);
    }
    send(method, url, headers, content, function (status, answer) {
      if (status >= 200 && status < 300 && answer) {
        tries = 0;
        page.show('wrong', false);
        return done(answer);
      }
      if ((!status || status === 503 || status === 429 || status === 504) && tries < TRIES) {
        tries++;
        page.fail(page.words.waiting_again);
        setTimeout(again, PAUSE * tries);
        return;
      }
      if (elsewhere && answer && answer.code === 'not_allowed_now') return elsewhere();
      // what the server refused would be refused again
      var refused = status >= 400 && status < 500;
      page.fail(
        (answer && answer.detail) || page.words.waiting_again,
        refused
          ? null
          : function () {
              tries = 0;
              again();
            }
      );
      if (byId('choose')) byId('choose').disabled = false;
      page.show('busy', false);
    });
  }

  return { ask: ask, send: send };
})();
