// The photos of a test's form.
const shotsField = (() => {
  const MOST = 9;

  /** @param {Values} values @param {FormHandle} form */
  function shotsField(values, form) {
    /** @param {{ id: string, size: number, kept?: boolean }} photo @param {number} at */
    function line(photo, at) {
      const n = at + 1;
      const name = photo.kept
        ? T('photo_kept', { n })
        : T('photo_n', { n, size: kilobytes(photo.size) });
      const remove = button(T('remove'), 'small', () => {
        /** @type {{ id: string }[]} */
        const photos = values.photos;
        values.photos = photos.filter(other => other.id !== photo.id);
        form.redraw();
        Photos.takeOff([photo.id]);
      });
      return h('li', photo.kept ? null : picture(photo.id, name), name, remove);
    }

    /** @param {HTMLInputElement} input */
    async function taken(input) {
      const file = input.files && input.files[0];
      const line = h('li', T('photo_working'));
      const id = uuid();
      if (!file) return;
      append(lines, line);
      /** @param {string} key */
      function failed(key) {
        lines.removeChild(line);
        Page.say(T(key), 'stop');
      }
      const bytes = (await Later.load()) && (await Camera.smaller(file));
      if (!bytes) return failed('photo_unreadable');
      if (!(await Store.keepPhoto(id, bytes))) return failed('full');
      values.photos = values.photos.concat([{ id, size: bytes.length, sha256: sha256(bytes) }]);
      form.redraw();
    }

    const lines = h('ul.shots', values.photos.map(line));
    /** @param {Event} event */
    function onchange(event) {
      form.busy = taken(/** @type {HTMLInputElement} */ (event.target));
    }
    const input = h('input', { type: 'file', accept: 'image/*', onchange });
    const more = values.photos.length < MOST;
    return h(
      'div.group',
      h('b', T('photos')),
      lines,
      more ? h('label.btn.small.add', T('add_photo'), input) : null
    );
  }

  return shotsField;
})();
