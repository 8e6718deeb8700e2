// What the first screens do without is a script of its own: the camera, and the forms that are seldom
// opened. It is fetched once the page stands, and kept with it for when there is no network.
const Later = (() => {
  /** @type {Promise<boolean> | null} */
  let script = null;

  /** Whether it is here. @returns {Promise<boolean>} */
  function load() {
    script =
      script ||
      new Promise(done => {
        const element = h('script', {
          src: cfg.later,
          onload: () => done(true),
          onerror: () => {
            script = null;
            done(false);
          }
        });
        document.head.appendChild(element);
      });
    return script;
  }

  /** One of its screens, as soon as it is here. @param {() => Shown} screen @returns {Shown} */
  function shown(screen) {
    const route = location.hash;
    if (typeof Camera === 'object') return screen();
    load().then(here => {
      if (here && location.hash === route) Page.opened();
    });
    return {
      body: [heading(T('title')), h('p.card', T('first_time'))],
      bar: [link(T('back'), '#')]
    };
  }

  return { load, shown };
})();
