// The scanner types into one field and ends with Enter. An order number chooses the order, then its
// batches are scanned; a batch alone chooses all orders that are packed from nothing else. ES5.
(function () {
  'use strict';
  /** @type {PackingConfig} */
  var cfg = config();
  var codes = packingCodes(cfg);
  var form = byId('scan');
  var field = byId('scanner');
  var seen = byId('seen');
  var pack = byId('pack');
  var all = byId('all');
  /** @type {PackingOrder | null} whose batches are scanned */
  var current = null;
  /** @type {string[]} those that were not scanned yet */
  var missing = [];

  /** @param {string} key @param {'yes' | 'no'} kind @param {{ [name: string]: any }} facts */
  function say(key, kind, facts) {
    seen.className = 'seen ' + kind;
    seen.textContent = filled(cfg.words[key], facts);
  }

  /** @param {PackingOrder} order */
  function box(order) {
    return pack.querySelector('[name="pick-' + order.id + '"]');
  }

  /** @param {string[]} ids */
  function lots(ids) {
    return ids
      .map(function (id) {
        return cfg.lots[id];
      })
      .join(', ');
  }

  /**
   * What was meant, as domain/codes.py reads it: a keyboard set to Chinese types in full width.
   * @param {string} text
   */
  function asMeant(text) {
    /** @type {any} what old browsers do not have */
    var typed = text.slice(0, 300);
    if (typed.normalize) typed = typed.normalize('NFKC');
    typed = typed.replace(/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g, '-');
    return typed.replace(/^[\s\x00-\x1f]+|[\s\x00-\x1f]+$/g, '');
  }

  /** @param {PackingOrder} order */
  function scanOrder(order) {
    current = order;
    missing = order.batches.slice();
    box(order).parentNode.scrollIntoView({ block: 'center' });
    say('scan_order', 'yes', { number: order.number, lots: lots(missing) });
  }

  /** @param {string[]} ids that the scan may mean */
  function scanBatch(ids) {
    if (current) scanFor(current, ids);
    else scanAlone(ids);
  }

  /** @param {string[]} ids */
  function scanAlone(ids) {
    var chosen = cfg.orders.filter(function (order) {
      return order.batches.length === 1 && ids.indexOf(order.batches[0]) >= 0;
    });
    chosen.forEach(function (order) {
      box(order).checked = true;
    });
    var facts = { lots: lots(ids.slice(0, 1)), n: chosen.length };
    say('scan_batch', chosen.length ? 'yes' : 'no', facts);
  }

  /** @param {PackingOrder} order @param {string[]} ids */
  function scanFor(order, ids) {
    var hit = ids.filter(function (id) {
      return missing.indexOf(id) >= 0;
    })[0];
    if (!hit) return scanInstead(order, ids);
    missing.splice(missing.indexOf(hit), 1);
    if (missing.length) return say('scan_more', 'yes', { lots: lots(missing) });
    say('scan_yes', 'yes', { number: order.number, lots: lots([hit]) });
    choose(order);
  }

  /**
   * A batch that the order could be packed from instead of the one that was planned.
   * @param {PackingOrder} order
   * @param {string[]} ids
   */
  function scanInstead(order, ids) {
    var hit = ids.filter(function (id) {
      return order.instead[id];
    })[0];
    if (!hit || order.batches.indexOf(hit) >= 0) {
      return say('scan_no', 'no', { number: order.number, lots: lots([ids[0]]) });
    }
    pack.querySelector('[name="plan-' + order.id + '"]').value = order.instead[hit];
    order.batches = [hit];
    say('scan_instead', 'yes', { number: order.number, lots: lots([hit]) });
    choose(order);
  }

  /** @param {PackingOrder} order */
  function choose(order) {
    box(order).checked = true;
    current = null;
  }

  /** Whether the scan means something on this page. @param {string} text */
  function scan(text) {
    var order = codes.orderOf(text);
    var ids = order ? [] : codes.batchesOf(text);
    if (cfg.blocked.indexOf(text.toUpperCase()) >= 0) {
      say('scan_blocked', 'no', { number: text });
    } else if (order) scanOrder(order);
    else if (ids.length) scanBatch(ids);
    else if (/^SH20\d{6}-/i.test(text) || codes.isParcel(text)) return false;
    else say('scan_unknown', 'no', { text: text });
    return true;
  }

  form.addEventListener(
    'submit',
    /** @param {Event} event */ function (event) {
      var text = asMeant(field.value);
      if (text && !scan(text)) return; // an order that is not on this page, or a parcel's: the server opens it
      event.preventDefault();
      if (!text) return;
      field.value = '';
      field.focus();
    }
  );

  if (pack) {
    byId('choose').hidden = false;
    all.addEventListener('change', function () {
      var boxes = pack.querySelectorAll('[name^="pick-"]');
      for (var i = 0; i < boxes.length; i++) boxes[i].checked = all.checked;
    });
    pack.addEventListener(
      'change',
      /** @param {Event} event */ function (event) {
        if (event.target !== all) all.checked = false;
      }
    );
  }
  // Wherever else somebody taps, the next scan must not be lost.
  document.addEventListener('keydown', function (event) {
    var typed = event.key.length === 1 && event.key !== ' ';
    var command = event.ctrlKey || event.metaKey || event.altKey;
    if (typed && !command && document.activeElement !== field) field.focus();
  });
  if (window.matchMedia('(pointer:fine)').matches) field.focus({ preventScroll: true });
})();
