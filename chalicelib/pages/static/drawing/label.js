// Prints the label, once the server knows of it: a box that was taken back meanwhile has none. Where
// there is no answer it prints all the same. ES5.
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
    request.timeout = 5000;
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
    request.onloadend = function () {
      if (request.status === 409) form.submit();
      else window.print();
    };
    request.send(fields.join('&'));
  }

  button.addEventListener('click', function (event) {
    var form = button && button.form;
    if (form) {
      event.preventDefault();
      send(form);
    } else window.print();
  });
})();
