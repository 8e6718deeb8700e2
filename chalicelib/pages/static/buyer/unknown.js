(function () {
  var form = document.getElementById('find');
  form.addEventListener('submit', function (event) {
    var code = form.elements.code.value.replace(/[\s-]/g, '');
    if (!code) return;
    event.preventDefault();
    location.href = '/t/' + encodeURIComponent(code) + location.search;
  });
})();
