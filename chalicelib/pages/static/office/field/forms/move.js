// A hold, a release or a recall: with its reason, and with what it touches.

/** @param {Batch} batch @param {Move} move @returns {Shown} */
function moveForm(batch, move) {
  const what = Batches.title(batch);
  const touched = h('p.card.big', { role: 'status' }, T('touches_asking'));
  const screen = formScreen({
    route: location.hash,
    title: T(move) + ' ' + what,
    subject: T('kind_' + move, { what }),
    back: '#/batches/' + batch.id,
    values: { why: '', reason: '' },
    stop: move !== 'release',
    confirm: T('confirm_' + move),
    above: [touched, h('p.quiet', T(move + '_means'))],
    draw: (values, errors) => [
      picks(
        'why',
        T('why'),
        cfg.reasons[move].map(why => [why, why]),
        values.why,
        ''
      ),
      field('reason', T('why_other'), textInput(values.reason, 200), '', errors.reason)
    ],
    read: values => {
      const parts = [values.why, values.reason.trim()].filter(Boolean);
      const reason = parts.join(ENGLISH ? '; ' : '；');
      return reason ? { draft: { reason } } : { errors: { reason: T('needed') } };
    },
    save: ({ draft }) => {
      const more = { what, batch: batch.id, move, needs: ['batch:' + batch.id] };
      return Records.enqueue([Records.make('move', uuid(), draft, more)]);
    }
  });
  const confirm = screen.bar[1];
  Batches.touched(batch.id).then(({ n, status }) => {
    if (n === null) touched.textContent = Finding.unreached('touches_unknown', status);
    else touched.textContent = n ? T('touches', { n }) : T('touches_none');
    if (move === 'recall' && n) confirm.textContent = T('confirm_recall_n', { n });
  });
  return screen;
}
