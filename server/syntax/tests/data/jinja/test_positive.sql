{% test positive(model, column_name, or_zero=false) %}

{{ config(severity='warn', fail_calc='count(*)') }}

select {{ column_name }}
from {{ model }}
where {{ column_name }} {{ '<' if or_zero else '<=' }} 0

{% endtest %}

{% test row_count_matches(model, compare_model, tolerance=0.01) %}
with a as (select count(*) as n from {{ model }}),
b as (select count(*) as n from {{ compare_model }})
select a.n, b.n
from a cross join b
where abs(a.n - b.n) > {{ tolerance }} * b.n
{% endtest %}
