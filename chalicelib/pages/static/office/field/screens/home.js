// The first screen: what is held, what was harvested today, what waits.
const homeScreen = (() => {
  /** @param {string} route */
  function draft(route) {
    const acts = [
      link(T('go_on'), route, 'small'),
      button(T('forget_draft'), 'small', () => Drafts.abandon(route).then(Page.draw))
    ];
    return h('li', h('p', app.drafts[route].subject), h('div.acts', acts));
  }

  function drafts() {
    const routes = Object.keys(app.drafts);
    return routes.length ? card(T('unfinished'), list(routes.map(draft))) : null;
  }

  /** @param {Batch[]} batches */
  function held(batches) {
    if (!batches.length) return null;
    return h('section.card.alarm', h('h2', T('held_batches')), batchList(batches));
  }

  /** @returns {Shown} */
  function screen() {
    const all = Batches.all();
    const today = chinaDay(Clock.now());
    /** @param {Batch} batch */
    function isToday(batch) {
      return batch.harvested_on === today || chinaDay(batch.at) === today;
    }
    const now = all.filter(isToday);
    const earlier = all.filter(batch => !isToday(batch));
    const title = T('earlier_batches', { n: earlier.length });
    return {
      body: [
        heading(T('title')),
        drafts(),
        link(T('find_batch'), '#/find'),
        held(all.filter(batch => batch.state === 'held')),
        card(T('today_batches'), batchList(now)),
        earlier.length ? folded(title, !now.length, batchList(earlier)) : null,
        queueSection(),
        link(T('sign_out'), '#/out', 'small')
      ],
      bar: [link(T('inspect'), '#/inspect'), link(T('new_batch'), '#/new', 'main')]
    };
  }

  return screen;
})();
