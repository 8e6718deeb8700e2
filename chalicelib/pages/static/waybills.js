// A chosen file is read by the server and put into the field as a table, which is then checked as if
// it had been pasted.
(function () {
  'use strict';
  var file = document.getElementById('file'), form = document.getElementById('waybills');
  var rows = document.getElementById('rows'), wrong = document.getElementById('wrong');
  document.getElementById('choose').hidden = false;
  file.addEventListener('change', function () {
    var request = new XMLHttpRequest();
    if (!file.files.length) { return; }
    request.open('POST', '/v1/waybills/read');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept-Language', document.documentElement.lang);
    request.setRequestHeader('X-CSRF-Token', form.querySelector('[name=csrf]').value);
    request.onloadend = function () {
      var answer;
      try { answer = JSON.parse(request.responseText); } catch (error) { answer = {}; }
      wrong.hidden = request.status === 200;
      if (request.status !== 200) {
        if (answer.detail) { document.getElementById('why').textContent = answer.detail; }
        return;
      }
      rows.value = answer.rows.map(function (one) {
        return [one.parcel, one.carrier, one.waybill].join('\t');
      }).join('\n');
      form.submit();
    };
    request.send(file.files[0]);
  });
}());
