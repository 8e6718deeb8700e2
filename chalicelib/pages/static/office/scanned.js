// A batch's printed code leads to the page for the field, and who has none to the batch's own. ES5.
(function () {
  'use strict';
  var batch = /^#\/batches\/([0-9a-f-]{36})$/.exec(location.hash);
  if (batch) location.replace('/cadre/batches/' + batch[1] + location.search);
})();
