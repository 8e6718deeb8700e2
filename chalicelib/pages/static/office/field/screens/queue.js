// What was recorded here: refused, waiting, sent.

/** What a record is, in words. @param {FieldRecord} record */
function recordTitle(record) {
  const what = { what: record.kind === 'household' ? record.draft.display_name : record.what };
  if (record.kind === 'move') return T('kind_' + record.move, what);
  if (record.kind === 'inspection' && record.draft.supersedes) return T('kind_correction', what);
  return T('kind_' + record.kind, what);
}

/** @param {FieldRecord} record */
function recordChip(record) {
  const state = app.sending === record.key ? 'sending' : record.state;
  return chip(T('state_' + state), RECORD_COLOUR[state]);
}

/** Why it was not taken yet, and when it is tried again. @param {FieldRecord} record */
function againAt(record) {
  const again = T('again_at', { time: timeOfDay(record.notBefore) });
  return (record.why ? record.why + ' ' : '') + again;
}

const queueSection = (() => {
  /** What there is to say beside its name. @param {FieldRecord} record */
  function about(record) {
    const made = T('recorded', { time: moment(record.made) });
    if (record.state === 'sent') {
      const sent = T('sent_at', { time: moment(record.sentAt) });
      return record.kind === 'household' && Batches.growerId(record.id) !== record.id
        ? [sent, T('grower_joined')]
        : [sent];
    }
    if (record.state === 'refused') {
      const key = Amending.amendable(record) ? 'refused_line' : 'refused_only';
      return [made, T(key, { why: Amending.why(record) })];
    }
    const blocker = Queue.holdsBack(record, Queue.byKey(app.records));
    if (blocker && blocker.state === 'refused') {
      return [made, T('wait_for', { what: recordTitle(blocker) })];
    }
    return record.tries ? [made, againAt(record)] : [made];
  }

  /** @param {FieldRecord} record */
  function line(record) {
    const href = '#/queue/' + record.key;
    return entry(href, recordTitle(record), about(record), recordChip(record));
  }

  /** @param {FieldRecord['state']} state */
  function part(state) {
    const records = app.records
      .filter(record => record.state === state && record.kind !== 'shot')
      .sort((a, b) => b.made - a.made);
    if (!records.length) return null;
    const title = T('queue_' + state, { n: records.length });
    return folded(title, state === 'refused', list(records.map(line)));
  }

  function section() {
    /** @type {FieldRecord['state'][]} */
    const states = ['refused', 'waiting', 'sent'];
    const parts = states.map(part);
    const shots = app.records.filter(
      record => record.kind === 'shot' && record.state === 'refused'
    );
    const any = parts.some(Boolean) || shots.length;
    return h(
      'section',
      { id: 'queue' },
      any ? h('h2.hide', T('queue_title')) : null,
      shots.length ? card('', list(shots.map(line))) : null,
      parts
    );
  }

  return section;
})();
