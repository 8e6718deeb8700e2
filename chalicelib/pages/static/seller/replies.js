// A saved reply goes into the message that was touched last, without a reload; else the link does it.
(function () {
  var list = byId('replies');
  var last = byId('s-message');
  document.addEventListener('focusin', function (event) {
    var input = /** @type {HTMLInputElement} */ (event.target);
    if (input.name === 'message') last = input;
  });
  list.addEventListener(
    'click',
    /** @param {Event} event */ function (event) {
      var link = /** @type {HTMLElement} */ (event.target);
      while (link !== list && link.tagName !== 'A') {
        link = /** @type {HTMLElement} */ (link.parentNode);
      }
      if (link === list) return;
      event.preventDefault();
      last.value = link.getAttribute('data-text');
      last.focus();
    }
  );
})();
