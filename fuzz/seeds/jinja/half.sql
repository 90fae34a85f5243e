select * from {{ ref('
from {{ ref("platform", }}
{% if x %} {% set y = [1, {'a': none}, 'b' ] | map('upper')
{{ a if b else c.d[1:2](k=v, *args) is not none and 'é😀' in e }}
{# never closed

{% endfor %}{{ config(a=
