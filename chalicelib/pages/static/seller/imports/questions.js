// What the file does not say by itself is asked: which sheets, which columns, which goods. Each is
// drawn from an answer, and read back into the body of the next reading. ES5.
var ImportQuestions = (function () {
  var FIELDS = (
    'number item sku quantity order_amount amount unit_price name phone address province city ' +
    'district detail status shipping_status refund_status refunded order_refunded payment_method ' +
    'new_address new_sku paid_at ordered_at nick sub_number group_number'
  ).split(' ');
  var page = ImportPage;
  var words = page.words;

  /**
   * What is to be known of the file, and which sheets of a workbook are read.
   * @param {ImportReading} answer
   */
  function sheets(answer) {
    var list = byId('sheet-list');
    var notes = byId('note-list');
    list.textContent = notes.textContent = '';
    answer.notes.forEach(function (note) {
      page.add(notes, 'p', note);
    });
    answer.sheets.forEach(function (sheet) {
      if (!sheet.rows) return;
      var label = page.add(list, 'label');
      var box = page.add(label, 'input');
      var text = sheet.hidden ? words.sheet_hidden : words.sheet_rows;
      box.type = 'checkbox';
      box.value = sheet.name;
      box.checked = sheet.read;
      page.add(label, 'span', filled(text, { name: sheet.name, n: sheet.rows }));
    });
    page.show('send-sheets', answer.sheets.length > 0);
    page.show('sheets', answer.notes.length > 0);
  }

  function chosenSheets() {
    var boxes = byId('sheet-list').getElementsByTagName('input');
    var names = [];
    for (var i = 0; i < boxes.length; i++) if (boxes[i].checked) names.push(boxes[i].value);
    return names.length ? { sheets: names } : null;
  }

  /** @param {ImportReading} answer */
  function columns(answer) {
    var list = byId('column-list');
    var options = [['', words.column_none]];
    /** @type {{ [field: string]: string }} */
    var headings = {};
    list.textContent = byId('platform').textContent = '';
    for (var code in page.cfg.platforms) {
      var option = page.add(byId('platform'), 'option', page.cfg.platforms[code]);
      option.value = code;
      option.selected = code === (answer.platform || 'other');
    }
    answer.columns.forEach(function (column) {
      options.push([column.heading, column.heading]);
      if (column.field) headings[column.field] = column.heading;
    });
    var others = FIELDS.filter(function (field) {
      return answer.missing.indexOf(field) < 0;
    });
    answer.missing.concat(others).forEach(function (field, at) {
      var label =
        words['field_' + field] + (at < answer.missing.length ? words.column_missing : '');
      page.select(list, 'column-' + field, label, options, headings[field]);
    });
    page.show('group-field', answer.numbers_of_group);
    page.show('paid-only-field', answer.missing.indexOf('status') >= 0);
    page.show('columns', true);
    page.main('send-columns');
  }

  function chosenColumns() {
    /** @type {{ [heading: string]: string }} */
    var chosen = {};
    /** @type {{ [name: string]: any }} */
    var body = { platform: byId('platform').value, columns: chosen };
    var group = byId('group').value.trim();
    FIELDS.forEach(function (field) {
      var heading = byId('column-' + field).value;
      if (heading) chosen[heading] = field;
    });
    if (!byId('group-field').hidden && group) body.group = group;
    if (!byId('paid-only-field').hidden) body.paid_only = byId('paid-only').checked;
    return body;
  }

  /** @param {ImportReading} answer */
  function items(answer) {
    var list = byId('item-list');
    var options = page.cfg.offers.concat([['', words.item_none]]);
    var open = false;
    list.textContent = '';
    answer.items.forEach(function (item, at) {
      var title = filled(words.item_offer, { title: (item.title + ' ' + item.sku).trim() });
      var label = title + ' (' + filled(words.item_orders, { n: item.orders }) + ')';
      var kind = page.add(list, 'div', null, 'item');
      var pair = page.add(kind, 'div', null, 'two');
      var chosen = item.offer_id || item.likely_offer_id || '';
      page.select(pair, 'offer-' + at, label, mapped(item).concat(options), chosen);
      packs(pair, 'packs-' + at, item.packs);
      if (item.pack && item.sells) {
        packed(kind, item.pack);
        // another choice is told about once it was sent
        pair.onchange = function () {
          while (kind.lastChild !== pair) kind.removeChild(kind.lastChild);
        };
      }
      // what the shop said before may be closed or sold out by now: then it is asked again
      if (!item.sells) open = true;
    });
    page.show('items', open);
  }

  /**
   * What the goods are now, where it is not among the offers that have packs left.
   * @param {ImportItem} item
   * @returns {string[][]}
   */
  function mapped(item) {
    var pack = item.pack;
    if (!pack) return [];
    for (var i = 0; i < page.cfg.offers.length; i++) {
      if (page.cfg.offers[i][0] === pack.offer_id) return [];
    }
    return [
      [pack.offer_id, item.sells ? pack.title : filled(words.offer_gone, { title: pack.title })]
    ];
  }

  /**
   * What will be packed, and in what it looks different from what the platform says.
   * @param {Element} parent
   * @param {ImportPack} pack
   */
  function packed(parent, pack) {
    page.add(parent, 'span', filled(words.to_be_packed, { text: pack.text }), 'packed');
    pack.warnings.forEach(function (warning) {
      page.add(parent, 'span', warning, 'doubt');
    });
  }

  /** @param {Element} parent @param {string} id @param {number} value */
  function packs(parent, id, value) {
    var field = page.add(parent, 'div', null, 'field');
    page.add(field, 'label', words.item_packs).htmlFor = id;
    var input = page.add(field, 'input');
    input.id = id;
    input.type = 'number';
    input.min = 1;
    input.max = 1000;
    input.value = value;
  }

  /** @param {ImportReading} answer by which they were drawn */
  function chosenItems(answer) {
    /** @type {{ title: string, sku: string, offer_id: string, packs: number }[]} */
    var chosen = [];
    answer.items.forEach(function (item, at) {
      var offer = byId('offer-' + at).value;
      var count = parseInt(byId('packs-' + at).value, 10) || 1;
      if (offer) chosen.push({ title: item.title, sku: item.sku, offer_id: offer, packs: count });
    });
    return { platform: answer.platform, items: chosen };
  }

  return {
    sheets: sheets,
    chosenSheets: chosenSheets,
    columns: columns,
    chosenColumns: chosenColumns,
    items: items,
    packed: packed,
    chosenItems: chosenItems
  };
})();
