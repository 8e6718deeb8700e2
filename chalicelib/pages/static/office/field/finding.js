// A batch by what stands on a label, on a parcel, or is typed.
const Finding = (() => {
  /** @param {number} status */
  function silent(status) {
    return status === 0 || status === 401 || status >= 500;
  }

  /**
   * Why something is not known: no network, or nobody is signed in.
   * @param {string} key
   * @param {number} [status]
   */
  function unreached(key, status) {
    return T(status === 401 || app.halted === 'sign_in' ? 'sync_signed_out' : key);
  }

  /** @param {string} text @returns {Promise<Found>} */
  async function find(text) {
    const link = /#\/batches\/([0-9a-f-]{36})/.exec(text);
    const lot = text.toLowerCase();
    const known = Batches.all().filter(batch =>
      link ? batch.id === link[1] : batch.lot.toLowerCase() === lot
    );
    if (known.length) return { batches: known, words: 'lot_several' };
    const code = String(
      text
        .replace(/[?#].*$/, '')
        .split('/')
        .pop()
    );
    const parcel = '/v1/parcels/' + encodeURIComponent(code) + '/batches';
    const { status, body } = await Server.ask('GET', link ? '/v1/batches/' + link[1] : parcel);
    if (silent(status)) return { why: unreached('scan_offline', status) };
    if (status !== 200 || !body) return { why: T('scan_nothing') };
    /** @type {any[]} */
    const batches = link ? [body] : body.items;
    app.lookedUp = app.lookedUp.concat(batches);
    return { batches };
  }

  /**
   * The code in a picture.
   * @param {GreyPicture | null | false} picture
   * @returns {Promise<{ text?: string, why?: string }>}
   */
  async function read(picture) {
    if (!picture) return { why: T('photo_unreadable') };
    const { width, height, bytes } = picture;
    const path = '/v1/codes?width=' + width + '&height=' + height;
    const { status, body } = await Server.ask('POST', path, bytes, 'application/octet-stream');
    if (silent(status)) return { why: unreached('scan_offline', status) };
    if (body && body.text) return { text: body.text };
    return { why: (body && body.detail) || T('scan_nothing') };
  }

  return { find, read, unreached };
})();
