// {{ version }}
var cache = 'field-{{ version }}', page = '{{ path }}', files = {{ files|safe }};
{% include "office/keeping.js" %}
