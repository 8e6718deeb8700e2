// Whose page it is: one phone serves several accounts, and none sees or loses another's.
const Account = (() => {
  function me() {
    return app.data ? app.data.id : '';
  }

  // Whoever signed out has left the phone to the next: what they saw goes, what they recorded waits.
  function locked() {
    if (!/(^|; )signed_out=1/.test(document.cookie)) return false;
    if (app.data) {
      leave();
      app.data = null;
      forget();
    }
    return true;
  }

  function forget() {
    Store.drop('data');
    Store.drop('seen');
  }

  // What was typed is kept under its account before another's things are shown.
  function leave() {
    Page.leave();
    app.etag = '';
    app.records = [];
    app.lookedUp = [];
    app.last = {};
    app.drafts = {};
    Tests.forget();
  }

  /**
   * Shows what the server told of whoever is signed in. Whether that is somebody else.
   * @param {{ data: FieldData, etag: string }} kept
   */
  function adopt(kept) {
    const before = me();
    const other = before !== kept.data.id;
    if (before && other) {
      leave();
      Store.drop('seen');
      setTimeout(() => Page.go('#'));
    }
    app.data = kept.data;
    app.etag = kept.etag;
    return other;
  }

  async function signOut() {
    const ended = await Server.refresh();
    if (!app.data) return Page.draw();
    if (ended === 'offline') return Page.say(T('out_offline'), 'stop');
    if (ended === 'sign_in') {
      // the session had ended by itself; no cookieStore in old WebViews
      // biome-ignore lint/suspicious/noDocumentCookie: see above
      document.cookie = 'signed_out=1; path=/; max-age=34560000; samesite=lax';
      return Page.draw();
    }
    const csrf = h('input', { type: 'hidden', name: 'csrf', value: app.data.csrf });
    const form = h('form', { method: 'post', action: '/logout?lang=' + cfg.language }, csrf);
    document.body.appendChild(form);
    form.submit();
  }

  return { me, locked, forget, adopt, signOut };
})();
