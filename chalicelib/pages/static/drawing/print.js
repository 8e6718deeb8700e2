// Prints the page.
(function () {
  'use strict';
  var button = document.getElementById('print');
  if (!button) return;
  button.addEventListener('click', function () {
    window.print();
  });
})();
