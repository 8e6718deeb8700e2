// Words, elements and the small parts that every screen is made of. Text goes in as text nodes
// only, so nothing that anyone typed is ever read as markup. Two short names are everywhere:
// T(key) is a text in the page's language, h(tag, attributes, ...children) makes an element.

/** @type {FieldConfig} */
const cfg = JSON.parse(byId('cfg').textContent || '');
const ENGLISH = cfg.language === 'en';
/** @type {{ [state: string]: string }} */
const BATCH_COLOUR = { registered: 'warn', passed: 'ok', held: 'bad', recalled: 'bad' };
/** @type {{ [state: string]: string }} */
const RECORD_COLOUR = { waiting: 'warn', sending: 'warn', sent: 'ok', refused: 'bad' };

/** An element that the page has from the start. @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} key @param {{ [name: string]: unknown }} [facts] what {name} in it stands for */
function T(key, facts) {
  if (!(key in cfg.texts)) throw new Error('no text ' + key);
  const unkept = Store.trouble() === 'no_store' && cfg.texts[key + '_unkept'];
  return (unkept || cfg.texts[key]).replace(/\{(\w+)\}/g, (_, name) =>
    String(/** @type {any} */ (facts)[name])
  );
}

// h('p.quiet.big', { onclick: act }, 'text', node, [nodes], null); attributes may be left out.
const h = /** @type {MakeElement} */ (makeElement);

/** @param {string} tag @param {any[]} rest */
function makeElement(tag, ...rest) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  const hasAttributes = rest[0] && rest[0].constructor === Object;
  const attributes = Object.entries(hasAttributes ? rest.shift() : {});
  if (classes.length) element.className = classes.join(' ');
  for (const [key, value] of attributes) {
    if (key.slice(0, 2) === 'on') element.addEventListener(key.slice(2), value);
    else if (typeof value === 'boolean') /** @type {any} */ (element)[key] = value;
    else if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  append(element, rest);
  return element;
}

/** @param {Node} parent @param {Child} child */
function append(parent, child) {
  if (Array.isArray(child)) for (const part of child) append(parent, part);
  else if (child !== null && child !== undefined && child !== '') {
    parent.appendChild(typeof child === 'object' ? child : document.createTextNode(String(child)));
  }
}

/** @param {Node} parent @param {...Child} children */
function fill(parent, ...children) {
  while (parent.firstChild) parent.removeChild(parent.firstChild);
  append(parent, children);
}

function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, byte => ('0' + byte.toString(16)).slice(-2)).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** @param {string} name @param {string} [kind] */
function classed(name, kind) {
  return { class: name + (kind ? ' ' + kind : '') };
}

/** @param {string} text @param {string} [colour] */
function chip(text, colour) {
  return h('span', classed('chip', colour), text);
}

/** @param {string} title @param {...Child} children */
function card(title, ...children) {
  return h('section.card', title ? h('h2', title) : null, children);
}

/** @param {string} text @param {string} kind @param {() => void} act */
function button(text, kind, act) {
  return h('button', Object.assign(classed('btn', kind), { type: 'button', onclick: act }), text);
}

/** @param {string} text @param {string} href @param {string} [kind] */
function link(text, href, kind) {
  return h('a', Object.assign(classed('btn', kind), { href }), text);
}

/** @param {string} text */
function quiet(text) {
  return h('span.quiet', text);
}

/**
 * A line of a list.
 * @param {string} href
 * @param {string} title
 * @param {string[]} meta
 * @param {Child} mark
 */
function entry(href, title, meta, mark) {
  const what = h('span.what', h('b', title), meta.filter(Boolean).map(quiet));
  return h('li', h('a.entry', { href }, what, mark));
}

/** @param {Child} entries */
function list(entries) {
  return h('ul.list', entries);
}

/** @param {string} title @param {boolean} open @param {...Child} children */
function folded(title, open, ...children) {
  return h('details.card', { open }, h('summary', title), children);
}

/** @param {string} text */
function heading(text) {
  return h('h1', { tabindex: '-1' }, text);
}

/**
 * A photo that is still here.
 * @param {string} id
 * @param {string} name
 */
function picture(id, name) {
  const nothingYet = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
  const image = h('img', { alt: name, src: nothingYet });
  Store.photo(id).then(bytes => {
    if (bytes) image.src = URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }));
  });
  return image;
}
