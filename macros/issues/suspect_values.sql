{% macro suspect_values(declared) -%}
    {#-
        The values of a record's `fields` that may be outside their domain, as triples of path, kind and text. Quick, because
        nearly every record has none; `data_issue_rule` then tells those that are written in an unusual way.
    -#}
    {%- set times = var('plausible_times') -%}
    {%- set parts = [] -%}
    {%- for kind, bounds in var('value_domains').items() if kind in declared -%}
        {%- set within = 'toFloat64OrNull(field.3) between ' ~ bounds.min ~ ' and ' ~ bounds.max -%}
        {%- do parts.append(filtered_values(declared[kind], kind, within)) -%}
        {%- endfor -%}
    {%- for kind, units in {'time': none, 'clock': none, 'clock_s': 1, 'clock_ms': 1000, 'clock_ns': 1000000000, 'time_ns': 1000000000}.items() if kind in declared -%}
        {%- do parts.append(filtered_values(declared[kind], kind, moment_within('field.3', units))) -%}
    {%- endfor -%}
    {%- for kind, names in declared.get('attributes', {}).items() -%}
        {%- set bounds = var('value_domains')[kind] -%}
        {%- set keys = [] -%}
        {%- for name in names -%}{%- do keys.append(name | replace('coding_agent.', '')) -%}{%- endfor -%}
        {%- do parts.append(
            "arrayFilter(field -> not ifNull(toFloat64OrNull(field.3) between " ~ bounds.min ~ " and " ~ bounds.max ~ ", false) and field.3 != '', "
            ~ "arrayMap(pair -> (pair.key, '" ~ kind ~ "', trimBoth(JSONExtractKeysAndValuesRaw(pair.value)[1].2, '" ~ '"' ~ "')), "
            ~ "arrayFilter(pair -> pair.key in ('" ~ keys | unique | join("', '") ~ "'), fields.item.attributes)))"
        ) -%}
    {%- endfor -%}
    {%- if 'dropped' in declared -%}
        {%- do parts.append("arrayMap(found -> (found.key, 'dropped', found.value), fields.dropped)") -%}
    {%- endif -%}
    {%- for start, end in declared.get('ends', []) -%}
        {%- do parts.append(
            "if(" ~ read_timestamp('fields.' ~ end) ~ " < " ~ read_timestamp('fields.' ~ start) ~ ", [('" ~ end ~ "', 'end', fields." ~ end ~ ")], [])"
        ) -%}
    {%- endfor -%}
    {%- for start, end in declared.get('ends_ns', []) -%}
        {%- do parts.append(
            "if(toInt64OrZero(fields." ~ end ~ ") between 1 and toInt64OrZero(fields." ~ start ~ ") - 1, [('" ~ end ~ "', 'end_ns', fields." ~ end ~ ")], [])"
        ) -%}
    {%- endfor -%}
    arrayConcat({{ parts | join(', ') }})
{%- endmacro %}
