{% macro grant_usage(schemas, roles=['reporter', 'analyst']) %}
  {% if execute and target.name in ('prod', 'ci') %}
    {% for schema in schemas %}
      {% for role in roles %}
        {% set sql %}
          grant usage on schema {{ schema }} to role {{ role }};
          grant select on all tables in schema {{ schema }} to role {{ role }};
        {% endset %}
        {% do run_query(sql) %}
        {% do log("granted " ~ schema ~ " to " ~ role, info=True) %}
      {% endfor %}
    {% endfor %}
  {% else %}
    {% do log("no grants in " ~ target.name) %}
  {% endif %}
{% endmacro %}

{% macro drop_old(schema=target.schema, dry_run=true) %}
  {%- set relations = dbt_utils.get_relations_by_pattern(schema, '%_old') -%}
  {%- for relation in relations -%}
    {%- if dry_run -%}
      {{ log('would drop ' ~ relation, info=true) }}
    {%- else -%}
      {% do adapter.drop_relation(relation) %}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}
