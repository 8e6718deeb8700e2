// Orders from a platform's file: sent up, read, mapped where it must be, looked at, then run chunk
// by chunk. Everything is kept by the server, so a reload goes on where it was. ES5.
(function () {
  var d = document,
    cfg = JSON.parse(d.getElementById('cfg').textContent),
    t = cfg.words;
  var file = d.getElementById('file'),
    found = null,
    tries = 0,
    repeat = null,
    tapped = 0,
    later = null;

  function el(id) {
    return d.getElementById(id);
  }
  function show(id, shown) {
    if (el(id)) el(id).hidden = !shown;
  }
  function say(text, facts) {
    for (var name in facts) text = text.split('{' + name + '}').join(facts[name]);
    return text;
  }
  function add(parent, name, text, of) {
    var one = d.createElement(name);
    if (of) one.className = of;
    if (text !== undefined && text !== null) one.textContent = text;
    parent.appendChild(one);
    return one;
  }

  // --- asking the server -------------------------------------------------------------------------

  function request(method, url, body, headers, done, moved) {
    var xhr = new XMLHttpRequest(),
      name;
    xhr.open(method, url);
    xhr.timeout = 60000;
    xhr.setRequestHeader('Accept-Language', cfg.language);
    for (name in headers) xhr.setRequestHeader(name, headers[name]);
    if (moved && xhr.upload) xhr.upload.onprogress = moved;
    xhr.onloadend = function () {
      var answer = null;
      try {
        answer = JSON.parse(xhr.responseText);
      } catch (e) {
        answer = null;
      }
      done(xhr.status, answer);
    };
    xhr.send(body);
  }

  // No answer, or the store is busy: the same again, a little later; sending it twice does it once.
  // moved, if given, is called instead of telling that the import is no longer where this page saw it.
  function ask(method, url, body, done, moved) {
    var headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': cfg.csrf };
    request(
      method,
      url,
      method === 'GET' ? null : JSON.stringify(body || {}),
      headers,
      function (status, answer) {
        if (status >= 200 && status < 300 && answer) {
          tries = 0;
          show('wrong', false);
          return done(answer);
        }
        if ((!status || status === 503 || status === 429 || status === 504) && tries < 8) {
          tries++;
          fail(t.waiting_again);
          return setTimeout(function () {
            ask(method, url, body, done, moved);
          }, 500 * tries);
        }
        if (moved && answer && answer.code === 'not_allowed_now') return moved();
        // what the server refused would be refused again
        fail(
          (answer && answer.detail) || t.waiting_again,
          status >= 400 && status < 500
            ? null
            : function () {
                tries = 0;
                ask(method, url, body, done, moved);
              }
        );
        if (el('choose')) el('choose').disabled = false;
        show('busy', false);
      }
    );
  }

  function fail(why, again) {
    el('why').textContent = why;
    repeat = again || null;
    show('again', !!again);
    show('wrong', true);
  }

  // The one main action of this step. The second of two taps falls on whatever stands there by then,
  // so for a moment after a tap what was there stays, and does nothing.
  function main(id) {
    var all = ['start', 'send-items', 'send-columns', 'to-pack'],
      wait = tapped + 700 - Date.now(),
      i;
    clearTimeout(later);
    if (wait > 0)
      later = setTimeout(function () {
        main(id);
      }, wait);
    for (i = 0; i < all.length; i++) {
      if (wait > 0) el(all[i]).disabled = true;
      else {
        show(all[i], all[i] === id);
        el(all[i]).disabled = false;
      }
    }
  }
  d.addEventListener(
    'click',
    function () {
      tapped = Date.now();
    },
    true
  );

  function busy(text, share) {
    show('busy', true);
    el('doing').textContent = text;
    if (share === null) el('bar-done').removeAttribute('value');
    else el('bar-done').value = share;
  }

  // --- the file ----------------------------------------------------------------------------------

  function chosen() {
    var one = file.files[0],
      reader = new FileReader();
    if (!one) return;
    show('wrong', false);
    el('choose').disabled = true;
    busy(t.preparing, null);
    reader.onload = function () {
      // the progress is drawn before the sum of 20 MB is worked out
      setTimeout(function () {
        register(one, new Uint8Array(reader.result));
      }, 50);
    };
    reader.onerror = function () {
      fail(t.waiting_again);
      el('choose').disabled = false;
    };
    reader.readAsArrayBuffer(one);
  }

  function register(one, bytes) {
    var body = { filename: one.name.slice(-120), size: bytes.length, sha256: sha256(bytes) };
    ask('POST', '/v1/imports', body, function (made) {
      request(
        made.upload.method,
        made.upload.url,
        one,
        made.upload.headers,
        function (status, answer) {
          if (status < 200 || status >= 300) {
            el('choose').disabled = false;
            show('busy', false);
            return fail((answer && answer.detail) || t.waiting_again);
          }
          location.href = cfg.page + '&import_id=' + made.id;
        },
        function (event) {
          if (event.total) busy(t.sending, Math.round((event.loaded / event.total) * 100));
        }
      );
    });
  }

  // --- what it is, and what will happen ------------------------------------------------------------

  function read(body) {
    show('sheets', false);
    show('columns', false);
    show('items', false);
    show('preview', false);
    main('');
    busy(t.reading, null);
    ask(
      'POST',
      '/v1/imports/' + cfg.id + '/read',
      body,
      function (answer) {
        found = answer;
        show('busy', false);
        sheets(answer);
        if (answer.missing.length) return columns(answer);
        items(answer);
        preview(answer);
      },
      resume
    );
  }

  // What is to be known of the file, and which sheets of a workbook are read.
  function sheets(answer) {
    var list = el('sheet-list'),
      notes = el('note-list'),
      i,
      one,
      label,
      box;
    list.textContent = notes.textContent = '';
    for (i = 0; i < answer.notes.length; i++) add(notes, 'p', answer.notes[i]);
    for (i = 0; i < answer.sheets.length; i++) {
      one = answer.sheets[i];
      if (!one.rows) continue;
      label = add(list, 'label');
      box = add(label, 'input');
      box.type = 'checkbox';
      box.value = one.name;
      box.checked = one.read;
      add(
        label,
        'span',
        say(one.hidden ? t.sheet_hidden : t.sheet_rows, { name: one.name, n: one.rows })
      );
    }
    show('send-sheets', answer.sheets.length > 0);
    show('sheets', answer.notes.length > 0);
  }

  el('sheets').addEventListener('submit', function (event) {
    var boxes = el('sheet-list').getElementsByTagName('input'),
      named = [],
      i;
    event.preventDefault();
    for (i = 0; i < boxes.length; i++) if (boxes[i].checked) named.push(boxes[i].value);
    if (named.length) read({ sheets: named });
  });

  function select(parent, id, label, options, chosen) {
    var field = add(parent, 'div', null, 'field'),
      known = false,
      one,
      i,
      option;
    one = add(field, 'label', label);
    one.htmlFor = id;
    one = add(field, 'select');
    one.id = id;
    for (i = 0; i < options.length; i++) {
      option = add(one, 'option', options[i][1]);
      option.value = options[i][0];
      if (options[i][0] === chosen) option.selected = known = true;
    }
    if (!known) one.value = '';
    return one;
  }

  var FIELDS = [
    'number',
    'item',
    'sku',
    'quantity',
    'order_amount',
    'amount',
    'unit_price',
    'name',
    'phone',
    'address',
    'province',
    'city',
    'district',
    'detail',
    'status',
    'shipping_status',
    'refund_status',
    'refunded',
    'order_refunded',
    'payment_method',
    'paid_at',
    'ordered_at',
    'nick',
    'sub_number',
    'group_number'
  ];

  function columns(answer) {
    var list = el('column-list'),
      options = [['', t.column_none]],
      i,
      code,
      of = {},
      option,
      fields,
      label;
    list.textContent = el('platform').textContent = '';
    for (code in cfg.platforms) {
      option = add(el('platform'), 'option', cfg.platforms[code]);
      option.value = code;
      option.selected = code === (answer.platform || 'other');
    }
    for (i = 0; i < answer.columns.length; i++) {
      options.push([answer.columns[i].heading, answer.columns[i].heading]);
      if (answer.columns[i].field) of[answer.columns[i].field] = answer.columns[i].heading;
    }
    fields = answer.missing.concat(
      FIELDS.filter(function (one) {
        return answer.missing.indexOf(one) < 0;
      })
    );
    for (i = 0; i < fields.length; i++) {
      label = t['field_' + fields[i]] + (i < answer.missing.length ? t.column_missing : '');
      select(list, 'column-' + fields[i], label, options, of[fields[i]]);
    }
    show('group-field', answer.numbers_of_group);
    show('paid-only-field', answer.missing.indexOf('status') >= 0);
    show('columns', true);
    main('send-columns');
  }

  el('columns').addEventListener('submit', function (event) {
    var chosen = {},
      i,
      value,
      body = { platform: el('platform').value, columns: chosen };
    event.preventDefault();
    for (i = 0; i < FIELDS.length; i++) {
      value = el('column-' + FIELDS[i]).value;
      if (value) chosen[value] = FIELDS[i];
    }
    if (!el('group-field').hidden && el('group').value.trim())
      body.group = el('group').value.trim();
    if (!el('paid-only-field').hidden) body.paid_only = el('paid-only').checked;
    read(body);
  });

  function items(answer) {
    var list = el('item-list'),
      i,
      one,
      box,
      pair,
      packs,
      field,
      options = cfg.offers.concat([['', t.item_none]]),
      open = false;
    list.textContent = '';
    for (i = 0; i < answer.items.length; i++) {
      one = answer.items[i];
      // what the shop said before may be closed or sold out by now: then it is asked again
      if (cfg.offers_left.indexOf(one.offer_id) < 0) open = true;
      box = add(list, 'div', null, 'item');
      pair = add(box, 'div', null, 'two');
      select(
        pair,
        'offer-' + i,
        say(t.item_offer, { title: (one.title + ' ' + one.sku).trim() }) +
          ' (' +
          say(t.item_orders, { n: one.orders }) +
          ')',
        options,
        one.offer_id || one.likely_offer_id || ''
      );
      field = add(pair, 'div', null, 'field');
      add(field, 'label', t.item_packs).htmlFor = 'packs-' + i;
      packs = add(field, 'input');
      packs.id = 'packs-' + i;
      packs.type = 'number';
      packs.min = 1;
      packs.max = 1000;
      packs.value = one.packs;
    }
    show('items', open);
  }

  el('items').addEventListener('submit', function (event) {
    var chosen = [],
      i,
      one,
      offer;
    event.preventDefault();
    for (i = 0; i < found.items.length; i++) {
      one = found.items[i];
      offer = el('offer-' + i).value;
      if (offer)
        chosen.push({
          title: one.title,
          sku: one.sku,
          offer_id: offer,
          packs: parseInt(el('packs-' + i).value, 10) || 1
        });
    }
    read({ platform: found.platform, items: chosen });
  });

  function preview(answer) {
    answer.preview.unable = answer.preview.refused - answer.preview.not_for_shipping;
    el('preview-counts').textContent = say(t.preview_counts, answer.preview);
    el('preview-first').textContent = say(t.preview_first, {
      n: answer.rows.length,
      total: answer.total
    });
    table(answer.rows);
    if (answer.preview['new'] + answer.preview.already > 0) main('start');
    else if (!el('items').hidden) main('send-items');
  }

  function yuan(fen) {
    return '¥' + (fen / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',');
  }

  var COLOURS = {
    'new': 'ok',
    created: 'ok',
    already: '',
    different: 'warn',
    cannot: 'bad',
    not_for_shipping: ''
  };

  function table(rows) {
    var body = el('rows'),
      i,
      one,
      row,
      cell;
    body.textContent = '';
    for (i = 0; i < rows.length; i++) {
      one = rows[i];
      row = add(body, 'tr');
      cell = add(row, 'td', one.number || '-');
      add(cell, 'small', say(t.row, { n: one.rows.slice(0, 5).join(', ') }));
      cell = add(row, 'td');
      add(cell, 'span', t['what_' + one.what], 'chip ' + COLOURS[one.what]);
      if (one.reason) add(cell, 'span', one.reason, 'why');
      cell = add(row, 'td', one.items.join('; '));
      if (one.total_fen !== null) add(cell, 'small', yuan(one.total_fen));
      cell = add(row, 'td', one.buyer ? one.buyer.name : '');
      if (one.buyer)
        add(cell, 'small', one.buyer.phone + ' ' + one.buyer.province + one.buyer.city);
    }
    show('preview', rows.length > 0);
  }

  // --- the work ------------------------------------------------------------------------------------

  function run() {
    show('sheets', false);
    show('items', false);
    main('');
    ask('POST', '/v1/imports/' + cfg.id + '/run', {}, function (answer) {
      busy(say(t.running, answer), Math.round((answer.done / Math.max(1, answer.total)) * 100));
      if (answer.finished) result(answer);
      else run();
    });
  }

  // From wherever it is by now: the page may be older than that, since a run that was asked for before a
  // reload, or in another window, goes on by itself.
  function resume() {
    busy(t.reading, null);
    ask('GET', '/v1/imports/' + cfg.id, null, function (answer) {
      if (answer.state === 'finished') result(answer.counts);
      else if (answer.state === 'running') run();
      else read({});
    });
  }

  function result(counts) {
    show('busy', false);
    el('result-counts').textContent = say(t.result_counts, counts);
    el('refused').href = '/v1/imports/' + cfg.id + '/refused.csv?lang=' + cfg.language;
    show('refused', counts.refused > 0 && !cfg.gone);
    show('result', true);
    main('to-pack');
    el('preview').className = 'card told';
    ask('GET', '/v1/imports/' + cfg.id + '/rows?limit=100', null, function (answer) {
      el('preview-title').textContent = t.rows_title;
      el('preview-counts').textContent = el('preview-first').textContent = '';
      table(answer.items);
    });
  }

  if (el('again'))
    el('again').onclick = function () {
      if (repeat) repeat();
    };
  if (el('choose')) {
    el('choose').onclick = function () {
      file.click();
    };
    file.addEventListener('change', chosen);
  }
  if (el('start'))
    el('start').onclick = function () {
      busy(say(t.running, { done: 0, total: found.total }), 0);
      run();
    };
  if (cfg.id) resume();
})();
