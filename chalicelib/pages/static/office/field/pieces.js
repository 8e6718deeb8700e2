// Words, numbers and the small parts that every screen is made of. Text goes in as text nodes
// only, so nothing that anyone typed is ever read as markup.
var cfg = JSON.parse(document.getElementById('cfg').textContent);

function T(key, facts) {
  if (!(key in cfg.texts)) throw new Error('no text ' + key);
  return ((Store.trouble() === 'no_store' && cfg.texts[key + '_unkept']) || cfg.texts[key]).replace(
    /\{(\w+)\}/g,
    function (_, name) {
      return String(facts[name]);
    }
  );
}

// h('p', {class: 'quiet'}, 'text', node, [nodes], null)
function h(tag, attributes) {
  var made = document.createElement(tag),
    name,
    i;
  for (name in attributes) {
    if (name.slice(0, 2) === 'on') made.addEventListener(name.slice(2), attributes[name]);
    else if (typeof attributes[name] === 'boolean') made[name] = attributes[name];
    else if (attributes[name] !== null && attributes[name] !== undefined)
      made.setAttribute(name, attributes[name]);
  }
  for (i = 2; i < arguments.length; i++) append(made, arguments[i]);
  return made;
}

function append(parent, child) {
  if (Array.isArray(child))
    child.forEach(function (one) {
      append(parent, one);
    });
  else if (child !== null && child !== undefined && child !== '')
    parent.appendChild(typeof child === 'object' ? child : document.createTextNode(child));
}

function fill(parent) {
  while (parent.firstChild) parent.removeChild(parent.firstChild);
  for (var i = 1; i < arguments.length; i++) append(parent, arguments[i]);
}

function uuid() {
  var bytes = crypto.getRandomValues(new Uint8Array(16)),
    hex;
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  hex = Array.prototype.map
    .call(bytes, function (byte) {
      return ('0' + byte.toString(16)).slice(-2);
    })
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

// --- amounts and moments, as formats.py writes them ---------------------------------------------

var CHINA = 8 * 3600000,
  MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
var ENGLISH = cfg.language === 'en';

function chinaTime(ms) {
  return new Date(ms + CHINA).toISOString();
}
function chinaDay(ms) {
  return chinaTime(ms).slice(0, 10);
}
function localMinute(ms) {
  return chinaTime(ms).slice(0, 16);
}
function fromLocal(text) {
  return Date.parse(text + (text.length === 16 ? ':00' : '') + '+08:00');
}

function day(text) {
  if (!ENGLISH) return text;
  return (
    Number(text.slice(8)) + ' ' + MONTHS[Number(text.slice(5, 7)) - 1] + ' ' + text.slice(0, 4)
  );
}

function moment(ms) {
  var text = chinaTime(ms);
  return (
    (ENGLISH
      ? Number(text.slice(8, 10)) + ' ' + MONTHS[Number(text.slice(5, 7)) - 1]
      : text.slice(5, 10)) +
    ' ' +
    text.slice(11, 16)
  );
}

function clock(ms) {
  return chinaTime(ms).slice(11, 16);
}

function plain(number) {
  return String(Math.round(number * 1e6) / 1e6);
}

function measure(value, unit) {
  return plain(value) + (unit ? (/^[%°‰]/.test(unit) ? '' : ' ') + unit : '');
}

function quantity(amount, unit) {
  if (unit === 'g') return amount >= 1000 ? plain(amount / 1000) + ' kg' : amount + ' g';
  return ENGLISH ? amount + (amount === 1 ? ' piece' : ' pieces') : amount + ' 个';
}

function size(bytes) {
  return Math.max(1, Math.round(bytes / 1024)) + ' KB';
}

// A number as people type it, with full-width digits and a comma for the point: {value}, or {wrong}
// with the key of the sentence that says why not. 1,250 could be either of two.
function numberIn(text, below) {
  var typed = text
      .trim()
      .replace(/[０-９]/g, function (one) {
        return String.fromCharCode(one.charCodeAt(0) - 65248);
      })
      .replace(/[－−]/g, '-')
      .replace(/[。．]/g, '.')
      .replace(/，/g, ','),
    plain = typed.replace(',', '.'),
    value = Number(plain);
  if (/,\d{3}(\D|$)/.test(typed)) return { wrong: 'number_comma' };
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return { wrong: 'number_needed' };
  if (Math.abs(value) >= below) return { wrong: 'number_large' };
  return /\.\d{7}/.test(plain) ? { wrong: 'number_long' } : { value: value };
}

// Without what nobody sees: controls, marks of direction, zero widths; but the joiner of emoji stays.
function clean(text) {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    ''
  );
}

// As domain/products.py judges: null below stands for "not detected".
function judged(metric, value) {
  var limit = metric.limit;
  if (!metric.operator) return null;
  if (metric.operator === 'absent') return value === null || value === 0 ? 'pass' : 'fail';
  if (value === null) return metric.operator === 'lt' || metric.operator === 'le' ? 'pass' : 'fail';
  return { lt: value < limit, le: value <= limit, gt: value > limit, ge: value >= limit }[
    metric.operator
  ]
    ? 'pass'
    : 'fail';
}

// --- parts ----------------------------------------------------------------------------------------

var BATCH_KIND = { registered: 'warn', passed: 'ok', held: 'bad', recalled: 'bad' };
var RECORD_KIND = { waiting: 'warn', sending: 'warn', sent: 'ok', refused: 'bad' };

function chip(text, kind) {
  return h('span', { class: 'chip' + (kind ? ' ' + kind : '') }, text);
}

function card(title) {
  var made = h('section', { class: 'card' }, title ? h('h2', null, title) : null),
    i;
  for (i = 1; i < arguments.length; i++) append(made, arguments[i]);
  return made;
}

function button(text, kind, act) {
  return h(
    'button',
    { class: 'btn' + (kind ? ' ' + kind : ''), type: 'button', onclick: act },
    text
  );
}

function link(text, href, kind) {
  return h('a', { class: 'btn' + (kind ? ' ' + kind : ''), href: href }, text);
}

function entry(href, title, meta, mark) {
  return h(
    'li',
    null,
    h(
      'a',
      { class: 'entry', href: href },
      h(
        'span',
        { class: 'what' },
        h('b', null, title),
        meta.filter(Boolean).map(function (one) {
          return h('span', { class: 'quiet' }, one);
        })
      ),
      mark
    )
  );
}

// A photo that is still here.
function picture(id, name) {
  var image = h('img', { alt: name, src: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' }); // nothing yet
  Store.photo(id).then(function (bytes) {
    if (bytes) image.src = URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }));
  });
  return image;
}

function list(entries) {
  return h('ul', { class: 'list' }, entries);
}

function folded(title, open) {
  var made = h('details', { class: 'card' }, h('summary', null, title)),
    i;
  made.open = !!open;
  for (i = 2; i < arguments.length; i++) append(made, arguments[i]);
  return made;
}

function heading(text) {
  return h('h1', { tabindex: '-1' }, text);
}
