// One batch: its facts, its tests, and what can be done with it.
const batchScreen = (() => {
  /** @type {BatchState[]} */
  const RECALLABLE = ['registered', 'passed', 'held', 'closed'];
  /** @type {BatchState[]} */
  const HOLDABLE = ['registered', 'passed'];

  /** @param {Test} test @param {Batch} batch @param {Product | undefined} product */
  function testCard(test, batch, product) {
    const replaced = !!test.superseded_by;
    const colour = replaced ? '' : test.verdict === 'pass' ? 'ok' : 'bad';
    const open = !replaced && Batches.INSPECTABLE.indexOf(batch.state) >= 0;
    const title = h('h3', moment(test.at) + ' · ' + T('stage_' + test.stage));
    return h(
      'div',
      { class: 'test' + (replaced ? ' replaced' : '') },
      h('div.head', title, test.verdict ? chip(T(test.verdict), colour) : null),
      h('p.row', h('b', measured(test.measurements, product))),
      h('p.quiet', about(test)),
      test.local ? shots(test.photos || []) : null,
      test.local ? link(T('see_record'), '#/queue/inspection:' + test.id, 'small') : null,
      !test.local && open && product
        ? link(T('correct'), '#/correct/' + batch.id + '/' + test.id, 'small')
        : null
    );
  }

  /** @param {Test} test */
  function about(test) {
    const taken = (test.photos || []).length;
    const waiting = (test.photos_waiting || []).length;
    const parts = [
      test.inspector_name || test.inspector,
      test.local ? T('state_' + test.local) : '',
      test.supersedes ? T('corrects_earlier') : '',
      test.superseded_by ? T('corrected_later') : '',
      waiting ? T(waiting === 1 ? 'photos_here_one' : 'photos_here', { n: waiting }) : '',
      taken ? T('photos') + ' ' + taken : '',
      test.note
    ];
    return parts.filter(Boolean).join(' · ');
  }

  /** @param {string[]} ids */
  function shots(ids) {
    if (!ids.length) return null;
    const pictures = ids.map((id, at) => h('li', picture(id, T('photo_kept', { n: at + 1 }))));
    return h('ul.shots', pictures);
  }

  /**
   * @param {Batch} batch
   * @param {Product | undefined} product
   * @param {ServerTest[] | undefined} fetched
   */
  function testCards(batch, product, fetched) {
    const tests = Tests.of(batch.id, fetched);
    if (tests.length) return tests.map(test => testCard(test, batch, product));
    const known = fetched || batch.local;
    return h('p.quiet', known ? T('no_tests') : Finding.unreached('tests_unknown'));
  }

  /**
   * The tests that are known, and those of the server as soon as they come: the screen may have
   * been drawn anew by then.
   * @param {Batch} batch
   * @param {Product | undefined} product
   */
  function testList(batch, product) {
    const id = 'tests-' + batch.id;
    if (app.opening) {
      Tests.ask(batch.id).then(fetched => {
        const holder = byId(id);
        if (fetched && holder) fill(holder, testCards(batch, product, fetched));
      });
    }
    const cards = testCards(batch, product, Tests.seen(batch.id));
    return h('div', { id, 'aria-live': 'polite' }, cards);
  }

  /** @param {Batch} batch */
  function facts(batch) {
    const rows = [
      [T('fact_quantity'), quantity(batch.quantity, batch.unit)],
      [T('harvested_on'), day(batch.harvested_on)],
      [T('producer'), Batches.grower(batch.producer_id)],
      [T('lot'), batch.lot],
      [T('plot'), batch.plot],
      [T('note'), batch.note]
    ].filter(([, value]) => value);
    const drawn = rows.map(([name, value]) => h('div', h('dt', name), h('dd', value)));
    return card('', h('dl.facts.wide', drawn));
  }

  /** Moves that wait here. @param {string} id */
  function moves(id) {
    return app.records
      .filter(record => record.kind === 'move')
      .filter(record => record.batch === id && record.state !== 'sent')
      .map(({ move }) => h('p.card', T('moving', { what: T(move) })));
  }

  /** @param {Batch} batch */
  function acts({ id, state, local }) {
    const page = '/cadre/batches/' + id + '?lang=' + cfg.language;
    return h(
      'div.acts',
      HOLDABLE.indexOf(state) >= 0 ? link(T('hold'), '#/hold/' + id, 'small') : null,
      state === 'held' ? link(T('release'), '#/release/' + id, 'small') : null,
      RECALLABLE.indexOf(state) >= 0 ? link(T('recall'), '#/recall/' + id, 'small danger') : null,
      local ? null : link(T('all_of_it'), page, 'small')
    );
  }

  /** @param {string} id @returns {Shown} */
  function screen(id) {
    const batch = Batches.get(id);
    if (!batch) return missingScreen();
    const product = Batches.product(batch.product_id);
    const inspectable = product && Batches.INSPECTABLE.indexOf(batch.state) >= 0;
    return {
      body: [
        h('div.head', heading(Batches.title(batch)), batchChip(batch)),
        batch.reason ? h('p.card', batch.reason) : null,
        moves(id),
        facts(batch),
        card(T('tests'), testList(batch, product)),
        acts(batch)
      ],
      bar: [
        link(T('back'), '#'),
        inspectable ? link(T('inspect'), '#/inspect/' + id, 'main') : null
      ]
    };
  }

  return screen;
})();
