// Of which product a new batch is, and which batch is tested.

/** @returns {Shown} */
function productsScreen() {
  /** When it was last chosen. @param {Product} product */
  function used(product) {
    return (app.last[product.id] || {}).at || 0;
  }
  /** @param {Product} product */
  function tile(product) {
    const village = Batches.village(product.village_id || '');
    const name = h('b', Batches.productName(product));
    const more = quiet([product.grade, village].filter(Boolean).join(' · '));
    const href = '#/new/' + product.id;
    return h('a.tile', { href }, h('span.what', name, more));
  }
  const tiles = data()
    .products.filter(({ village_id }) => !village_id || Batches.village(village_id))
    .sort((a, b) => used(b) - used(a))
    .map(tile);
  const none = h('p.card', T('no_products_here'));
  return {
    body: [heading(T('which_product')), tiles.length ? tiles : none],
    bar: [link(T('cancel'), '#')]
  };
}

/** @returns {Shown} */
function pickScreen() {
  const open = Batches.all().filter(
    batch => Batches.INSPECTABLE.indexOf(batch.state) >= 0 && Batches.product(batch.product_id)
  );
  return {
    body: [
      heading(T('which_batch')),
      link(T('find_batch'), '#/find'),
      card('', batchList(open, '#/inspect/'))
    ],
    bar: [link(T('cancel'), '#')]
  };
}
