(function () {
  'use strict';
  var button = document.getElementById('print');
  if (!button) {
    return;
  }
  button.addEventListener('click', function (event) {
    var form = button.form,
      fields = [],
      inputs,
      request,
      i;
    if (form) {
      event.preventDefault();
      inputs = form.querySelectorAll('input');
      for (i = 0; i < inputs.length; i += 1) {
        fields.push(inputs[i].name + '=' + encodeURIComponent(inputs[i].value));
      }
      request = new XMLHttpRequest();
      request.open('POST', form.action);
      request.setRequestHeader('Accept', 'application/json');
      request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
      request.send(fields.join('&'));
    }
    window.print();
  });
})();
