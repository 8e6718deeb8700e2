// Finding a batch: by the camera as it looks, by a photo of a code, or typed.
const findScreen = (() => {
  /** @param {string} [words] */
  function wrong(words) {
    return h('p.card.error', words);
  }

  /** @returns {Shown} */
  function screen() {
    const answer = h('div', { role: 'status' });
    const video = h('video', { muted: true, playsinline: '', hidden: true });
    const typed = h('input', {
      type: 'text',
      id: 'code',
      name: 'code',
      autocomplete: 'off',
      autocapitalize: 'characters',
      maxlength: 300
    });

    /** @param {string} text */
    async function open(text) {
      fill(answer, T('scan_reading'));
      const { batches, words, why } = await Finding.find(text);
      if (batches && batches.length === 1) return Page.go('#/batches/' + batches[0].id);
      if (batches && batches.length) {
        return fill(answer, card(T(words || 'scan_several'), batchList(batches)));
      }
      fill(answer, wrong(why));
    }
    /** @param {Event} event */
    async function photo(event) {
      const input = /** @type {HTMLInputElement} */ (event.target);
      const file = input.files && input.files[0];
      if (!file) return;
      fill(answer, T('scan_reading'));
      const { text, why } = await Finding.read((await Later.load()) && (await Camera.grey(file)));
      input.value = '';
      if (text) open(text);
      else fill(answer, wrong(why));
    }
    /** Where the phone reads codes by itself. */
    async function watch() {
      const here = await Later.load();
      video.hidden = !(here && document.body.contains(video) && (await Camera.watch(video, open)));
    }
    /** @param {Event} event */
    function submit(event) {
      event.preventDefault();
      if (typed.value.trim()) open(typed.value.trim());
    }

    watch();
    app.leaving = () => {
      if (typeof Camera === 'object') Camera.close();
    };
    const label = h('label', { for: 'code' }, T('scan_type'));
    const go = h('button.btn', { type: 'submit' }, T('scan_go'));
    const file = h('input', { type: 'file', accept: 'image/*', onchange: photo });
    return {
      body: [
        heading(T('scan_title')),
        video,
        h('form.card', { onsubmit: submit }, h('div.field', label, typed), go),
        answer
      ],
      bar: [link(T('cancel'), '#'), h('label.btn.main.add', T('scan_photo'), file)]
    };
  }

  return screen;
})();
