// A saved reply goes into the message that was touched last, without a reload; else the link does it.
(function () {
  var list = document.getElementById('replies'),
    last = document.getElementById('s-message');
  document.addEventListener('focusin', function (event) {
    if (event.target.name === 'message') {
      last = event.target;
    }
  });
  list.addEventListener('click', function (event) {
    var link = event.target;
    while (link !== list && link.tagName !== 'A') {
      link = link.parentNode;
    }
    if (link === list) {
      return;
    }
    event.preventDefault();
    last.value = link.getAttribute('data-text');
    last.focus();
  });
})();
