// Whether two scripts are the same program but for the names of variables: each name of one has a
// name of its own in the other; properties, keys and values are equal. For tests/test_scripts.py.
'use strict';
const { readFileSync } = require('node:fs');
const { parse } = require('acorn');
const [written, sent] = process.argv
  .slice(2)
  .map(path => parse(readFileSync(path, 'utf8'), { ecmaVersion: 2017 }));
const there = new Map();
const back = new Map();
const PLACES = ['start', 'end', 'raw', 'shorthand'];

function sameName(a, b) {
  if (!there.has(a) && !back.has(b)) {
    there.set(a, b);
    back.set(b, a);
  }
  return there.get(a) === b && back.get(b) === a;
}

function same(a, b, isProperty) {
  if (Array.isArray(a)) return a.length === b.length && a.every((part, i) => same(part, b[i]));
  if (a === null || typeof a !== 'object' || a instanceof RegExp) return String(a) === String(b);
  if (!b || a.type !== b.type) return false;
  if (a.type === 'Identifier' && !isProperty) return sameName(a.name, b.name);
  return Object.keys(a).every(key => {
    const fixed = (key === 'key' || key === 'property') && !a.computed;
    return PLACES.includes(key) || same(a[key], b[key], fixed);
  });
}

process.exit(same(written, sent) ? 0 : 1);
