// The order's page follows its payment; in WeChat it opens it. ES5.
(function () {
  var PAUSE = 2000; // paid is shown within three seconds
  var OFTEN = 60; // times, which are two minutes
  var LONGEST_PAUSE = 15000;
  var LONGEST = 15 * 60 * 1000;
  var timer = 0;
  var asked = 0;
  var began = 0;
  var pause = PAUSE;
  var isOpen = false;
  var live = document.createElement('p');
  live.className = 'hide';
  live.setAttribute('role', 'status');
  document.body.appendChild(live);

  /** The page's values as long as it has something to follow. @returns {any} */
  function now() {
    return byId('cfg') ? config() : null;
  }

  function begin() {
    window.clearTimeout(timer);
    asked = 0;
    began = Date.now();
    pause = PAUSE;
    ask();
  }

  function later() {
    window.clearTimeout(timer);
    asked += 1;
    if (asked > OFTEN) pause = Math.min(pause * 1.5, LONGEST_PAUSE);
    if (Date.now() - began < LONGEST) timer = window.setTimeout(ask, pause);
  }

  function ask() {
    var cfg = now();
    if (!cfg || document.hidden) return;
    var to = { method: 'GET', url: cfg.follow, headers: {}, timeout: 8000 };
    request(to, null, function (status, answer) {
      if (status === 200 && answer && answer.mark !== cfg.mark) show(answer.sentence);
      else later();
    });
  }

  // The page as it is now, without a reload: what was scrolled to and zoomed stays.
  /** @param {string} sentence */
  function show(sentence) {
    var xhr = new XMLHttpRequest();
    xhr.open('GET', now().page);
    xhr.responseType = 'document';
    xhr.timeout = 8000;
    xhr.onloadend = function () {
      var page = xhr.status === 200 ? xhr.response : null;
      if (!page || !page.querySelector('main')) return later();
      swap(page, 'main');
      swap(page, '.bar');
      swap(page, '#cfg');
      live.textContent = sentence;
      if (now()) later();
    };
    xhr.send();
  }

  /** @param {Document} page @param {string} what */
  function swap(page, what) {
    var before = document.querySelector(what);
    var after = page.querySelector(what);
    if (before && before.parentNode) {
      if (after) before.parentNode.replaceChild(document.importNode(after, true), before);
      else before.parentNode.removeChild(before);
    }
  }

  /** @param {string} text */
  function tell(text) {
    var told = byId('told');
    if (!told) return;
    told.textContent = text;
    told.hidden = !text;
  }

  // As WeChat's browser has it: JSAPI 调起支付, pay.weixin.qq.com/doc/v3/merchant/4012791857
  /** @param {any} cfg */
  function open(cfg) {
    if (isOpen) return;
    isOpen = true;
    tell('');
    window.WeixinJSBridge.invoke('getBrandWCPayRequest', cfg.params, function (result) {
      var how = String((result && result.err_msg) || '')
        .split(':')
        .pop();
      isOpen = false;
      if (how === 'cancel') tell(cfg.cancelled);
      else if (how !== 'ok') tell(cfg.failed);
      begin();
    });
  }

  function openAtOnce() {
    var cfg = now();
    if (cfg && cfg.params) open(cfg);
  }

  document.addEventListener('submit', function (event) {
    var cfg = now();
    var form = /** @type {HTMLFormElement} */ (event.target);
    var clicked = /** @type {any} */ (document.activeElement);
    var isOther = clicked && clicked.name === 'way' && clicked.value !== 'jsapi';
    if (form.id !== 'pay' || isOther || !cfg || !cfg.params || !window.WeixinJSBridge) return;
    event.preventDefault();
    open(cfg);
  });
  document.addEventListener('visibilitychange', function () {
    if (!document.hidden) begin();
  });
  window.addEventListener('pageshow', function (event) {
    if (event.persisted) begin();
  });
  begin();
  if (location.hash === '#pay') {
    history.replaceState(null, '', location.pathname + location.search);
    if (window.WeixinJSBridge) openAtOnce();
    else document.addEventListener('WeixinJSBridgeReady', openAtOnce);
  }
})();
