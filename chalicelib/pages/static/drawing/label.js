// Prints the label, and tells the server so without leaving the page. ES5.
(function () {
  'use strict';
  var button = /** @type {HTMLButtonElement | null} */ (document.getElementById('print'));
  if (!button) return;

  /** @param {HTMLFormElement} form */
  function send(form) {
    var inputs = form.querySelectorAll('input');
    var fields = [];
    var request = new XMLHttpRequest();
    for (var i = 0; i < inputs.length; i++) {
      fields.push(inputs[i].name + '=' + encodeURIComponent(inputs[i].value));
    }
    request.open('POST', form.action);
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
    request.send(fields.join('&'));
  }

  button.addEventListener('click', function (event) {
    var form = button && button.form;
    if (form) {
      event.preventDefault();
      send(form);
    }
    window.print();
  });
})();
