// A chosen file is read by the server and put into the field as a table, which is then checked as if
// it had been pasted. One tick chooses all parcels of the page. ES5.
(function () {
  'use strict';
  var cfg = config();
  var file = byId('file');
  var form = byId('list');
  var rows = byId('rows');
  var wrong = byId('wrong');
  var chosen = byId('chosen');

  /** @param {DeliveryReading} answer */
  function show(answer) {
    var lines = answer.rows.map(function (row) {
      return [row.parcel, row.waybill].concat(row.state === null ? [] : [row.state]).join('\t');
    });
    var said = answer.rows.some(function (row) {
      return row.state !== null;
    });
    var headings = cfg.headings.split('\t').slice(0, said ? 3 : 2);
    rows.value = [headings.join('\t')].concat(lines).join('\n');
    if (!answer.notes.length) return form.submit();
    byId('why').textContent = answer.notes.join(' '); // to be read before it is checked
    wrong.hidden = false;
  }

  byId('choose').hidden = false;
  file.addEventListener('change', function () {
    var to = {
      method: 'POST',
      url: '/v1/deliveries/read',
      timeout: 0,
      headers: {
        'Content-Type': 'application/octet-stream',
        'Accept-Language': document.documentElement.lang,
        'X-CSRF-Token': form.querySelector('[name=csrf]').value
      }
    };
    if (!file.files.length) return;
    request(to, file.files[0], function (status, answer) {
      wrong.hidden = status === 200;
      if (status === 200) return show(answer);
      if (answer && answer.detail) byId('why').textContent = answer.detail;
    });
  });

  if (chosen) {
    var all = byId('all');
    byId('all-of-them').hidden = false;
    all.addEventListener('change', function () {
      var boxes = chosen.querySelectorAll('[name^="pick-"]');
      for (var i = 0; i < boxes.length; i++) boxes[i].checked = all.checked;
    });
  }
})();
