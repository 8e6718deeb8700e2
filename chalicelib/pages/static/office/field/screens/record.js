// One record: what it says, what became of it, and what whoever made it may still do.
const recordScreen = (() => {
  let asking = ''; // the key of which it is asked whether to discard it; a redraw leaves the question
  window.addEventListener('hashchange', () => {
    asking = '';
  });

  /** Asks before it is discarded, with all that hangs on it. @param {string} key */
  function discarding(key) {
    const holder = h('div');
    const rest = Queue.withDependents(app.records, key).length - 1;
    function draw() {
      const words = rest ? T('discard_all_sure', { n: rest }) : T('discard_sure');
      const keep = button(T('keep_it'), 'small', () => {
        asking = '';
        fill(holder);
      });
      const discard = button(T('discard_yes'), 'small bad', () => Amending.discard(key));
      fill(holder, card('', h('p', words), h('div.acts', keep, discard)));
      return keep;
    }
    function ask() {
      asking = key;
      draw().focus();
    }
    return { holder, draw, ask };
  }

  /** What was typed. @param {FieldRecord} record */
  function content(record) {
    if (record.kind === 'inspection') {
      const batch = Batches.get(record.batch);
      const product = batch && Batches.product(batch.product_id);
      return h('p', h('b', measured(record.draft.measurements, product)));
    }
    if (record.kind === 'batch') {
      const product = Batches.product(record.draft.product_id);
      const amount = quantity(record.draft.quantity, product && product.unit);
      return h('p', amount, ' · ', day(record.draft.harvested_on));
    }
    if (record.kind === 'household') {
      const { village_id, household_code } = record.draft;
      return h('p', [Batches.village(village_id), household_code].filter(Boolean).join(' · '));
    }
    return record.kind === 'move' ? h('p', record.draft.reason) : null;
  }

  /** @param {FieldRecord} record */
  function times(record) {
    const sent = record.state === 'sent';
    return h(
      'p',
      T('recorded', { time: moment(record.made) }),
      sent ? ' · ' + T('sent_at', { time: moment(record.sentAt) }) : ''
    );
  }

  /** @param {string} key @returns {Shown} */
  function screen(key) {
    const record = Records.get(key);
    if (!record) return missingScreen();
    const typed = ['household', 'batch', 'inspection'].indexOf(record.kind) >= 0;
    const may = Records.editable(record);
    const amendable = may && Amending.amendable(record);
    const waits = record.state === 'waiting';
    const refused = record.state === 'refused';
    const stuck = typed && may && !amendable && !Amending.ended(record);
    const repeatable = refused && !typed && !Amending.ended(record);
    const { holder, draw, ask } = discarding(key);
    if (asking === key && may) draw();
    return {
      body: [
        h('div.head', heading(recordTitle(record)), recordChip(record)),
        refused ? h('p.card.error', Amending.why(record)) : null,
        card(
          '',
          times(record),
          content(record),
          waits && record.tries ? h('p', againAt(record)) : null,
          waits && !may ? h('p.quiet', T('tried_already')) : null,
          stuck ? h('p', T('not_amendable')) : null
        ),
        may
          ? h(
              'div.acts',
              button(T('discard'), 'small danger', ask),
              repeatable ? button(T('try_again'), 'small', () => Amending.retry(key)) : null
            )
          : null,
        holder
      ],
      bar: [link(T('back'), '#'), amendable ? link(T('amend'), '#/amend/' + key, 'main') : null]
    };
  }

  return screen;
})();
