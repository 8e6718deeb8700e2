// What is shown: home, a batch, choosing, the queue, finding by code. Each screen is a function
// app -> {body, bar}; the forms stand in forms.js.
var Screens = (function () {
  var INSPECTABLE = ['registered', 'passed', 'held'],
    RECALLABLE = ['registered', 'passed', 'held', 'closed'],
    HOLDABLE = ['registered', 'passed'];

  function batchEntry(app, one, path) {
    var waits = app.unsent(one.id),
      mark = one.local
        ? chip(T('state_' + one.local), RECORD_KIND[one.local])
        : chip(T('batch_' + one.state), BATCH_KIND[one.state]);
    var verdict = app.pendingVerdict(one.id);
    return entry(
      (path || '#/batches/') + one.id,
      app.title(one),
      [
        quantity(one.quantity, one.unit) +
          ' · ' +
          day(one.harvested_on) +
          ' · ' +
          app.grower(one.producer_id),
        waits ? T('on_phone') + (verdict ? ' · ' + T(verdict) : '') : ''
      ],
      mark
    );
  }

  function drafts(app) {
    var routes = Object.keys(app.drafts);
    return routes.length
      ? card(
          T('unfinished'),
          list(
            routes.map(function (route) {
              return h(
                'li',
                null,
                h('p', null, app.drafts[route].subject),
                h(
                  'div',
                  { class: 'acts' },
                  link(T('go_on'), route, 'small'),
                  button(T('forget_draft'), 'small', function () {
                    app.abandon(route).then(app.draw);
                  })
                )
              );
            })
          )
        )
      : null;
  }

  function home(app) {
    var all = app.batches(),
      today = chinaDay(app.time()),
      now,
      earlier,
      held = all.filter(function (one) {
        return one.state === 'held';
      });
    function isToday(one) {
      return one.harvested_on === today || chinaDay(one.at) === today;
    }
    now = all.filter(isToday);
    earlier = all.filter(function (one) {
      return !isToday(one);
    });
    return {
      body: [
        heading(T('title')),
        drafts(app),
        link(T('find_batch'), '#/find'),
        held.length
          ? h(
              'section',
              { class: 'card alarm' },
              h('h2', null, T('held_batches')),
              list(
                held.map(function (one) {
                  return batchEntry(app, one);
                })
              )
            )
          : null,
        card(
          T('today_batches'),
          now.length
            ? list(
                now.map(function (one) {
                  return batchEntry(app, one);
                })
              )
            : h('p', { class: 'quiet' }, T('no_batches'))
        ),
        earlier.length
          ? folded(
              T('earlier_batches', { n: earlier.length }),
              !now.length,
              list(
                earlier.map(function (one) {
                  return batchEntry(app, one);
                })
              )
            )
          : null,
        queue(app),
        link(T('sign_out'), '#/out', 'small')
      ],
      bar: [link(T('inspect'), '#/inspect'), link(T('new_batch'), '#/new', 'main')]
    };
  }

  // --- choosing -------------------------------------------------------------------------------------

  function products(app) {
    var used = app.data.products
      .filter(function (one) {
        return !one.village_id || app.village(one.village_id);
      })
      .sort(function (a, b) {
        return ((app.last[b.id] || {}).at || 0) - ((app.last[a.id] || {}).at || 0);
      });
    return {
      body: [
        heading(T('which_product')),
        used.length
          ? used.map(function (one) {
              return h(
                'a',
                { class: 'tile', href: '#/new/' + one.id },
                h(
                  'span',
                  { class: 'what' },
                  h('b', null, app.name(one)),
                  h(
                    'span',
                    { class: 'quiet' },
                    [one.grade, app.village(one.village_id)].filter(Boolean).join(' · ')
                  )
                )
              );
            })
          : h('p', { class: 'card' }, T('no_products_here'))
      ],
      bar: [link(T('cancel'), '#')]
    };
  }

  function pick(app) {
    var open = app.batches().filter(function (one) {
      return INSPECTABLE.indexOf(one.state) >= 0 && app.product(one.product_id);
    });
    return {
      body: [
        heading(T('which_batch')),
        link(T('find_batch'), '#/find'),
        card(
          '',
          open.length
            ? list(
                open.map(function (one) {
                  return batchEntry(app, one, '#/inspect/');
                })
              )
            : h('p', { class: 'quiet' }, T('no_batches'))
        )
      ],
      bar: [link(T('cancel'), '#')]
    };
  }

  // --- a batch --------------------------------------------------------------------------------------

  function values(app, measurements, product) {
    return measurements
      .map(function (one) {
        var metric =
          product &&
          product.inspection_plan.metrics.filter(function (m) {
            return m.key === one.metric;
          })[0];
        var name = metric ? app.metricName(metric) : one.name || one.metric,
          unit = metric ? metric.unit : one.unit;
        return name + ' ' + (one.below_detection ? T('not_found_here') : measure(one.value, unit));
      })
      .join(' · ');
  }

  function test(app, one, known, product) {
    var taken = (one.photos || []).length,
      sent = !one.local,
      waiting = (one.photos_waiting || []).length,
      correctable = sent && !one.superseded_by && INSPECTABLE.indexOf(known.state) >= 0 && product;
    return h(
      'div',
      { class: 'test' + (one.superseded_by ? ' replaced' : '') },
      h(
        'div',
        { class: 'head' },
        h('h3', null, moment(one.at) + ' · ' + T('stage_' + one.stage)),
        one.verdict
          ? chip(T(one.verdict), one.superseded_by ? '' : one.verdict === 'pass' ? 'ok' : 'bad')
          : null
      ),
      h('p', { class: 'row' }, h('b', null, values(app, one.measurements, product))),
      h(
        'p',
        { class: 'quiet' },
        [
          one.inspector_name || one.inspector,
          one.local ? T('state_' + one.local) : '',
          one.supersedes ? T('corrects_earlier') : '',
          one.superseded_by ? T('corrected_later') : '',
          waiting ? T(waiting === 1 ? 'photos_here_one' : 'photos_here', { n: waiting }) : '',
          taken ? T('photos') + ' ' + taken : '',
          one.note
        ]
          .filter(Boolean)
          .join(' · ')
      ),
      one.local && taken
        ? h(
            'ul',
            { class: 'shots' },
            one.photos.map(function (id, at) {
              return h('li', null, picture(id, T('photo_kept', { n: at + 1 })));
            })
          )
        : null,
      one.local ? link(T('see_record'), '#/queue/inspection:' + one.id, 'small') : null,
      correctable ? link(T('correct'), '#/correct/' + known.id + '/' + one.id, 'small') : null
    );
  }

  function batch(app, id) {
    var known = app.batch(id),
      product = known && app.product(known.product_id),
      tests,
      shown,
      moves;
    if (!known) return missing();
    tests = h('div', { 'aria-live': 'polite' });
    function draw(found) {
      shown = app.tests(id, found);
      fill(
        tests,
        shown.length
          ? shown.map(function (one) {
              return test(app, one, known, product);
            })
          : h(
              'p',
              { class: 'quiet' },
              found || known.local ? T('no_tests') : app.unreached('tests_unknown')
            )
      );
    }
    draw(app.seen(id));
    if (app.opening)
      app.fetchTests(id).then(function (found) {
        if (found) draw(found);
      });
    moves = app.records.filter(function (one) {
      return one.kind === 'move' && one.batch === id && one.state !== 'sent';
    });
    return {
      body: [
        h(
          'div',
          { class: 'head' },
          heading(app.title(known)),
          known.local
            ? chip(T('state_' + known.local), RECORD_KIND[known.local])
            : chip(T('batch_' + known.state), BATCH_KIND[known.state])
        ),
        known.reason ? h('p', { class: 'card' }, known.reason) : null,
        moves.map(function (one) {
          return h('p', { class: 'card' }, T('moving', { what: T(one.move) }));
        }),
        card(
          '',
          h(
            'dl',
            { class: 'facts wide' },
            [
              [T('fact_quantity'), quantity(known.quantity, known.unit)],
              [T('harvested_on'), day(known.harvested_on)],
              [T('producer'), app.grower(known.producer_id)],
              [T('lot'), known.lot],
              [T('plot'), known.plot],
              [T('note'), known.note]
            ]
              .filter(function (row) {
                return row[1];
              })
              .map(function (row) {
                return h('div', null, h('dt', null, row[0]), h('dd', null, row[1]));
              })
          )
        ),
        card(T('tests'), tests),
        h(
          'div',
          { class: 'acts' },
          HOLDABLE.indexOf(known.state) >= 0 ? link(T('hold'), '#/hold/' + id, 'small') : null,
          known.state === 'held' ? link(T('release'), '#/release/' + id, 'small') : null,
          RECALLABLE.indexOf(known.state) >= 0
            ? link(T('recall'), '#/recall/' + id, 'small danger')
            : null,
          known.local
            ? null
            : link(T('all_of_it'), '/cadre/batches/' + id + '?lang=' + cfg.language, 'small')
        )
      ],
      bar: [
        link(T('back'), '#'),
        INSPECTABLE.indexOf(known.state) >= 0 && product
          ? link(T('inspect'), '#/inspect/' + id, 'main')
          : null
      ]
    };
  }

  function missing() {
    return { body: [heading(T('scan_nothing'))], bar: [link(T('back'), '#')] };
  }

  // --- the queue ------------------------------------------------------------------------------------

  function said(app, one) {
    var what = { what: one.what };
    if (one.kind === 'move') return T('kind_' + one.move, what);
    if (one.kind === 'inspection')
      return T(one.draft.supersedes ? 'kind_correction' : 'kind_inspection', what);
    return T('kind_' + one.kind, what);
  }

  function line(app, one) {
    var state = app.sending === one.key ? 'sending' : one.state,
      blocker = one.state === 'waiting' && Queue.holdsBack(one, Queue.byKey(app.records));
    var meta = [T('recorded', { time: moment(one.made) })];
    if (one.state === 'sent') meta[0] = T('sent_at', { time: moment(one.sentAt) });
    if (one.state === 'refused')
      meta.push(T(app.amendable(one) ? 'refused_line' : 'refused_only', { why: app.why(one) }));
    else if (blocker && blocker.state === 'refused')
      meta.push(T('wait_for', { what: said(app, blocker) }));
    else if (one.state === 'waiting' && one.tries)
      meta.push((one.why ? one.why + ' ' : '') + T('again_at', { time: clock(one.notBefore) }));
    return entry(
      '#/queue/' + one.key,
      said(app, one),
      meta,
      chip(T('state_' + state), RECORD_KIND[state])
    );
  }

  function queue(app) {
    var parts = ['refused', 'waiting', 'sent'].map(function (state) {
      var found = app.records
        .filter(function (one) {
          return one.state === state && one.kind !== 'shot';
        })
        .sort(function (a, b) {
          return b.made - a.made;
        });
      if (!found.length) return null;
      return folded(
        T('queue_' + state, { n: found.length }),
        state === 'refused',
        list(
          found.map(function (one) {
            return line(app, one);
          })
        )
      );
    });
    var shots = app.records.filter(function (one) {
      return one.kind === 'shot' && one.state === 'refused';
    });
    return h(
      'section',
      { id: 'queue' },
      parts.some(Boolean) || shots.length ? h('h2', { class: 'hide' }, T('queue_title')) : null,
      shots.length
        ? card(
            '',
            list(
              shots.map(function (one) {
                return line(app, one);
              })
            )
          )
        : null,
      parts
    );
  }

  var asking = ''; // the record of which it is asked whether to discard it; a redraw leaves the question
  window.addEventListener('hashchange', function () {
    asking = '';
  });

  function record(app, key) {
    var one = Queue.byKey(app.records)[key],
      state,
      rest,
      asked = h('div', null),
      typed,
      may,
      product;
    if (!one) return missing();
    typed = one.kind === 'batch' || one.kind === 'inspection';
    may = app.editable(one);
    product = may && app.amendable(one);
    state = app.sending === key ? 'sending' : one.state;
    rest = Queue.withDependents(app.records, key).length - 1;
    function question() {
      fill(
        asked,
        card(
          '',
          h('p', null, rest ? T('discard_all_sure', { n: rest }) : T('discard_sure')),
          h(
            'div',
            { class: 'acts' },
            button(T('keep_it'), 'small', function () {
              asking = '';
              fill(asked);
            }),
            button(T('discard_yes'), 'small bad', function () {
              app.discard(key);
            })
          )
        )
      );
    }
    function ask() {
      asking = key;
      question();
      asked.querySelector('button').focus();
    }
    if (asking === key && may) question();
    return {
      body: [
        h(
          'div',
          { class: 'head' },
          heading(said(app, one)),
          chip(T('state_' + state), RECORD_KIND[state])
        ),
        one.state === 'refused' ? h('p', { class: 'card error' }, app.why(one)) : null,
        card(
          '',
          h(
            'p',
            null,
            T('recorded', { time: moment(one.made) }),
            one.state === 'sent' ? ' · ' + T('sent_at', { time: moment(one.sentAt) }) : ''
          ),
          one.kind === 'inspection'
            ? h(
                'p',
                null,
                h(
                  'b',
                  null,
                  values(
                    app,
                    one.draft.measurements,
                    app.product((app.batch(one.batch) || {}).product_id)
                  )
                )
              )
            : null,
          one.kind === 'batch'
            ? h(
                'p',
                null,
                quantity(one.draft.quantity, (app.product(one.draft.product_id) || {}).unit),
                ' · ',
                day(one.draft.harvested_on)
              )
            : null,
          one.kind === 'move' ? h('p', null, one.draft.reason) : null,
          one.state === 'waiting' && one.tries
            ? h(
                'p',
                null,
                (one.why ? one.why + ' ' : '') + T('again_at', { time: clock(one.notBefore) })
              )
            : null,
          one.state === 'waiting' && !may ? h('p', { class: 'quiet' }, T('tried_already')) : null,
          typed && may && !product && !app.ended(one) ? h('p', null, T('not_amendable')) : null
        ),
        may
          ? h(
              'div',
              { class: 'acts' },
              button(T('discard'), 'small danger', ask),
              one.state === 'refused' && !typed && !app.ended(one)
                ? button(T('try_again'), 'small', function () {
                    app.retry(key);
                  })
                : null
            )
          : null,
        asked
      ],
      bar: [link(T('back'), '#'), product ? link(T('amend'), '#/amend/' + key, 'main') : null]
    };
  }

  // --- finding by code ------------------------------------------------------------------------------

  function find(app) {
    var told = h('div', { role: 'status' }),
      video = h('video', { muted: true, playsinline: '', hidden: true }),
      typed = h('input', {
        type: 'text',
        id: 'code',
        name: 'code',
        autocomplete: 'off',
        autocapitalize: 'characters',
        maxlength: 300
      });
    async function open(text) {
      fill(told, T('scan_reading'));
      var found = await app.find(text);
      if (found.batches && found.batches.length === 1)
        return app.go('#/batches/' + found.batches[0].id);
      if (found.batches && found.batches.length)
        return fill(
          told,
          card(
            T(found.words || 'scan_several'),
            list(
              found.batches.map(function (one) {
                return batchEntry(app, one);
              })
            )
          )
        );
      fill(told, h('p', { class: 'card error' }, found.why));
    }
    async function photo(event) {
      var file = event.target.files[0],
        answer;
      if (!file) return;
      fill(told, T('scan_reading'));
      answer = await app.read((await app.camera()) && (await Camera.grey(file)));
      event.target.value = '';
      if (answer.text) open(answer.text);
      else fill(told, h('p', { class: 'card error' }, answer.why));
    }
    app
      .camera()
      .then(function (here) {
        return here && document.body.contains(video) && Camera.watch(video, open);
      })
      .then(function (seen) {
        video.hidden = !seen;
      });
    app.leaving = function () {
      if (window.Camera) Camera.close();
    };
    return {
      body: [
        heading(T('scan_title')),
        video,
        h(
          'form',
          {
            class: 'card',
            onsubmit: function (event) {
              event.preventDefault();
              if (typed.value.trim()) open(typed.value.trim());
            }
          },
          h('div', { class: 'field' }, h('label', { for: 'code' }, T('scan_type')), typed),
          h('button', { class: 'btn', type: 'submit' }, T('scan_go'))
        ),
        told
      ],
      bar: [
        link(T('cancel'), '#'),
        h(
          'label',
          { class: 'btn main add' },
          T('scan_photo'),
          h('input', { type: 'file', accept: 'image/*', onchange: photo })
        )
      ]
    };
  }

  // --- signing out ----------------------------------------------------------------------------------

  function out(app) {
    var waits = app.records.filter(function (one) {
      return one.state !== 'sent' && one.kind !== 'shot';
    });
    var photos = waits.filter(function (one) {
      return one.kind === 'bytes';
    }).length;
    return {
      body: [
        heading(T('sign_out')),
        h(
          'p',
          { class: 'card' + (waits.length ? ' error' : '') },
          waits.length
            ? T('out_waits', { n: waits.length - photos, photos: photos })
            : T('out_clean')
        )
      ],
      bar: [link(T('cancel'), '#'), button(T('sign_out'), 'bad', app.signOut)]
    };
  }

  return {
    home: home,
    out: out,
    products: products,
    pick: pick,
    batch: batch,
    missing: missing,
    record: record,
    find: find
  };
})();
