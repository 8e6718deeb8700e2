// From the start: what is kept, what is listened to, the first drawing and the first sending.
(() => {
  /** The page stands without network where the browser has service workers. */
  function keepPage() {
    if (!('serviceWorker' in navigator)) {
      if (/MicroMessenger/.test(window.navigator.userAgent) && !Store.trouble()) {
        Page.say(T('other_browser'), 'stop');
      }
      return;
    }
    let had = !!navigator.serviceWorker.controller;
    // plain http: the page works, only not without network
    navigator.serviceWorker.register('/sw.js', { scope: '/cadre' }).catch(() => {});
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (had) Page.say(T('new_version'), 'done', button(T('reload'), 'small', reload));
      had = true;
    });
  }

  function reload() {
    keepTyped();
    location.reload();
  }

  /** In the lots of this phone, so that two phones without network do not mint the same. */
  function letters() {
    const bytes = crypto.getRandomValues(new Uint8Array(2));
    return Array.from(bytes, byte => 'ABCDEFGHJKLMNPQRSTUVWXYZ'[byte % 24]).join('');
  }

  /** @param {BeforeUnloadEvent} event */
  function closing(event) {
    keepTyped();
    const waits = app.records.some(record => record.state !== 'sent');
    if (Store.trouble() && (Object.keys(app.drafts).length || waits)) event.returnValue = ' ';
  }

  function seenOrHidden() {
    if (document.hidden) return keepTyped();
    if (Account.locked()) Page.draw();
    Sending.start();
  }

  function listen() {
    if (channel) channel.onmessage = () => Loading.load().then(Page.redraw);
    window.addEventListener('hashchange', Page.opened);
    window.addEventListener('online', () => Sending.start());
    window.addEventListener('offline', () => Bar.draw());
    document.addEventListener('visibilitychange', seenOrHidden);
    window.addEventListener('pageshow', () => {
      if (app.data && Account.locked()) Page.draw();
    });
    window.addEventListener('pagehide', keepTyped);
    window.addEventListener('beforeunload', closing);
  }

  async function start() {
    await Store.open();
    const kept = await Loading.load();
    if (app.data) Tests.restore(kept.seen);
    if (kept.clock) Clock.set(kept.clock);
    app.letter = kept.phone || letters();
    if (!kept.phone) Store.keep('phone', app.letter);
    Clock.watch();
    if (/[?&]text=large/.test(location.search)) document.documentElement.className = 'big';
    listen();
    Page.draw();
    keepPage();
    Later.load();
    await Sending.start();
    if (!kept.data && !Routes.isQuiet(location.hash)) Page.draw();
    Photos.sweep();
  }

  start();
})();
