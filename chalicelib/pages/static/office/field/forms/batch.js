// A new batch, or one that waits or was refused, to be corrected.
const batchForm = (() => {
  const LOT = /^[!"%-?A-Z_a-z]{1,20}$/; // GS1 set 82, as domain/batches.py
  /** @type {string[]} what was asked about last */
  let far = [];
  const NEW = 'new'; // in the place of a grower that is known

  /** The next of this phone's series today. */
  function nextLot() {
    const date = chinaDay(Clock.now()).slice(2).replace(/-/g, '');
    const prefix = date + '-' + app.letter;
    let most = 0;
    for (const { lot } of Batches.all()) {
      const rest = lot.slice(0, prefix.length) === prefix ? lot.slice(prefix.length) : '';
      if (/^\d+$/.test(rest)) most = Math.max(most, Number(rest));
    }
    return prefix + (most + 1);
  }

  /** @param {Product} product @param {BatchRecord | null} record @returns {Values} */
  function startingWith(product, record) {
    const growers = Batches.growers();
    const last = app.last[product.id] || {};
    if (record) {
      const { producer_id, quantity, lot, harvested_on, plot, note } = record.draft;
      const amount = plain(product.unit === 'g' ? quantity / 1000 : quantity);
      const values = { producer_id, amount, amount_in: 'kg', lot, harvested_on, plot, note };
      return Queue.changed(Household.empty(), values);
    }
    const lot = nextLot();
    return Queue.changed(Household.empty(), {
      producer_id: last.producer_id || (growers[1] ? '' : (growers[0] || { id: NEW }).id),
      amount: '',
      amount_in: last.amount_in || 'kg',
      lot,
      suggested: lot,
      harvested_on: chinaDay(Clock.now()),
      plot: last.plot || '',
      note: ''
    });
  }

  /** @param {Values} values @param {Errors} errors */
  function growerFields(values, errors) {
    const growers = Batches.growers();
    const several = growers.some(({ village_id }) => village_id !== growers[0].village_id);
    const named = growers.map(({ id, display_name, village_id, local }) => {
      const village = several && Batches.village(village_id);
      return [
        id,
        [display_name, village, local && T('state_' + local)].filter(Boolean).join(' · ')
      ];
    });
    const chosen = Batches.growerId(values.producer_id);
    return [
      choice(
        'producer_id',
        T('producer'),
        [...named, [NEW, T('grower_new')]],
        chosen,
        errors.producer_id
      ),
      h('div', { id: 'grower' }, Household.fields(values, errors))
    ];
  }

  /**
   * Folded away while it is as it was proposed.
   * @param {Values} values
   * @param {Errors} errors
   * @param {boolean} open
   */
  function details(values, errors, open) {
    const harvest = T('harvested_on') + ' ' + day(values.harvested_on);
    const date = { type: 'date', value: values.harvested_on, max: chinaDay(Clock.now()) };
    return h(
      'details',
      { open },
      h('summary', harvest + ' · ' + T('lot') + ' ' + values.lot),
      field('harvested_on', T('harvested_on'), h('input', date), '', errors.harvested_on),
      field('lot', T('lot'), textInput(values.lot, 20), T('lot_hint'), errors.lot),
      field('plot', T('plot'), textInput(values.plot, 60)),
      field('note', T('note'), textInput(values.note, 200))
    );
  }

  /** @param {Product} product @param {Values} values @returns {Read} */
  function read(product, values) {
    const gram = product.unit === 'g';
    const typed = numberIn(values.amount, 1e9);
    const amount = Math.round(typed.value * (gram ? (values.amount_in === 'jin' ? 500 : 1000) : 1));
    const lot = values.lot.trim();
    /** @type {Errors} */
    const errors = {};
    if (typed.wrong) errors.amount = T(typed.wrong);
    else if (amount <= 0) errors.amount = T('more_than_nothing');
    else if (!gram && typed.value !== amount) errors.amount = T('no_fractions');
    const grower = Batches.growerId(values.producer_id);
    const added = grower === NEW ? Household.read(values, errors) : null;
    if (added && Household.known(added)) errors.display_name = T('grower_known');
    if (!added && !Batches.grower(grower)) errors.producer_id = T('needed');
    if (!LOT.test(lot)) errors.lot = T(lot ? 'lot_signs' : 'needed');
    if (!values.harvested_on) errors.harvested_on = T('needed');
    if (Object.keys(errors).length) return { errors };
    const draft = {
      lot,
      product_id: product.id,
      producer_id: grower,
      harvested_on: values.harvested_on,
      quantity: amount,
      plot: values.plot.trim(),
      note: values.note.trim()
    };
    return { draft, added, amount_in: values.amount_in, suggested: values.suggested };
  }

  /**
   * A lot that another batch of the same grower has, unless it was proposed, and what is far from
   * the usual.
   * @param {Read} made
   * @param {string | null} id of the batch itself
   * @param {string} unit
   */
  function question({ draft, suggested }, id, unit) {
    const { lot, product_id, producer_id } = draft;
    const { usual = {}, long_ago = '' } = data();
    const [low, middle, high] = usual[product_id + producer_id] || usual[product_id] || [];
    far = [];
    if (draft.quantity <= low || draft.quantity >= high) far.push('quantity');
    if (draft.harvested_on < long_ago) far.push('harvested_on');
    const asked = far.map(what => T('far_' + what, { n: quantity(middle, unit) }));
    const twice = Batches.all().some(
      batch =>
        batch.id !== id &&
        batch.lot === lot &&
        batch.product_id === product_id &&
        batch.producer_id === producer_id
    );
    if (lot !== suggested && twice) asked.push(T('lot_twice', { lot }));
    return asked.join(' ');
  }

  /** @param {Read} made @param {Product} product @param {BatchRecord | null} record */
  async function save({ draft, added, amount_in, suggested }, product, record) {
    const records = added ? [Records.make('household', uuid(), added)] : [];
    if (added) draft.producer_id = records[0].id;
    const { producer_id, plot } = draft;
    if (far[0]) draft.confirmed = far;
    Drafts.remember(product.id, { producer_id, amount_in, plot });
    if (record) return Amending.revise(record.key, draft, records);
    await Loading.load();
    // taken by another form or page since it was proposed
    const taken = Batches.all().some(({ lot }) => lot === suggested);
    if (draft.lot === suggested && taken) draft.lot = nextLot();
    const what = Batches.productName(product) + ' ' + draft.lot;
    const more = { what, needs: Hanging.needsOf(draft) };
    return Records.enqueue([...records, Records.make('batch', uuid(), draft, more)]);
  }

  /**
   * @param {Product} product
   * @param {BatchRecord | null} record to be corrected
   * @returns {Shown}
   */
  function screen(product, record) {
    const gram = product.unit === 'g';
    const name = Batches.productName(product);
    return formScreen({
      route: location.hash,
      title: T('new_title'),
      subject: T('kind_batch', { what: name }),
      values: startingWith(product, record),
      back: record ? '#/queue/' + record.key : '#',
      above: [h('p.big', name), errorsOf(record)],
      draw: (values, errors) => {
        const amount = numberInput(values.amount, gram ? 'decimal' : 'numeric');
        const units = ['kg', 'jin'].map(unit => [unit, T(unit)]);
        const open = !!(errors.lot || errors.harvested_on || record);
        return [
          field('amount', T(gram ? 'amount' : 'amount_piece'), amount, '', errors.amount),
          gram ? picks('amount_in', T('amount_in'), units, values.amount_in, 'half') : null,
          growerFields(values, errors),
          details(values, errors, open)
        ];
      },
      live: ({ producer_id }, holder) => {
        const added = /** @type {HTMLElement} */ (holder.querySelector('#grower'));
        added.hidden = producer_id !== NEW;
      },
      read: values => read(product, values),
      ask: made => question(made, record && record.id, product.unit),
      save: made => save(made, product, record)
    });
  }

  return screen;
})();
