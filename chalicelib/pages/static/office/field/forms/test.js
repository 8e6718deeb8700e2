// A test of a batch: a new one, one that waits or was refused, or one that corrects another.
const testForm = (() => {
  const STAGES = ['harvest', 'storage', 'packing', 'market'];

  /**
   * Its own of a test that waits, and those that it takes over from the one it corrects.
   * @param {TestDraft | Test} given
   */
  function photosOf(given) {
    const own = '_photos' in given ? given._photos : [];
    return (given.photos || []).map(id => own.find(photo => photo.id === id) || { id, kept: true });
  }

  /** @param {TestDraft | Test} given */
  function valuesOf(given) {
    const { stage, sample_size, lab, note } = given;
    /** @type {Values} */
    const values = {
      stage,
      tested_at: given.tested_at ? localMinute(Date.parse(given.tested_at)) : '',
      sample_size: sample_size || '',
      lab: lab || '',
      note: note || '',
      photos: photosOf(given)
    };
    for (const { metric, value, below_detection } of given.measurements) {
      values['below-' + metric] = !!below_detection;
      values['value-' + metric] = below_detection ? '' : plain(Number(value));
    }
    return values;
  }

  /** @param {string} productId @returns {Values} */
  function startingWith(productId) {
    const { stage, sample_size } = app.last[productId] || /** @type {Values} */ ({});
    return {
      stage: stage || 'harvest',
      tested_at: '',
      sample_size: sample_size || '',
      lab: '',
      note: '',
      photos: []
    };
  }

  /**
   * @param {Batch} batch
   * @param {Plan} plan
   * @param {TestRecord | null} record
   * @param {Test | null} corrects
   */
  function above(batch, plan, record, corrects) {
    const gap = Batches.lapsed(plan);
    const size = plan.sample_size;
    const when = corrects && T('correcting', { when: moment(Date.parse(corrects.tested_at)) });
    return [
      h('p.big', Batches.title(batch)),
      size ? h('p.quiet', T('sample_rule', { size })) : null,
      when ? h('p.card', when, ' ', T('same_number')) : null,
      gap ? h('p.card.quiet', T('lapsed', gap)) : null,
      errorsOf(record)
    ];
  }

  /**
   * Folded away while the test is of now.
   * @param {Values} values
   * @param {Errors} errors
   */
  function details(values, errors) {
    const when = h('input', { type: 'datetime-local', value: values.tested_at });
    return h(
      'details',
      { open: !!(values.tested_at || errors.tested_at) },
      h('summary', T('more_test')),
      field('tested_at', T('tested_now'), when, '', errors.tested_at),
      field('sample_size', T('sample_size'), textInput(values.sample_size, 120)),
      field('lab', T('lab'), textInput(values.lab, 120), T('lab_hint')),
      field('note', T('note'), textInput(values.note, 200))
    );
  }

  /**
   * @param {Batch} batch
   * @param {TestRecord | null} record to be typed anew
   * @param {Test | null} corrects what the new one replaces
   */
  function screen(batch, record, corrects) {
    const product = /** @type {Product} */ (Batches.product(batch.product_id));
    const plan = product.inspection_plan;
    const given = record ? record.draft : corrects;
    const initial = given ? valuesOf(given) : startingWith(product.id);
    const shownTime = initial.tested_at; // to the minute
    const what = Batches.title(batch);

    /** Not touched, it stays to the second; none: when it is saved. @param {string} typed */
    function testedAt(typed) {
      if (!typed) return '';
      return given && typed === shownTime
        ? given.tested_at
        : new Date(fromLocal(typed)).toISOString();
    }

    /** @param {Values} values @returns {Read} */
    function read(values) {
      const { errors, measurements } = Measuring.read(plan, values);
      if (Object.keys(errors).length) return { errors };
      /** @type {(TakenPhoto & { kept?: boolean })[]} */
      const photos = values.photos;
      const draft = {
        stage: values.stage,
        tested_at: testedAt(values.tested_at),
        sample_size: values.sample_size.trim(),
        lab: values.lab.trim(),
        note: values.note.trim(),
        measurements,
        photos: photos.map(photo => photo.id),
        supersedes: record ? record.draft.supersedes : corrects ? corrects.id : '',
        _photos: photos.filter(photo => !photo.kept),
        _verdict: Measuring.whole(plan, values)
      };
      return { draft };
    }

    /** @param {Read} made */
    async function save({ draft }) {
      const { stage, sample_size, lab } = draft;
      Drafts.remember(product.id, { stage, sample_size, lab });
      if (record) return Amending.revise(record.key, draft);
      const needs = ['batch:' + batch.id].concat(corrects ? ['inspection:' + corrects.id] : []);
      const test = Records.make('inspection', uuid(), draft, { what, batch: batch.id, needs });
      return Records.enqueue(Photos.withPhotos(test));
    }

    return formScreen({
      route: location.hash,
      title: T(corrects ? 'correct_title' : 'inspect_title'),
      subject: T(corrects ? 'kind_correction' : 'kind_inspection', { what }),
      values: initial,
      back: record ? '#/queue/' + record.key : '#/batches/' + batch.id,
      above: above(batch, plan, record, corrects),
      draw: (values, errors, form) => {
        const stages = STAGES.map(stage => [stage, T('stage_' + stage)]);
        return [
          Measuring.fields(plan, values, errors),
          picks('stage', T('stage'), stages, values.stage, 'half'),
          shotsField(values, form),
          details(values, errors)
        ];
      },
      live: (values, holder) => Measuring.show(plan, values, holder),
      read,
      save
    });
  }

  return screen;
})();
