// Which screen stands at which address.
const Routes = (() => {
  /** @type {[RegExp, (...parts: string[]) => Shown][]} */
  const ROUTES = [
    [/^#?\/?$/, () => homeScreen()],
    [/^#\/new$/, () => productsScreen()],
    [/^#\/new\/([^/]+)$/, newBatch],
    [/^#\/inspect$/, () => pickScreen()],
    [/^#\/inspect\/([^/]+)$/, id => tested(id, null)],
    [/^#\/correct\/([^/]+)\/([^/]+)$/, corrected],
    [/^#\/(hold|release|recall)\/([^/]+)$/, moved],
    [/^#\/batches\/([^/]+)$/, batch],
    [/^#\/queue\/(.+)$/, key => record(key)],
    [/^#\/amend\/(.+)$/, amended],
    [/^#\/find$/, () => Later.shown(() => findScreen())],
    [/^#\/out$/, () => Later.shown(() => signOutScreen())]
  ];
  /** Screens that nobody types into: they may be drawn again at any time. */
  const QUIET = /^#?\/?$|^#\/(queue|batches)\//;

  /** @param {string} id */
  function newBatch(id) {
    const product = Batches.product(id);
    return product ? batchForm(product, null) : missingScreen();
  }

  /** @param {string} id @param {Test | null} corrects */
  function tested(id, corrects) {
    const batch = Batches.get(id);
    if (!batch || !Batches.product(batch.product_id)) return missingScreen();
    return testForm(batch, null, corrects);
  }

  /** @param {string} id @param {string} testId */
  function corrected(id, testId) {
    const test = Tests.of(id, Tests.seen(id)).find(known => known.id === testId);
    return test ? tested(id, test) : missingScreen();
  }

  /** @param {string} what @param {string} id */
  function moved(what, id) {
    const batch = Batches.get(id);
    if (!batch) return missingScreen();
    return Later.shown(() => moveForm(batch, /** @type {Move} */ (what)));
  }

  /** @param {string} id */
  function batch(id) {
    if (!Batches.get(id)) {
      Finding.find('#/batches/' + id).then(({ batches }) => {
        if (!batches) return;
        app.opening = true;
        Page.redraw();
      });
    }
    return batchScreen(id);
  }

  /** @param {string} key */
  function record(key) {
    return Later.shown(() => recordScreen(key));
  }

  /** @param {string} key */
  function amended(key) {
    const old = Records.get(key);
    if (!old || !Records.editable(old) || !Amending.amendable(old)) return record(key);
    if (old.kind === 'household') return Later.shown(() => householdForm(old));
    if (old.kind === 'batch') {
      return batchForm(/** @type {Product} */ (Batches.product(old.draft.product_id)), old);
    }
    const tested = /** @type {Batch} */ (Batches.get(old.batch));
    return old.kind === 'inspection' ? testForm(tested, old, null) : record(key);
  }

  return {
    /** @param {string} hash @returns {Shown} */
    screen: hash => {
      for (const [address, screen] of ROUTES) {
        const parts = address.exec(hash);
        if (parts) return screen(...parts.slice(1).map(decodeURIComponent));
      }
      return missingScreen();
    },
    /** @param {string} hash */
    isQuiet: hash => QUIET.test(hash)
  };
})();
