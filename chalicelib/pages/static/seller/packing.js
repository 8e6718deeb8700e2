// The scanner types into one field and ends with Enter. An order number chooses the order, then its
// batches are scanned; a batch alone chooses all orders that are packed from nothing else.
(function () {
  'use strict';
  var cfg = JSON.parse(document.getElementById('cfg').textContent);
  var form = document.getElementById('scan'),
    field = document.getElementById('scanner');
  var seen = document.getElementById('seen'),
    pack = document.getElementById('pack');
  var all = document.getElementById('all'),
    current = null,
    missing = [];

  function say(key, kind, facts) {
    seen.className = 'seen ' + kind;
    seen.textContent = cfg.words[key].replace(/\{(\w+)\}/g, function (gap, name) {
      return facts[name];
    });
  }

  function box(order) {
    return pack.querySelector('[name="pick-' + order.id + '"]');
  }

  function lots(ids) {
    return ids
      .map(function (id) {
        return cfg.lots[id];
      })
      .join(', ');
  }

  // What was meant, as domain/codes.py reads it: a keyboard set to Chinese types in full width.
  function asMeant(text) {
    text = text.slice(0, 300);
    if (text.normalize) {
      text = text.normalize('NFKC');
    }
    text = text.replace(/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g, '-');
    return text.replace(/^[\s\x00-\x1f]+|[\s\x00-\x1f]+$/g, '');
  }

  function orderOf(text) {
    var number = text.toUpperCase();
    return cfg.orders.filter(function (one) {
      return one.number === number;
    })[0];
  }

  function batchesOf(lot) {
    return Object.keys(cfg.lots).filter(function (id) {
      return cfg.lots[id] === lot;
    });
  }

  // In another case only where no second lot could be meant.
  function alike(lot) {
    var found = {};
    Object.keys(cfg.lots).forEach(function (id) {
      if (cfg.lots[id].toLowerCase() === lot.toLowerCase()) {
        found[cfg.lots[id]] = true;
      }
    });
    found = Object.keys(found);
    return found.length === 1 ? batchesOf(found[0]) : [];
  }

  function batchOf(text) {
    var id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i.exec(text);
    var linked = /\/10\/([^\/?#]+)/.exec(text),
      lot = text,
      exact;
    if (id && cfg.lots[id[0].toLowerCase()]) {
      return [id[0].toLowerCase()];
    }
    exact = batchesOf(text); // a lot may hold what looks like an address
    if (exact.length) {
      return exact;
    }
    if (linked) {
      try {
        lot = decodeURIComponent(linked[1]);
      } catch (error) {
        lot = linked[1];
      }
    }
    exact = batchesOf(lot);
    return exact.length ? exact : alike(lot);
  }

  function scanOrder(order) {
    current = order;
    missing = order.batches.slice();
    box(order).parentNode.scrollIntoView({ block: 'center' });
    say('scan_order', 'yes', { number: order.number, lots: lots(missing) });
  }

  function scanBatch(ids) {
    var hit, facts, chosen;
    if (!current) {
      chosen = cfg.orders.filter(function (one) {
        return one.batches.length === 1 && ids.indexOf(one.batches[0]) >= 0;
      });
      chosen.forEach(function (one) {
        box(one).checked = true;
      });
      say('scan_batch', chosen.length ? 'yes' : 'no', {
        lots: lots(ids.slice(0, 1)),
        n: chosen.length
      });
      return;
    }
    hit = ids.filter(function (id) {
      return missing.indexOf(id) >= 0;
    })[0];
    facts = { number: current.number, lots: lots([hit || ids[0]]) };
    if (hit) {
      missing.splice(missing.indexOf(hit), 1);
      if (missing.length) {
        say('scan_more', 'yes', { lots: lots(missing) });
        return;
      }
      say('scan_yes', 'yes', facts);
    } else {
      hit = ids.filter(function (id) {
        return current.instead[id];
      })[0];
      if (!hit || current.batches.indexOf(hit) >= 0) {
        say('scan_no', 'no', facts);
        return;
      }
      facts.lots = lots([hit]);
      pack.querySelector('[name="plan-' + current.id + '"]').value = current.instead[hit];
      current.batches = [hit];
      say('scan_instead', 'yes', facts);
    }
    box(current).checked = true;
    current = null;
  }

  form.addEventListener('submit', function (event) {
    var text = asMeant(field.value),
      order = orderOf(text),
      ids = order ? [] : batchOf(text);
    if (!text) {
      event.preventDefault();
      return;
    }
    if (cfg.blocked.indexOf(text.toUpperCase()) >= 0) {
      say('scan_blocked', 'no', { number: text });
    } else if (order) {
      scanOrder(order);
    } else if (ids.length) {
      scanBatch(ids);
    } else if (/^SH20\d{6}-/i.test(text)) {
      return; // an order that is not on this page: the server opens it
    } else {
      say('scan_unknown', 'no', { text: text });
    }
    event.preventDefault();
    field.value = '';
    field.focus();
  });

  if (pack) {
    document.getElementById('choose').hidden = false;
    all.addEventListener('change', function () {
      [].forEach.call(pack.querySelectorAll('[name^="pick-"]'), function (one) {
        one.checked = all.checked;
      });
    });
    pack.addEventListener('change', function (event) {
      if (event.target !== all) {
        all.checked = false;
      }
    });
  }
  // Wherever else somebody taps, the next scan must not be lost.
  document.addEventListener('keydown', function (event) {
    var at = document.activeElement;
    if (
      event.key.length === 1 &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey &&
      at !== field &&
      event.key !== ' '
    ) {
      field.focus();
    }
  });
  if (window.matchMedia('(pointer:fine)').matches) {
    field.focus({ preventScroll: true });
  }
})();
