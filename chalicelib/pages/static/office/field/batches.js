// The batches: what the server knows of them, and what is still here.
const Batches = (() => {
  /** @type {BatchState[]} */
  const INSPECTABLE = ['registered', 'passed', 'held'];

  /** @param {string} id */
  function product(id) {
    return data().products.find(known => known.id === id);
  }

  /** Those that the server told, and those that were added here. @returns {Producer[]} */
  function growers() {
    const listed = data().producers;
    const here = app.records.filter(record => record.kind === 'household');
    const added = here.map(({ id, draft, state }) =>
      Queue.changed(draft, { id: growerId(id), local: state === 'sent' ? '' : state })
    );
    return [...listed, ...added.filter(({ id }) => !listed.some(known => known.id === id))];
  }

  /** @param {string} id */
  function growerId(id) {
    return Hanging.growerId(app.records, id);
  }

  /** @param {string} id */
  function grower(id) {
    const producer = growers().find(known => known.id === growerId(id));
    return (producer && producer.display_name) || '';
  }

  /** @param {string} id */
  function village(id) {
    const known = data().villages.find(place => place.id === id);
    return (known && known.name) || '';
  }

  /** @param {Product} of */
  function productName(of) {
    return (ENGLISH && of.name_en) || of.name;
  }

  /** @param {Metric} metric */
  function metricName(metric) {
    return (ENGLISH && cfg.metrics[metric.key]) || metric.name;
  }

  /** @param {Batch} batch */
  function title(batch) {
    const known = product(batch.product_id);
    return (known ? productName(known) + ' ' : '') + batch.lot;
  }

  /**
   * One that waits here, or that the server has not listed yet.
   * @param {BatchRecord} record
   * @returns {Batch}
   */
  function local(record) {
    const { draft } = record;
    const known = product(draft.product_id);
    return Queue.changed(draft, {
      id: record.id,
      unit: known && known.unit,
      at: Clock.madeAt(record),
      state: /** @type {BatchState} */ ('registered'),
      reason: '',
      local: record.state === 'sent' ? '' : record.state
    });
  }

  /** Newest first. @returns {Batch[]} */
  function all() {
    const server = data().batches.concat(app.lookedUp);
    const listed = Queue.byKey(server.map(batch => ({ key: batch.id })));
    const here = app.records
      .filter(record => record.kind === 'batch')
      .filter(record => !listed[record.id]);
    const there = server.map(batch =>
      Queue.changed(batch, { at: Date.parse(batch.recorded_at), local: '' })
    );
    return [...here.map(local), ...there].sort((a, b) => b.at - a.at);
  }

  /** @param {string} id */
  function get(id) {
    return all().find(batch => batch.id === id);
  }

  /** Whether something of it waits here. @param {string} id */
  function unsent(id) {
    return app.records.some(record => record.batch === id && record.state !== 'sent');
  }

  /** What the first test that waits here will come to. @param {string} id */
  function pendingVerdict(id) {
    const test = app.records
      .filter(record => record.kind === 'inspection')
      .find(record => record.batch === id && record.state !== 'sent');
    return test && test.draft._verdict;
  }

  /** How many parcels a hold or recall would touch; n: null if nobody knows. @param {string} id */
  async function touched(id) {
    const { status, body } = await Server.ask('GET', '/v1/batches/' + id + '/parcels/count');
    if (status === 200 && body) return { status, n: body.parcels };
    return { status, n: status === 404 ? 0 : null };
  }

  /** Of the methods of a plan, one for which the training has ended. @param {Plan} plan */
  function lapsed(plan) {
    const today = chinaDay(Clock.now());
    let gap = null;
    for (const { method } of plan.metrics) {
      const trainings = data().trainings.filter(training => training.method === method);
      const until = trainings
        .map(training => training.valid_until)
        .sort()
        .pop();
      if (until && until < today) gap = { method, day: day(until) };
    }
    return gap;
  }

  return {
    INSPECTABLE,
    product,
    growers,
    growerId,
    grower,
    village,
    productName,
    metricName,
    title,
    all,
    get,
    unsent,
    pendingVerdict,
    touched,
    lapsed
  };
})();
