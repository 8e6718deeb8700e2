// A code that somebody types with blanks and dashes leads to its page.
(function () {
  var form = /** @type {HTMLFormElement} */ (document.getElementById('find'));
  form.addEventListener('submit', function (event) {
    var input = /** @type {HTMLInputElement} */ (form.elements.namedItem('code'));
    var code = input.value.replace(/[\s-]/g, '');
    if (!code) return;
    event.preventDefault();
    location.href = '/t/' + encodeURIComponent(code) + location.search;
  });
})();
