// The forms: a new batch, a test, a hold or recall. What is typed is kept as it is typed; saving
// puts it into the queue in one transaction and only then leaves the form.
var Forms = (function () {
  var KEEP_AFTER = 250,
    STAGES = ['harvest', 'storage', 'packing', 'market'],
    MOST_PHOTOS = 9;
  var AMOUNT = new RegExp(cfg.amount, 'i'); // units of which there is never less than nothing
  var LOT = /^[!"%-?A-Z_a-z]{1,20}$/; // GS1 set 82, as domain/batches.py

  function field(name, text, input, hint, error) {
    var id = 'f-' + name,
      note = hint || error ? id + '-note' : null;
    input.id = id;
    input.name = name;
    if (note) input.setAttribute('aria-describedby', note);
    if (error) input.setAttribute('aria-invalid', 'true');
    return h(
      'div',
      { class: 'field' + (error ? ' wrong' : '') },
      h('label', { for: id }, text),
      input,
      note ? h('p', { id: note, class: error ? 'error' : 'hint' }, error || hint) : null
    );
  }

  function text(value, most) {
    return h('input', { type: 'text', value: value || '', maxlength: most, autocomplete: 'off' });
  }
  function number(value, mode) {
    return h('input', {
      type: 'text',
      inputmode: mode,
      value: value || '',
      maxlength: 16,
      autocomplete: 'off',
      class: 'big'
    });
  }

  function picks(name, title, choices, chosen, kind) {
    return h(
      'fieldset',
      { class: 'group' },
      h('legend', null, title),
      h(
        'div',
        { class: 'pick ' + kind },
        choices.map(function (one) {
          return h(
            'label',
            null,
            h('input', { type: 'radio', name: name, value: one[0], checked: one[0] === chosen }),
            h('span', null, one[1])
          );
        })
      )
    );
  }

  // The frame of a form: `draw(values, errors)` gives its parts, `read(values)` {errors} or {draft,
  // ...}. The route under which it stands names what was typed, for whoever comes back to it.
  function form(app, options) {
    var draft = app.drafts[options.route] && app.drafts[options.route].values;
    var values = draft || options.values,
      timer = null,
      saving = false,
      drawing = false,
      done = false,
      asked = '',
      holder = h('form', { id: 'form', novalidate: '', class: 'card' });

    function collect() {
      Array.prototype.forEach.call(holder.elements, function (one) {
        if (!one.name) return;
        if (one.type === 'radio') {
          if (one.checked) values[one.name] = one.value;
        } else if (one.type === 'checkbox') values[one.name] = one.checked;
        else values[one.name] = clean(one.value);
      });
      return values;
    }
    function keep() {
      clearTimeout(timer);
      timer = null;
      if (done) return;
      app.keepDraft(options.route, options.subject, collect());
    }
    function typed() {
      if (drawing) return; // an input that is taken away says once more that it changed
      clearTimeout(timer);
      timer = setTimeout(function () {
        if (document.body.contains(holder)) keep();
      }, KEEP_AFTER); // else it was kept on leaving
      app.hush();
      if (options.live) options.live(collect(), holder);
    }
    function show(errors) {
      var wrong;
      drawing = true;
      fill(holder, options.draw(values, errors || {}, api));
      drawing = false;
      if (options.live) options.live(collect(), holder);
      wrong = holder.querySelector('[aria-invalid]');
      if (wrong) wrong.focus();
    }
    async function save() {
      var made = options.read(collect()),
        ok;
      if (made.errors) return show(made.errors);
      if (saving || done) return;
      var question = options.ask && options.ask(made);
      if (question && question !== asked) {
        asked = question;
        return app.say(question, 'stop', button(T('lot_yes'), 'small', save));
      }
      saving = true;
      clearTimeout(timer);
      timer = null;
      await api.busy;
      made = options.read(collect()); // a photo may have been added meanwhile
      ok = made.errors ? null : await options.save(made);
      saving = false;
      if (made.errors) return show(made.errors);
      if (ok === true) {
        done = true;
        await app.dropDraft(options.route);
        app.go(options.back, T('saved'));
      } else app.say(ok || T('full'), 'stop');
    }
    var api = {
      keep: keep,
      redraw: function () {
        app.hush();
        collect();
        show();
        keep();
      },
      values: values,
      busy: Promise.resolve()
    };
    holder.addEventListener('input', typed);
    holder.addEventListener('change', typed);
    holder.addEventListener('submit', function (event) {
      event.preventDefault();
      save();
    });
    app.leaving = function () {
      if (timer) keep();
    };
    show();
    return {
      body: [heading(options.title), options.above, holder],
      bar: [
        link(T('cancel'), options.back, ''),
        h(
          'button',
          { class: 'btn ' + (options.stop ? 'bad' : 'main'), type: 'submit', form: 'form' },
          options.confirm || T('save')
        )
      ]
    };
  }

  function errorsOf(app, record) {
    return record && record.why
      ? h('p', { class: 'card error', role: 'alert' }, app.why(record))
      : null;
  }

  // --- a new batch ---------------------------------------------------------------------------------

  function nextLot(app) {
    var prefix = chinaDay(app.time()).slice(2).replace(/-/g, '') + '-' + app.letter,
      most = 0;
    app.batches().forEach(function (one) {
      var rest = one.lot.slice(0, prefix.length) === prefix ? one.lot.slice(prefix.length) : '';
      if (/^\d+$/.test(rest)) most = Math.max(most, Number(rest));
    });
    return prefix + (most + 1);
  }

  // record: a batch that waits or was refused, to be corrected.
  function batch(app, product, record) {
    var growers = app.data.producers,
      last = app.last[product.id] || {},
      gram = product.unit === 'g',
      draft = record && record.draft;
    var several = growers.some(function (one) {
      return one.village_id !== growers[0].village_id;
    });
    function grower(one) {
      return several ? one.display_name + ' · ' + app.village(one.village_id) : one.display_name;
    }
    var values = draft
      ? {
          producer_id: draft.producer_id,
          amount: plain(gram ? draft.quantity / 1000 : draft.quantity),
          amount_in: 'kg',
          lot: draft.lot,
          harvested_on: draft.harvested_on,
          plot: draft.plot,
          note: draft.note
        }
      : {
          producer_id: last.producer_id || (growers.length === 1 ? growers[0].id : ''),
          amount: '',
          amount_in: last.amount_in || 'kg',
          lot: nextLot(app),
          suggested: '',
          harvested_on: chinaDay(app.time()),
          plot: last.plot || '',
          note: ''
        };
    if (!record) values.suggested = values.lot;
    if (!growers.length)
      return {
        body: [heading(T('new_title')), h('p', { class: 'card' }, T('no_growers'))],
        bar: [link(T('back'), '#')]
      };

    function producers(v, error) {
      if (growers.length <= 6) {
        return [
          picks(
            'producer_id',
            T('producer'),
            growers.map(function (one) {
              return [one.id, grower(one)];
            }),
            v.producer_id,
            ''
          ),
          error ? h('p', { class: 'error' }, error) : null
        ];
      }
      var select = h(
        'select',
        null,
        h('option', { value: '' }, T('choose')),
        growers.map(function (one) {
          return h('option', { value: one.id, selected: one.id === v.producer_id }, grower(one));
        })
      );
      return field('producer_id', T('producer'), select, '', error);
    }
    return form(app, {
      route: location.hash,
      title: T('new_title'),
      subject: T('kind_batch', { what: app.name(product) }),
      values: values,
      back: record ? '#/queue/' + record.key : '#',
      above: [h('p', { class: 'big' }, app.name(product)), errorsOf(app, record)],
      draw: function (v, errors) {
        return [
          field(
            'amount',
            gram ? T('amount') : T('amount_piece'),
            number(v.amount, gram ? 'decimal' : 'numeric'),
            '',
            errors.amount
          ),
          gram
            ? picks(
                'amount_in',
                T('amount_in'),
                [
                  ['kg', T('kg')],
                  ['jin', T('jin')]
                ],
                v.amount_in,
                'half'
              )
            : null,
          producers(v, errors.producer_id),
          h(
            'details',
            { open: !!(errors.lot || errors.harvested_on || record) },
            h(
              'summary',
              null,
              T('harvested_on') + ' ' + day(v.harvested_on) + ' · ' + T('lot') + ' ' + v.lot
            ),
            field(
              'harvested_on',
              T('harvested_on'),
              h('input', { type: 'date', value: v.harvested_on, max: chinaDay(app.time()) }),
              '',
              errors.harvested_on
            ),
            field('lot', T('lot'), text(v.lot, 20), T('lot_hint'), errors.lot),
            field('plot', T('plot'), text(v.plot, 60)),
            field('note', T('note'), text(v.note, 200))
          )
        ];
      },
      read: function (v) {
        var errors = {},
          typed = numberIn(v.amount, 1e9),
          amount = Math.round(typed.value * (gram ? (v.amount_in === 'jin' ? 500 : 1000) : 1));
        if (typed.wrong) errors.amount = T(typed.wrong);
        else if (amount <= 0) errors.amount = T('more_than_nothing');
        else if (!gram && typed.value !== amount) errors.amount = T('no_fractions');
        if (!v.producer_id) errors.producer_id = T('needed');
        if (!LOT.test(v.lot.trim())) errors.lot = T(v.lot.trim() ? 'lot_signs' : 'needed');
        if (!v.harvested_on) errors.harvested_on = T('needed');
        if (Object.keys(errors).length) return { errors: errors };
        return {
          draft: {
            lot: v.lot.trim(),
            product_id: product.id,
            producer_id: v.producer_id,
            harvested_on: v.harvested_on,
            quantity: amount,
            plot: v.plot.trim(),
            note: v.note.trim()
          },
          amount_in: v.amount_in,
          suggested: v.suggested
        };
      },
      ask: function (made) {
        var same =
          made.draft.lot !== made.suggested &&
          app.batches().some(function (one) {
            return (
              one.id !== (record && record.id) &&
              one.lot === made.draft.lot &&
              one.product_id === product.id &&
              one.producer_id === made.draft.producer_id
            );
          });
        return same ? T('lot_twice', { lot: made.draft.lot }) : '';
      },
      save: async function (made) {
        app.remember(product.id, {
          producer_id: made.draft.producer_id,
          amount_in: made.amount_in,
          plot: made.draft.plot
        });
        if (record) return app.revise(record.key, made.draft);
        await app.reload();
        // taken by another form or page since it was proposed
        if (
          made.draft.lot === made.suggested &&
          app.batches().some(function (one) {
            return one.lot === made.suggested;
          })
        )
          made.draft.lot = nextLot(app);
        return app.enqueue([
          app.record('batch', uuid(), made.draft, {
            what: app.name(product) + ' ' + made.draft.lot
          })
        ]);
      }
    });
  }

  // --- a test --------------------------------------------------------------------------------------

  function verdictOf(product, v) {
    var all = product.inspection_plan.metrics.map(function (one) {
      return metricVerdict(one, v);
    });
    return all.indexOf('fail') >= 0 ? 'fail' : all.indexOf('pass') >= 0 ? 'pass' : null;
  }

  function valueIn(metric, v) {
    var typed = numberIn(v['value-' + metric.key] || '', 1e6);
    return typed.value < 0 && AMOUNT.test(metric.unit || '') ? { wrong: 'not_negative' } : typed;
  }

  function metricVerdict(metric, v) {
    var typed = v['below-' + metric.key] ? { value: null } : valueIn(metric, v);
    return typed.wrong ? null : judged(metric, typed.value);
  }

  // Of a test that waits, its own, and those that it takes over from the one it corrects.
  function photosOf(given) {
    var own = given._photos || [];
    return (given.photos || []).map(function (id) {
      return (
        own.filter(function (one) {
          return one.id === id;
        })[0] || { id: id, kept: true }
      );
    });
  }

  function valuesOf(given) {
    var values = {
      stage: given.stage,
      tested_at: given.tested_at ? localMinute(Date.parse(given.tested_at)) : '',
      sample_size: given.sample_size || '',
      lab: given.lab || '',
      note: given.note || '',
      photos: photosOf(given)
    };
    given.measurements.forEach(function (one) {
      values['below-' + one.metric] = !!one.below_detection;
      values['value-' + one.metric] = one.below_detection ? '' : plain(one.value);
    });
    return values;
  }

  // batch: as the server or the phone knows it. corrects: the inspection that this one replaces.
  function inspection(app, known, record, corrects) {
    var product = app.product(known.product_id),
      last = app.last[known.product_id] || {},
      plan = product.inspection_plan;
    var gap = app.lapsed(plan),
      given = record ? record.draft : corrects,
      photos;
    var values = given
      ? valuesOf(given)
      : {
          stage: last.stage || 'harvest',
          tested_at: '',
          sample_size: last.sample_size || '',
          lab: last.lab || '',
          note: '',
          photos: []
        };

    var told = values.tested_at; // as it was shown, to the minute
    function metric(one, v, error) {
      var input = number(v['value-' + one.key], 'decimal'),
        limit = one.limit === null ? '' : measure(one.limit, one.unit);
      var row = field(
        'value-' + one.key,
        one.unit ? T('metric_value_unit', { unit: one.unit }) : T('metric_value_plain'),
        input,
        '',
        error
      );
      return h(
        'fieldset',
        { class: 'metric' },
        h(
          'legend',
          null,
          app.metricName(one),
          one.required ? null : h('span', { class: 'quiet' }, ' ' + T('optional'))
        ),
        h(
          'div',
          { class: 'side' },
          row,
          h(
            'div',
            { class: 'pick tick' },
            h(
              'label',
              null,
              h('input', {
                type: 'checkbox',
                name: 'below-' + one.key,
                checked: !!v['below-' + one.key]
              }),
              h('span', null, T('not_found_here'))
            )
          ),
          h('output', { class: 'verdict', 'data-metric': one.key })
        ),
        h(
          'p',
          { class: 'hint' },
          T('limit_' + (one.operator || 'none'), { limit: limit }),
          ' · ',
          one.method
        )
      );
    }
    // What a field test must have, first; what only a laboratory measures is folded away.
    function asked(required) {
      return plan.metrics.filter(function (one) {
        return (
          one.required === required ||
          (!plan.metrics.some(function (m) {
            return m.required;
          }) &&
            required)
        );
      });
    }
    function pictures(v, api) {
      photos = h('ul', { class: 'shots' });
      v.photos.forEach(function (one, at) {
        var name = one.kept
          ? T('photo_kept', { n: at + 1 })
          : T('photo_n', { n: at + 1, size: size(one.size) });
        append(
          photos,
          h(
            'li',
            null,
            one.kept ? null : picture(one.id, name),
            name,
            button(T('remove'), 'small', function () {
              v.photos = v.photos.filter(function (other) {
                return other.id !== one.id;
              });
              api.values.photos = v.photos;
              api.redraw();
              app.takeOff([one.id]);
            })
          )
        );
      });
      return h(
        'div',
        { class: 'group' },
        h('b', null, T('photos')),
        photos,
        v.photos.length < MOST_PHOTOS
          ? h(
              'label',
              { class: 'btn small add' },
              T('add_photo'),
              h('input', {
                type: 'file',
                accept: 'image/*',
                onchange: function (event) {
                  api.busy = taken(event.target, v, api);
                }
              })
            )
          : null
      );
    }
    async function taken(input, v, api) {
      var file = input.files[0],
        at = h('li', null, T('photo_working')),
        bytes,
        id = uuid();
      if (!file) return;
      append(photos, at);
      bytes = (await app.camera()) && (await Camera.smaller(file));
      if (!bytes) {
        photos.removeChild(at);
        return app.say(T('photo_unreadable'), 'stop');
      }
      if (!(await Store.keepPhoto(id, bytes))) {
        photos.removeChild(at);
        return app.say(T('full'), 'stop');
      }
      api.values.photos = api.values.photos.concat([
        { id: id, size: bytes.length, sha256: sha256(bytes) }
      ]);
      api.redraw();
    }
    return form(app, {
      route: location.hash,
      title: T(corrects ? 'correct_title' : 'inspect_title'),
      values: values,
      subject: T(corrects ? 'kind_correction' : 'kind_inspection', { what: app.title(known) }),
      back: record ? '#/queue/' + record.key : '#/batches/' + known.id,
      above: [
        h('p', { class: 'big' }, app.title(known)),
        plan.sample_size
          ? h('p', { class: 'quiet' }, T('sample_rule', { size: plan.sample_size }))
          : null,
        corrects
          ? h(
              'p',
              { class: 'card' },
              T('correcting', { when: moment(Date.parse(corrects.tested_at)) }),
              ' ',
              T('same_number')
            )
          : null,
        gap ? h('p', { class: 'card quiet' }, T('lapsed', gap)) : null,
        errorsOf(app, record)
      ],
      draw: function (v, errors, api) {
        return [
          asked(true).map(function (one) {
            return metric(one, v, errors[one.key]);
          }),
          asked(false).length
            ? h(
                'details',
                {
                  open: asked(false).some(function (one) {
                    return v['value-' + one.key] || v['below-' + one.key] || errors[one.key];
                  })
                },
                h('summary', null, T('more_metrics', { n: asked(false).length })),
                asked(false).map(function (one) {
                  return metric(one, v, errors[one.key]);
                })
              )
            : null,
          h('p', { id: 'whole', class: 'error', role: 'status' }),
          picks(
            'stage',
            T('stage'),
            STAGES.map(function (one) {
              return [one, T('stage_' + one)];
            }),
            v.stage,
            'half'
          ),
          pictures(v, api),
          h(
            'details',
            { open: !!(v.tested_at || errors.tested_at) },
            h('summary', null, T('more_test')),
            field(
              'tested_at',
              T('tested_now'),
              h('input', { type: 'datetime-local', value: v.tested_at }),
              '',
              errors.tested_at
            ),
            field('sample_size', T('sample_size'), text(v.sample_size, 120)),
            field('lab', T('lab'), text(v.lab, 120), T('lab_hint')),
            field('note', T('note'), text(v.note, 200))
          )
        ];
      },
      live: function (v, holder) {
        plan.metrics.forEach(function (one) {
          var verdict = metricVerdict(one, v),
            shown = holder.querySelector('[data-metric=' + one.key + ']');
          shown.textContent = verdict ? T(verdict) : '';
          shown.className = 'verdict ' + (verdict === 'fail' ? 'bad' : 'ok');
        });
        holder.querySelector('#whole').textContent =
          verdictOf(product, v) === 'fail' ? T('will_hold') : '';
      },
      read: function (v) {
        var errors = {},
          measured = [];
        plan.metrics.forEach(function (one) {
          var typed = (v['value-' + one.key] || '').trim(),
            value = valueIn(one, v);
          if (v['below-' + one.key]) measured.push({ metric: one.key, below_detection: true });
          else if (typed && value.wrong) errors[one.key] = T(value.wrong);
          else if (typed) measured.push({ metric: one.key, value: value.value });
          else if (one.required) errors[one.key] = T('needed');
        });
        if (!Object.keys(errors).length && !measured.length)
          errors[plan.metrics[0].key] = T('needed');
        if (Object.keys(errors).length) return { errors: errors };
        return {
          draft: {
            stage: v.stage,
            tested_at: !v.tested_at
              ? ''
              : given && v.tested_at === told
                ? given.tested_at
                : new Date(fromLocal(v.tested_at)).toISOString(),
            sample_size: v.sample_size.trim(),
            lab: v.lab.trim(),
            note: v.note.trim(),
            measurements: measured,
            photos: v.photos.map(function (one) {
              return one.id;
            }),
            supersedes: record ? record.draft.supersedes : corrects ? corrects.id : '',
            _photos: v.photos.filter(function (one) {
              return !one.kept;
            }),
            _verdict: verdictOf(product, v)
          }
        };
      },
      save: async function (made) {
        var id = record ? record.id : uuid(),
          what = app.title(known);
        app.remember(known.product_id, {
          stage: made.draft.stage,
          sample_size: made.draft.sample_size,
          lab: made.draft.lab
        });
        if (record) return app.revise(record.key, made.draft);
        return app.enqueue(
          app.withPhotos(
            app.record('inspection', id, made.draft, {
              what: what,
              batch: known.id,
              needs: ['batch:' + known.id].concat(corrects ? ['inspection:' + corrects.id] : [])
            })
          )
        );
      }
    });
  }

  // --- a hold or recall ------------------------------------------------------------------------------

  function move(app, known, what) {
    var touched = h('p', { class: 'card big', role: 'status' }, T('touches_asking')),
      confirm = null,
      made;
    app.touched(known.id).then(function (found) {
      var n = found.n;
      touched.textContent =
        n === null
          ? app.unreached('touches_unknown', found.status)
          : n
            ? T('touches', { n: n })
            : T('touches_none');
      if (what === 'recall' && n) confirm.textContent = T('confirm_recall_n', { n: n });
    });
    made = form(app, {
      route: location.hash,
      title: T(what) + ' ' + app.title(known),
      subject: T('kind_' + what, { what: app.title(known) }),
      back: '#/batches/' + known.id,
      values: { why: '', reason: '' },
      stop: what !== 'release',
      confirm: T('confirm_' + what),
      above: [touched, h('p', { class: 'quiet' }, T(what + '_means'))],
      draw: function (v, errors) {
        return [
          picks(
            'why',
            T('why'),
            cfg.reasons[what].map(function (one) {
              return [one, one];
            }),
            v.why,
            ''
          ),
          field('reason', T('why_other'), text(v.reason, 200), '', errors.reason)
        ];
      },
      read: function (v) {
        var reason = [v.why, v.reason.trim()].filter(Boolean).join(ENGLISH ? '; ' : '；');
        return reason ? { draft: { reason: reason } } : { errors: { reason: T('needed') } };
      },
      save: function (read) {
        return app.enqueue([
          app.record('move', uuid(), read.draft, {
            what: app.title(known),
            batch: known.id,
            move: what,
            needs: ['batch:' + known.id]
          })
        ]);
      }
    });
    confirm = made.bar[1];
    return made;
  }

  return { batch: batch, inspection: inspection, move: move };
})();
