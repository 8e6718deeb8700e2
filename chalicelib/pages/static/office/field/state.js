// What the page knows. Records live in the phone's store; the copy here is read anew before each
// round of sending, so that two open pages agree.
const app = {
  /** @type {FieldData | null} what the server told last, of whoever is signed in */
  data: null,
  etag: '',
  /** @type {FieldRecord[]} this account's */
  records: [],
  others: 0, // records of other accounts that wait here
  /** @type {ServerBatch[]} those of a code, besides what is in `data` */
  lookedUp: [],
  /** @type {{ [product: string]: Values }} what was typed last, to be proposed again */
  last: {},
  /**
   * @type {{ [route: string]: KeptDraft }} what was typed and not saved, by the route of its form
   */
  drafts: {},
  letter: '', // in the lots of this phone
  written: 0, // how often anything of the store was, from this page
  /** @type {(() => void) | null} what an open form does when it is left, or may be */
  leaving: null,
  opening: true, // whether the screen is drawn for the first time
  running: false, // whether a round of sending is
  sending: '', // the key of the record that is under way
  halted: '', // why the last round ended: sign_in, not_cadre, locked, offline, full
  lastDone: 0
};
/** Tells the other open pages. */
const channel =
  typeof BroadcastChannel === 'function' ? new BroadcastChannel('shanhuo-field') : null;

/** Where there is a screen to be drawn, the server has told something. */
function data() {
  return /** @type {FieldData} */ (app.data);
}

/** What is typed is kept. */
function keepTyped() {
  if (app.leaving) app.leaving();
}
