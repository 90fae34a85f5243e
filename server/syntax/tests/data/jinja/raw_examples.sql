-- The bodies of this file show templates; they are not to be run.
{{ config(materialized='view') }}

{% raw %}
select '{{ not_a_ref }}' as example, '{% if %}' as other
{% endraw %}

union all

select name, body from {{ ref('seed_examples') }}
{%- raw -%} {{ neither }} {%- endraw -%}
