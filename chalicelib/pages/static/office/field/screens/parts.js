// What several screens show alike.

/** @returns {Shown} */
function missingScreen() {
  return { body: [heading(T('scan_nothing'))], bar: [link(T('back'), '#')] };
}

/** @param {Batch} batch */
function batchChip(batch) {
  if (batch.local) return chip(T('state_' + batch.local), RECORD_COLOUR[batch.local]);
  return chip(T('batch_' + batch.state), BATCH_COLOUR[batch.state]);
}

/** @param {Batch} batch @param {string} [path] of what is done with it */
function batchEntry(batch, path) {
  const verdict = Batches.pendingVerdict(batch.id);
  const facts = [
    quantity(batch.quantity, batch.unit),
    day(batch.harvested_on),
    Batches.grower(batch.producer_id)
  ];
  const waits = Batches.unsent(batch.id) ? T('on_phone') + (verdict ? ' · ' + T(verdict) : '') : '';
  return entry(
    (path || '#/batches/') + batch.id,
    Batches.title(batch),
    [facts.join(' · '), waits],
    batchChip(batch)
  );
}

/** @param {Batch[]} batches @param {string} [path] */
function batchList(batches, path) {
  if (!batches.length) return h('p.quiet', T('no_batches'));
  return list(batches.map(batch => batchEntry(batch, path)));
}

/**
 * What was measured, in words.
 * @param {Measurement[]} measurements
 * @param {Product | undefined} product
 */
function measured(measurements, product) {
  const metrics = product ? product.inspection_plan.metrics : [];
  const sentences = measurements.map(measurement => {
    const metric = metrics.find(known => known.key === measurement.metric);
    const name = metric ? Batches.metricName(metric) : measurement.name || measurement.metric;
    const unit = metric ? metric.unit : measurement.unit;
    if (measurement.below_detection) return name + ' ' + T('not_found_here');
    return name + ' ' + measure(Number(measurement.value), unit);
  });
  return sentences.join(' · ');
}
