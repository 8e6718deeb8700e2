// The phone that sent a complaint finds its way back from the trace page.
(function () {
  var cfg = config();
  try {
    window.localStorage.setItem('shanhuo.' + cfg.trace, cfg.link);
    window.sessionStorage.removeItem('shanhuo.draft' + cfg.trace);
    if (cfg.sent) {
      window.sessionStorage.removeItem('shanhuo.draft' + cfg.path);
      history.replaceState(null, '', location.href.replace(/&(done|draft)=[\w-]+/g, ''));
    }
  } catch (error) {} // forbidden by the browser
})();
