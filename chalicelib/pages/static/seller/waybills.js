// A chosen file is read by the server and put into the field as a table, which is then checked as if
// it had been pasted. Where its headings do not tell the columns, they are asked for, and remembered.
// ES5.
(function () {
  'use strict';
  var KEPT = 'waybill-columns';
  var PARTS = ['parcel', 'carrier', 'waybill'];
  var cfg = config();
  var file = byId('file');
  var form = byId('waybills');
  var rows = byId('rows');
  var wrong = byId('wrong');
  var question = byId('ask');
  var headings = ''; // of the file that is asked about

  /** @param {string} part */
  function column(part) {
    return byId(part + '_column');
  }

  /** What was answered for files with these headings. @returns {{ [headings: string]: Chosen }} */
  function kept() {
    try {
      return JSON.parse(localStorage.getItem(KEPT) || '{}') || {};
    } catch (error) {
      return {};
    }
  }

  /** @param {Chosen} columns */
  function keep(columns) {
    var all = kept();
    if (!headings) return;
    all[headings] = columns;
    try {
      localStorage.setItem(KEPT, JSON.stringify(all));
    } catch (error) {} // forbidden by the browser
  }

  /** @param {WaybillColumn} given */
  function option(given) {
    var heading = given.heading || cfg.without;
    var facts = { column: given.column, heading: heading, example: given.example };
    return new Option(filled(cfg.column, facts), given.column);
  }

  function enough() {
    return column('parcel').value && column('waybill').value;
  }

  /** Which column is what. @param {WaybillReading} answer */
  function ask(answer) {
    /** @type {Chosen} */
    var known = {};
    question.hidden = question.disabled = false;
    headings = answer.columns
      .map(function (given) {
        return given.heading;
      })
      .join('\t')
      .trim();
    answer.columns.forEach(function (given) {
      if (given.means && !known[given.means]) known[given.means] = given.column;
    });
    PARTS.forEach(function (part) {
      var select = column(part);
      select.length = 1;
      answer.columns.forEach(function (given) {
        select.add(option(given));
      });
    });
    choose(known);
    var before = headings ? kept()[headings] : null;
    if (before) {
      choose(before);
      if (enough()) return send(chosen());
    }
    column('parcel').focus();
  }

  /** @param {Chosen} columns */
  function choose(columns) {
    PARTS.forEach(function (part) {
      column(part).value = columns[part] || '';
    });
  }

  function chosen() {
    /** @type {Chosen} */
    var columns = {};
    PARTS.forEach(function (part) {
      if (column(part).value) columns[part] = column(part).value;
    });
    return columns;
  }

  /** @param {Chosen | null} columns */
  function queryOf(columns) {
    if (!columns) return '';
    var parts = Object.keys(columns).map(function (part) {
      return part + '_column=' + columns[part];
    });
    return '?' + parts.join('&');
  }

  /** @param {Chosen | null} columns as they were chosen, or as the server knows them */
  function send(columns) {
    var to = {
      method: 'POST',
      url: '/v1/waybills/read' + queryOf(columns),
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
      if (status === 200) return show(answer, columns);
      if (answer && answer.detail) byId('why').textContent = answer.detail;
    });
  }

  /** @param {WaybillReading} answer @param {Chosen | null} columns */
  function show(answer, columns) {
    var unknown = answer.asks.some(function (part) {
      return part !== 'carrier';
    });
    if (unknown) return ask(answer);
    if (columns) keep(columns);
    var lines = answer.rows.map(function (row) {
      return [row.parcel, row.carrier, row.waybill].join('\t');
    });
    rows.value = [cfg.headings].concat(lines).join('\n');
    question.disabled = true; // the table that is sent now has the columns of this page
    if (!answer.notes.length) return form.submit();
    byId('why').textContent = answer.notes.join(' '); // to be read before it is checked
    wrong.hidden = false;
    question.hidden = true;
  }

  byId('choose').hidden = false;
  file.addEventListener('change', function () {
    send(null);
  });
  question.addEventListener('change', function () {
    if (enough()) send(chosen());
  });
})();
