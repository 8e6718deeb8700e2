// What stands behind # never reaches the server, so the form carries on what a printed code said. ES5.
(function () {
  'use strict';
  var ways = document.querySelectorAll('#login, .top a');
  for (var i = 0; i < ways.length; i++) {
    var way = /** @type {any} */ (ways[i]);
    if (way.action) way.action += location.hash;
    else way.href += location.hash;
  }
})();
