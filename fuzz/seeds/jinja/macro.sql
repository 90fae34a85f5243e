{% macro cents(column, scale=2) -%}
  {%- set x = column ~ '_cents' -%}
  {{ return(adapter.dispatch('cents', 'utils')(x, scale)) }}
{%- endmacro %}
{% test positive(model, column_name) %}select * from {{ model }} where {{ column_name }} < 0{% endtest %}
{% materialization view2, adapter='duckdb' %}{% call statement('main') %}x{% endcall %}{{ return({'relations': []}) }}{% endmaterialization %}
{% raw %}{{ not parsed }}{% endraw %}
{% snapshot s %}{{ config(strategy='check', unique_key='id', check_cols=['a']) }}select 1 as id{% endsnapshot %}
