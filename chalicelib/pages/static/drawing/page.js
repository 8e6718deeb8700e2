// What the scripts of a page share: its elements and what the server gave to say. ES5.

/**
 * An element that the template has, of whatever kind.
 * @param {string} id
 * @returns {any}
 */
function byId(id) {
  return document.getElementById(id);
}

/** The page's own values, by which its script works. @returns {any} */
function config() {
  return JSON.parse(byId('cfg').textContent);
}

/**
 * A text with its {names} filled in.
 * @param {string} text
 * @param {{ [name: string]: any }} facts
 */
function filled(text, facts) {
  return text.replace(/\{(\w+)\}/g, function (whole, name) {
    return name in facts ? facts[name] : whole;
  });
}
