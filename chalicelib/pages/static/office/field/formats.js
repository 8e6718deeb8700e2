// Amounts, moments and numbers: written as formats.py writes them, read as people type them.

const CHINA = 8 * 3600000;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** @param {number} ms */
function chinaTime(ms) {
  return new Date(ms + CHINA).toISOString();
}

/** @param {number} ms */
function chinaDay(ms) {
  return chinaTime(ms).slice(0, 10);
}

/** As an input of a date and time has it. @param {number} ms */
function localMinute(ms) {
  return chinaTime(ms).slice(0, 16);
}

/** @param {string} text as localMinute writes it, or with seconds */
function fromLocal(text) {
  return Date.parse(text + (text.length === 16 ? ':00' : '') + '+08:00');
}

/** @param {string} date */
function dayAndMonth(date) {
  return Number(date.slice(8, 10)) + ' ' + MONTHS[Number(date.slice(5, 7)) - 1];
}

/** @param {string} date */
function day(date) {
  return ENGLISH ? dayAndMonth(date) + ' ' + date.slice(0, 4) : date;
}

/** @param {number} ms */
function timeOfDay(ms) {
  return chinaTime(ms).slice(11, 16);
}

/** @param {number} ms */
function moment(ms) {
  const date = chinaTime(ms);
  return (ENGLISH ? dayAndMonth(date) : date.slice(5, 10)) + ' ' + timeOfDay(ms);
}

/** @param {number} number */
function plain(number) {
  return String(Math.round(number * 1e6) / 1e6);
}

/** @param {number} value @param {string | null} [unit] */
function measure(value, unit) {
  return plain(value) + (unit ? (/^[%°‰]/.test(unit) ? '' : ' ') + unit : '');
}

/** @param {number} amount @param {string} [unit] */
function quantity(amount, unit) {
  if (unit === 'g') return amount >= 1000 || !amount ? plain(amount / 1000) + ' kg' : amount + ' g';
  return ENGLISH ? amount + (amount === 1 ? ' piece' : ' pieces') : amount + ' 个';
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return Math.max(1, Math.round(bytes / 1024)) + ' KB';
}

/**
 * A number as people type it, with full-width digits and a comma for the point. wrong: the key of
 * the sentence that says why it is none. 1,250 could be either of two.
 * @param {string} text
 * @param {number} below
 */
function numberIn(text, below) {
  const typed = text
    .trim()
    .replace(/[０-９]/g, digit => String.fromCharCode(digit.charCodeAt(0) - 65248))
    .replace(/[－−]/g, '-')
    .replace(/[。．]/g, '.')
    .replace(/，/g, ',');
  const pointed = typed.replace(',', '.');
  const value = Number(pointed);
  let wrong = '';
  if (/,\d{3}(\D|$)/.test(typed)) wrong = 'number_comma';
  else if (!/^-?\d+(\.\d+)?$/.test(pointed)) wrong = 'number_needed';
  else if (Math.abs(value) >= below) wrong = 'number_large';
  else if (/\.\d{7}/.test(pointed)) wrong = 'number_long';
  return { wrong, value: wrong ? NaN : value };
}

const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * Without what nobody sees: controls, marks of direction, zero widths; but the joiner of emoji stays.
 * @param {string} text
 */
function clean(text) {
  return text.replace(UNSEEN, '');
}

/**
 * As domain/products.py judges.
 * @param {Metric} metric
 * @param {number | null} value null: below what can be detected
 * @returns {Verdict | null}
 */
function judged(metric, value) {
  const limit = Number(metric.limit);
  const upper = metric.operator === 'lt' || metric.operator === 'le';
  let good = false;
  if (!metric.operator) return null;
  if (metric.operator === 'absent') good = !value;
  else if (value === null) good = upper;
  else
    good = { lt: value < limit, le: value <= limit, gt: value > limit, ge: value >= limit }[
      metric.operator
    ];
  return good ? 'pass' : 'fail';
}
