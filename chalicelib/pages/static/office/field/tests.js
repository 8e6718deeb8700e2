// The tests of a batch: those that the server told when it was last asked, and the phone's own.
const Tests = (() => {
  /** @type {{ [batch: string]: ServerTest[] }} */
  let seen = {};

  /** @param {string} batchId */
  async function ask(batchId) {
    if (!app.data || navigator.onLine === false) return null;
    const path = '/v1/batches/' + batchId + '/inspections?limit=20';
    const { status, body } = await Server.ask('GET', path);
    if (status !== 200 || !body || !body.items) return null;
    seen[batchId] = body.items;
    for (const other of Object.keys(seen)) {
      if (other !== batchId && !Batches.get(other)) delete seen[other];
    }
    Store.keep('seen', seen);
    return seen[batchId];
  }

  /** @param {TestRecord} record */
  function testedAt(record) {
    const content = record.body ? JSON.parse(record.body) : record.draft;
    return content.tested_at ? Date.parse(content.tested_at) : Clock.madeAt(record);
  }

  /** @param {TestRecord} record @param {string | undefined} correctedBy @returns {Test} */
  function local(record, correctedBy) {
    const { draft } = record;
    const at = testedAt(record);
    return {
      id: record.id,
      at,
      tested_at: new Date(at).toISOString(),
      stage: draft.stage,
      measurements: draft.measurements,
      photos: draft.photos,
      verdict: (record.answer ? record.answer.verdict : draft._verdict) || null,
      note: draft.note,
      supersedes: draft.supersedes,
      superseded_by: correctedBy,
      local: record.state === 'sent' ? '' : record.state,
      photos_waiting: app.records.filter(
        other =>
          other.kind === 'bytes' && other.state !== 'sent' && draft.photos.indexOf(other.id) >= 0
      )
    };
  }

  /**
   * Newest first.
   * @param {string} batchId
   * @param {ServerTest[] | null} [fetched]
   * @returns {Test[]}
   */
  function of(batchId, fetched) {
    const server = fetched || [];
    const listed = Queue.byKey(server.map(test => ({ key: test.id })));
    const mine = app.records
      .filter(record => record.kind === 'inspection')
      .filter(record => record.batch === batchId);
    /** @type {{ [id: string]: string }} */
    const corrected = {};
    for (const { id, draft } of mine) if (draft.supersedes) corrected[draft.supersedes] = id;
    const there = server.map(test =>
      Queue.changed(test, {
        at: Date.parse(test.tested_at),
        superseded_by: test.superseded_by || corrected[test.id],
        local: ''
      })
    );
    const here = mine.filter(record => !listed[record.id]);
    return [...there, ...here.map(record => local(record, corrected[record.id]))].sort(
      (a, b) => b.at - a.at
    );
  }

  return {
    ask,
    of,
    /** @param {string} batchId */
    seen: batchId => seen[batchId],
    /** @param {typeof seen} [kept] */
    restore: kept => {
      seen = kept || {};
    },
    forget: () => {
      seen = {};
    }
  };
})();
