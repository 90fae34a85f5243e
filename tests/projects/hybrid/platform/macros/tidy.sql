{% macro tidy_category(column) %}lower(trim({{ column }})){% endmacro %}

{# Every custom schema sits under the schema of the target. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {%- if custom_schema_name is none -%}{{ target.schema }}
  {%- else -%}{{ target.schema }}_{{ custom_schema_name | trim }}
  {%- endif -%}
{%- endmacro %}
