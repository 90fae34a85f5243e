{% macro audit_columns(prefix='', include_hash=true) %}
    {{ prefix }}loaded_at,
    {{ prefix }}loaded_by,
    '{{ invocation_id }}' as dbt_run,
    {% if include_hash %}
    {{ dbt.hash(dbt.concat(["'" ~ prefix ~ "'", "loaded_by"])) }} as row_hash,
    {% endif %}
    {{ dbt.current_timestamp() }} as transformed_at
{% endmacro %}


{% macro cents_to_euros(column_name, scale=2) -%}
    ({{ column_name }} / 100)::numeric(16, {{ scale }})
{%- endmacro %}
