// A chosen file is read by the server and put into the field as a table, which is then checked as if
// it had been pasted. Where its headings do not tell the columns, they are asked for, and remembered.
(function () {
  'use strict';
  var KEPT = 'waybill-columns',
    PARTS = ['parcel', 'carrier', 'waybill'];
  var cfg = JSON.parse(document.getElementById('cfg').textContent);
  var file = document.getElementById('file'),
    form = document.getElementById('waybills');
  var rows = document.getElementById('rows'),
    wrong = document.getElementById('wrong');
  var ask = document.getElementById('ask'),
    headings = '';

  function column(part) {
    return document.getElementById(part + '_column');
  }

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(KEPT)) || {};
    } catch (error) {
      return {};
    }
  }

  function keep(columns) {
    var all = kept();
    if (!headings) {
      return;
    }
    all[headings] = columns;
    try {
      localStorage.setItem(KEPT, JSON.stringify(all));
    } catch (error) {
      return;
    }
  }

  function said(one) {
    var facts = { column: one.column, heading: one.heading || cfg.without, example: one.example };
    return cfg.column.replace(/\{(\w+)\}/g, function (gap, name) {
      return facts[name];
    });
  }

  function asked(answer) {
    var known = {};
    ask.hidden = ask.disabled = false;
    headings = answer.columns
      .map(function (one) {
        return one.heading;
      })
      .join('\t')
      .trim();
    answer.columns.forEach(function (one) {
      if (one.means && !known[one.means]) {
        known[one.means] = one.column;
      }
    });
    PARTS.forEach(function (part) {
      var select = column(part);
      select.length = 1;
      answer.columns.forEach(function (one) {
        select.add(new Option(said(one), one.column));
      });
      select.value = known[part] || '';
    });
    known = headings && kept()[headings];
    if (known) {
      PARTS.forEach(function (part) {
        column(part).value = known[part] || '';
      });
      if (column('parcel').value && column('waybill').value) {
        send(chosen());
        return;
      }
    }
    column('parcel').focus();
  }

  function chosen() {
    var columns = {};
    PARTS.forEach(function (part) {
      if (column(part).value) {
        columns[part] = column(part).value;
      }
    });
    return columns;
  }

  function send(columns) {
    var request = new XMLHttpRequest(),
      query = columns
        ? '?' +
          Object.keys(columns)
            .map(function (part) {
              return part + '_column=' + columns[part];
            })
            .join('&')
        : '';
    if (!file.files.length) {
      return;
    }
    request.open('POST', '/v1/waybills/read' + query);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept-Language', document.documentElement.lang);
    request.setRequestHeader('X-CSRF-Token', form.querySelector('[name=csrf]').value);
    request.onloadend = function () {
      var answer;
      try {
        answer = JSON.parse(request.responseText);
      } catch (error) {
        answer = {};
      }
      wrong.hidden = request.status === 200;
      if (request.status !== 200) {
        if (answer.detail) {
          document.getElementById('why').textContent = answer.detail;
        }
        return;
      }
      if (
        answer.asks.some(function (part) {
          return part !== 'carrier';
        })
      ) {
        asked(answer);
        return;
      }
      if (columns) {
        keep(columns);
      }
      rows.value = [cfg.headings]
        .concat(
          answer.rows.map(function (one) {
            return [one.parcel, one.carrier, one.waybill].join('\t');
          })
        )
        .join('\n');
      if (answer.notes.length) {
        // to be read before it is checked
        document.getElementById('why').textContent = answer.notes.join(' ');
        wrong.hidden = false;
        ask.hidden = ask.disabled = true;
        return;
      }
      ask.disabled = true; // the table that is sent now has the columns of this page
      form.submit();
    };
    request.send(file.files[0]);
  }

  document.getElementById('choose').hidden = false;
  file.addEventListener('change', function () {
    send(null);
  });
  ask.addEventListener('change', function () {
    if (column('parcel').value && column('waybill').value) {
      send(chosen());
    }
  });
})();
