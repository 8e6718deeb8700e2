// Signing out, with a word of what has not left the phone yet.

/** @returns {Shown} */
function signOutScreen() {
  const waits = app.records.filter(record => record.state !== 'sent' && record.kind !== 'shot');
  const photos = waits.filter(record => record.kind === 'bytes').length;
  const words = waits.length
    ? T('out_waits', { n: waits.length - photos, photos })
    : T('out_clean');
  return {
    body: [heading(T('sign_out')), h('p', classed('card', waits.length ? 'error' : ''), words)],
    bar: [link(T('cancel'), '#'), button(T('sign_out'), 'bad', Account.signOut)]
  };
}
