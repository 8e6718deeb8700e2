// The frame of a form, and its fields. What is typed is kept as it is typed; saving puts it into the
// queue in one transaction and only then leaves the form.

/**
 * @param {string} name
 * @param {string} label
 * @param {HTMLInputElement | HTMLSelectElement} input
 * @param {string} [hint]
 * @param {string} [error]
 */
function field(name, label, input, hint, error) {
  const id = 'f-' + name;
  const note = hint || error ? id + '-note' : null;
  input.id = id;
  input.name = name;
  if (note) input.setAttribute('aria-describedby', note);
  if (error) input.setAttribute('aria-invalid', 'true');
  return h(
    'div',
    { class: 'field' + (error ? ' wrong' : '') },
    h('label', { for: id }, label),
    input,
    note ? h('p', { id: note, class: error ? 'error' : 'hint' }, error || hint) : null
  );
}

/** @param {string} value @param {number} most */
function textInput(value, most) {
  return h('input', { type: 'text', value: value || '', maxlength: most, autocomplete: 'off' });
}

/** @param {string} value @param {'decimal' | 'numeric'} mode of the keyboard */
function numberInput(value, mode) {
  return h('input.big', {
    type: 'text',
    inputmode: mode,
    value: value || '',
    maxlength: 16,
    autocomplete: 'off'
  });
}

/**
 * @param {string} name
 * @param {string} title
 * @param {string[][]} choices [value, words]
 * @param {string} chosen
 * @param {string} kind
 */
function picks(name, title, choices, chosen, kind) {
  const labels = choices.map(([value, words]) => {
    const input = h('input', { type: 'radio', name, value, checked: value === chosen });
    return h('label', input, h('span', words));
  });
  return h('fieldset.group', h('legend', title), h('div', { class: 'pick ' + kind }, labels));
}

/**
 * One of a few is tapped, one of more is chosen from a list.
 * @param {string} name
 * @param {string} label
 * @param {string[][]} choices [value, words]
 * @param {string} chosen
 * @param {string} [error]
 */
function choice(name, label, choices, chosen, error) {
  const MOST_TAPPED = 7;
  if (choices.length <= MOST_TAPPED) {
    return [picks(name, label, choices, chosen, ''), error ? h('p.error', error) : null];
  }
  const options = choices.map(([value, words]) =>
    h('option', { value, selected: value === chosen }, words)
  );
  return field(
    name,
    label,
    h('select', h('option', { value: '' }, T('choose')), options),
    '',
    error
  );
}

/** What the server said against a record that is typed anew. @param {FieldRecord | null} record */
function errorsOf(record) {
  if (!record || !record.why) return null;
  return h('p.card.error', { role: 'alert' }, Amending.why(record));
}

/**
 * The screen of a form: `draw` gives its parts, `read` what is wrong or the draft. The route under
 * which it stands names what was typed, for whoever comes back to it.
 * @param {FormOptions} options
 */
function formScreen(options) {
  const KEEP_AFTER = 250;
  const { route, draw, read, live } = options;
  const kept = app.drafts[route];
  const values = (kept && kept.values) || options.values;
  const holder = h('form.card', { id: 'form', novalidate: '' });
  let timer = 0;
  let drawing = false;
  let saving = false;
  let done = false;
  let asked = '';

  function collect() {
    for (const element of Array.from(holder.elements)) {
      const input = /** @type {HTMLInputElement} */ (element);
      if (!input.name) continue;
      if (input.type === 'checkbox') values[input.name] = input.checked;
      else if (input.type !== 'radio') values[input.name] = clean(input.value);
      else if (input.checked) values[input.name] = input.value;
    }
    return values;
  }
  function stopTimer() {
    clearTimeout(timer);
    timer = 0;
  }
  function keep() {
    stopTimer();
    if (!done) Drafts.keep(route, options.subject, collect());
  }
  function typed() {
    if (drawing) return; // an input that is taken away says once more that it changed
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (document.body.contains(holder)) keep(); // else it was kept on leaving
    }, KEEP_AFTER);
    Page.hush();
    if (live) live(collect(), holder);
  }
  /** @param {Errors} errors */
  function show(errors) {
    drawing = true;
    fill(holder, draw(values, errors, handle));
    drawing = false;
    if (live) live(collect(), holder);
    const wrong = holder.querySelector('[aria-invalid]');
    if (wrong) /** @type {HTMLElement} */ (wrong).focus();
  }
  async function save() {
    const first = read(collect());
    if (first.errors) return show(first.errors);
    if (saving || done) return;
    const question = options.ask && options.ask(first);
    if (question && question !== asked) {
      asked = question;
      return Page.say(question, 'stop', button(T('lot_yes'), 'small', save));
    }
    saving = true;
    stopTimer();
    await handle.busy;
    const made = read(collect()); // a photo may have been added meanwhile
    const ended = made.errors ? '' : await options.save(made);
    saving = false;
    if (made.errors) return show(made.errors);
    if (ended !== true) return Page.say(ended || T('full'), 'stop');
    done = true;
    await Drafts.drop(route);
    Page.go(options.back, T('saved'));
  }

  /** @type {FormHandle} */
  const handle = {
    values,
    busy: Promise.resolve(),
    redraw: () => {
      Page.hush();
      collect();
      show({});
      keep();
    }
  };
  holder.addEventListener('input', typed);
  holder.addEventListener('change', typed);
  holder.addEventListener('submit', event => {
    event.preventDefault();
    save();
  });
  app.leaving = () => {
    if (timer) keep();
  };
  show({});
  const submit = { class: 'btn ' + (options.stop ? 'bad' : 'main'), type: 'submit', form: 'form' };
  return {
    body: [heading(options.title), options.above, holder],
    bar: [link(T('cancel'), options.back, ''), h('button', submit, options.confirm || T('save'))]
  };
}
