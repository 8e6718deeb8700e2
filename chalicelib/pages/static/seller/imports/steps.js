// Orders from a platform's file: sent up, read, mapped where it must be, looked at, then run chunk
// by chunk. Everything is kept by the server, so a reload goes on where it was. ES5.
(function () {
  /** @type {{ [what: string]: string }} */
  var COLOURS = {
    new: 'ok',
    created: 'ok',
    already: '',
    different: 'warn',
    cannot: 'bad',
    not_for_shipping: ''
  };
  var page = ImportPage;
  var cfg = page.cfg;
  var words = page.words;
  var path = '/v1/imports/' + cfg.id;
  /** @type {ImportReading} */
  var reading;

  /** @param {object} body what was chosen */
  function read(body) {
    page.show('sheets', false);
    page.show('columns', false);
    page.show('items', false);
    page.show('preview', false);
    page.main('');
    page.busy(words.reading, null);
    ImportServer.ask(
      'POST',
      path + '/read',
      body,
      function (answer) {
        reading = answer;
        page.show('busy', false);
        ImportQuestions.sheets(answer);
        if (answer.missing.length) return ImportQuestions.columns(answer);
        ImportQuestions.items(answer);
        preview(answer);
      },
      resume
    );
  }

  /** @param {ImportReading} answer */
  function preview(answer) {
    var counts = answer.preview;
    counts.unable = counts.refused - counts.not_for_shipping;
    byId('preview-counts').textContent = filled(words.preview_counts, counts);
    stopped('preview-stopped', counts);
    byId('preview-first').textContent = filled(words.preview_first, {
      n: answer.rows.length,
      total: answer.total
    });
    table(answer.rows);
    page.show('change-items', byId('items').hidden && answer.items.length > 0);
    if (counts.new + counts.already + (counts.stopped || 0) > 0) page.main('start');
    else if (!byId('items').hidden) page.main('send-items');
  }

  /** Orders that are here, wait, and that the file speaks against. @param {string} id @param {ImportCounts} counts */
  function stopped(id, counts) {
    byId(id).textContent = filled(words.preview_stopped, counts);
    page.show(id, (counts.stopped || 0) > 0);
  }

  /** @param {number} fen */
  function yuan(fen) {
    return '¥' + (fen / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',');
  }

  /**
   * What was bought there, and below it what will be packed for it.
   * @param {Element} cell
   * @param {ImportRow} row
   */
  function goods(cell, row) {
    if (!row.packs.length) cell.textContent = row.items.join('; ');
    row.packs.forEach(function (pack, at) {
      page.add(cell, 'span', row.items[at], 'sold');
      ImportQuestions.packed(cell, pack);
    });
  }

  /** @param {ImportRow[]} rows */
  function table(rows) {
    var body = byId('rows');
    body.textContent = '';
    rows.forEach(function (row) {
      var line = page.add(body, 'tr');
      var cell = page.add(line, 'td', row.number || '-');
      page.add(cell, 'small', filled(words.row, { n: row.rows.slice(0, 5).join(', ') }));
      cell = page.add(line, 'td');
      page.add(cell, 'span', words['what_' + row.what], 'chip ' + COLOURS[row.what]);
      if (row.reason) page.add(cell, 'span', row.reason, 'why');
      if (row.code === 'here_waits') {
        page.add(cell, 'a', words.open_order).href =
          cfg.orders + row.order_id + '?lang=' + cfg.language;
      }
      if (row.doubt) page.add(cell, 'span', row.doubt, 'why doubt');
      cell = page.add(line, 'td');
      goods(cell, row);
      if (row.total_fen !== null) page.add(cell, 'small', yuan(row.total_fen));
      cell = page.add(line, 'td', row.buyer ? row.buyer.name : '');
      if (!row.buyer) return;
      page.add(cell, 'small', row.buyer.phone + ' ' + row.buyer.province + row.buyer.city);
    });
    page.show('preview', rows.length > 0);
  }

  /** One chunk after the other. */
  function run() {
    page.show('sheets', false);
    page.show('items', false);
    page.show('change-items', false);
    page.main('');
    ImportServer.ask('POST', path + '/run', {}, function (answer) {
      var share = Math.round((answer.done / Math.max(1, answer.total)) * 100);
      page.busy(filled(words.running, answer), share);
      if (answer.finished) result(answer);
      else run();
    });
  }

  // From wherever it is by now: the page may be older than that, since a run that was asked for before
  // a reload, or in another window, goes on by itself.
  function resume() {
    page.busy(words.reading, null);
    ImportServer.ask('GET', path, null, function (answer) {
      if (answer.state === 'finished') result(answer.counts);
      else if (answer.state === 'running') run();
      else read({});
    });
  }

  /** @param {ImportCounts} counts */
  function result(counts) {
    page.show('busy', false);
    byId('result-counts').textContent = filled(words.result_counts, counts);
    stopped('result-stopped', counts);
    byId('refused').href = path + '/refused.csv?lang=' + cfg.language;
    page.show('refused', counts.refused > 0 && !cfg.gone);
    page.show('result', true);
    page.main('to-pack');
    byId('preview').className = 'card told';
    ImportServer.ask('GET', path + '/rows?limit=100', null, function (answer) {
      byId('preview-title').textContent = words.rows_title;
      byId('preview-counts').textContent = byId('preview-first').textContent = '';
      page.show('preview-stopped', false);
      table(answer.items);
    });
  }

  /** @param {string} form @param {() => object | null} chosen what to read it again with */
  function onSubmit(form, chosen) {
    byId(form).addEventListener(
      'submit',
      /** @param {Event} event */ function (event) {
        event.preventDefault();
        var body = chosen();
        if (body) read(body);
      }
    );
  }

  onSubmit('sheets', ImportQuestions.chosenSheets);
  onSubmit('columns', ImportQuestions.chosenColumns);
  onSubmit('items', function () {
    return ImportQuestions.chosenItems(reading);
  });
  if (byId('change-items')) {
    byId('change-items').onclick = function () {
      page.show('change-items', false);
      page.show('items', true);
      byId('item-list').getElementsByTagName('select')[0].focus();
    };
  }
  if (byId('start')) {
    byId('start').onclick = function () {
      page.busy(filled(words.running, { done: 0, total: reading.total }), 0);
      run();
    };
  }
  if (cfg.id) resume();
})();
