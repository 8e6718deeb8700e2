// What a scanned code means among the orders and lots of the page. ES5.

/** @param {PackingConfig} cfg */
function packingCodes(cfg) {
  /** @param {string} text */
  function orderOf(text) {
    var number = text.toUpperCase();
    return cfg.orders.filter(function (order) {
      return order.number === number;
    })[0];
  }

  /** @param {string} lot */
  function withLot(lot) {
    return Object.keys(cfg.lots).filter(function (id) {
      return cfg.lots[id] === lot;
    });
  }

  /** In another case only where no second lot could be meant. @param {string} lot */
  function alike(lot) {
    /** @type {{ [lot: string]: boolean }} */
    var known = {};
    Object.keys(cfg.lots).forEach(function (id) {
      if (cfg.lots[id].toLowerCase() === lot.toLowerCase()) known[cfg.lots[id]] = true;
    });
    var names = Object.keys(known);
    return names.length === 1 ? withLot(names[0]) : [];
  }

  /** The lot in a link (GS1 Digital Link, /10/), or the text itself. @param {string} text */
  function lotIn(text) {
    var linked = /\/10\/([^/?#]+)/.exec(text);
    if (!linked) return text;
    try {
      return decodeURIComponent(linked[1]);
    } catch (error) {
      return linked[1];
    }
  }

  /** @param {string} text */
  function batchesOf(text) {
    var id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i.exec(text);
    if (id && cfg.lots[id[0].toLowerCase()]) return [id[0].toLowerCase()];
    var exact = withLot(text); // a lot may hold what looks like an address
    if (exact.length) return exact;
    var lot = lotIn(text);
    exact = withLot(lot);
    return exact.length ? exact : alike(lot);
  }

  /** Whether it looks like a parcel's code, or the address on its label. @param {string} text */
  function isParcel(text) {
    var linked = /\/(?:t|21)\/([^/?#]+)/i.exec(text);
    return /^[\da-z]{13}$/i.test((linked ? linked[1] : text).replace(/[\s-]/g, ''));
  }

  return { orderOf: orderOf, batchesOf: batchesOf, isParcel: isParcel };
}
