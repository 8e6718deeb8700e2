// What is measured in a test: a value or "not detected" for each metric of the plan.
const Measuring = (() => {
  const AMOUNT = new RegExp(cfg.amount, 'i'); // units of which there is never less than nothing

  /** @param {Metric} metric @param {Values} values */
  function valueIn(metric, values) {
    const typed = numberIn(values['value-' + metric.key] || '', 1e6);
    const negative = typed.value < 0 && AMOUNT.test(metric.unit || '');
    return negative ? { wrong: 'not_negative', value: NaN } : typed;
  }

  /** @param {Metric} metric @param {Values} values */
  function verdictOf(metric, values) {
    if (values['below-' + metric.key]) return judged(metric, null);
    const { wrong, value } = valueIn(metric, values);
    return wrong ? null : judged(metric, value);
  }

  /** @param {Plan} plan @param {Values} values @returns {Verdict | null} */
  function whole(plan, values) {
    const verdicts = plan.metrics.map(metric => verdictOf(metric, values));
    if (verdicts.indexOf('fail') >= 0) return 'fail';
    return verdicts.indexOf('pass') >= 0 ? 'pass' : null;
  }

  /** @param {Metric} metric @param {Values} values @param {string} error */
  function metricField(metric, values, error) {
    const { key, unit, method } = metric;
    const optional = metric.required ? null : h('span.quiet', ' ' + T('optional'));
    const label = unit ? T('metric_value_unit', { unit }) : T('metric_value_plain');
    const input = numberInput(values['value-' + key], 'decimal');
    const checked = !!values['below-' + key];
    const below = h('input', { type: 'checkbox', name: 'below-' + key, checked });
    const tick = h('label', below, h('span', T('not_found_here')));
    const limit = metric.limit === null ? '' : measure(metric.limit, unit);
    const rule = T('limit_' + (metric.operator || 'none'), { limit });
    return h(
      'fieldset.metric',
      h('legend', Batches.metricName(metric), optional),
      h(
        'div.side',
        field('value-' + key, label, input, '', error),
        h('div.pick.tick', tick),
        h('output.verdict', { 'data-metric': key })
      ),
      h('p.hint', rule, ' · ', method)
    );
  }

  /**
   * What a field test must have, first; what only a laboratory measures is folded away.
   * @param {Plan} plan
   * @param {Values} values
   * @param {Errors} errors
   */
  function fields(plan, values, errors) {
    const { metrics } = plan;
    const any = metrics.some(metric => metric.required);
    const first = any ? metrics.filter(metric => metric.required) : metrics;
    const more = any ? metrics.filter(metric => !metric.required) : [];
    /** @param {Metric} metric */
    function drawn(metric) {
      return metricField(metric, values, errors[metric.key]);
    }
    const open = more.some(
      ({ key }) => values['value-' + key] || values['below-' + key] || errors[key]
    );
    const summary = h('summary', T('more_metrics', { n: more.length }));
    return [
      first.map(drawn),
      more.length ? h('details', { open }, summary, more.map(drawn)) : null,
      h('p.error', { id: 'whole', role: 'status' })
    ];
  }

  /**
   * Says what comes of what is typed.
   * @param {Plan} plan
   * @param {Values} values
   * @param {HTMLElement} holder
   */
  function show(plan, values, holder) {
    for (const metric of plan.metrics) {
      const verdict = verdictOf(metric, values);
      const shown = /** @type {Element} */ (
        holder.querySelector('[data-metric=' + metric.key + ']')
      );
      shown.textContent = verdict ? T(verdict) : '';
      shown.className = 'verdict ' + (verdict === 'fail' ? 'bad' : 'ok');
    }
    const note = /** @type {Element} */ (holder.querySelector('#whole'));
    note.textContent = whole(plan, values) === 'fail' ? T('will_hold') : '';
  }

  /** @param {Plan} plan @param {Values} values */
  function read(plan, values) {
    /** @type {Errors} */
    const errors = {};
    /** @type {Measurement[]} */
    const measurements = [];
    for (const metric of plan.metrics) {
      const { key } = metric;
      const typed = (values['value-' + key] || '').trim();
      const { wrong, value } = valueIn(metric, values);
      if (values['below-' + key]) measurements.push({ metric: key, below_detection: true });
      else if (typed && wrong) errors[key] = T(wrong);
      else if (typed) measurements.push({ metric: key, value });
      else if (metric.required) errors[key] = T('needed');
    }
    const nothing = !Object.keys(errors).length && !measurements.length;
    if (nothing) errors[plan.metrics[0].key] = T('needed');
    return { errors, measurements };
  }

  return { whole, fields, show, read };
})();
