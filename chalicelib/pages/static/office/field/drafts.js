// What is typed and not saved, and what was typed last, to be proposed again. Kept by account.
const Drafts = (() => {
  /** @param {string} group @param {string} name */
  function place(group, name) {
    return group + '/' + Account.me() + '/' + name;
  }

  /** @param {string} route of the form @param {string} subject @param {Values} values */
  function keep(route, subject, values) {
    app.written++;
    app.drafts[route] = { subject, values };
    return Store.keep(place('draft', route), app.drafts[route]);
  }

  /** @param {string} route */
  function drop(route) {
    app.written++;
    delete app.drafts[route];
    return Store.drop(place('draft', route));
  }

  /** Given up, with its photos. @param {string} route */
  async function abandon(route) {
    /** @type {TakenPhoto[]} */
    const photos = app.drafts[route].values.photos || [];
    await drop(route);
    await Photos.takeOff(photos.map(photo => photo.id));
  }

  /** @param {string} productId @param {Values} values */
  function remember(productId, values) {
    app.written++;
    app.last[productId] = Queue.changed(
      app.last[productId] || {},
      Queue.changed(values, { at: Date.now() })
    );
    Store.keep(place('last', productId), app.last[productId]);
  }

  /** What the server refused is not proposed again. @param {FieldRecord} record */
  function unlearn(record) {
    const batch = record.kind === 'batch' ? record.draft : Batches.get(record.batch);
    const last = batch && app.last[batch.product_id];
    if (!batch || !last) return;
    /** @type {any} */
    const typed = record.draft;
    /** @type {Values} */
    const values = {};
    for (const { field } of record.errors) {
      if (last[field] && last[field] === typed[field]) values[field] = '';
    }
    remember(batch.product_id, values);
  }

  return { place, keep, drop, abandon, remember, unlearn };
})();
