{% macro get_columns_like(relation, pattern) %}
    {% if not execute %}
        {{ return([]) }}
    {% endif %}

    {% set query %}
        select column_name
        from {{ relation.information_schema('columns') }}
        where table_name = '{{ relation.identifier }}'
          and column_name like '{{ pattern }}'
    {% endset %}

    {% set results = run_query(query) %}
    {% set names = [] %}
    {% for row in results.rows %}
        {% do names.append(row['column_name'] | lower) %}
    {% endfor %}
    {% if names | length == 0 %}
        {% do exceptions.raise_compiler_error("No column of " ~ relation ~ " is like " ~ pattern) %}
    {% endif %}
    {{ return(names) }}
{% endmacro %}
