{% macro normal_model_name(name) -%}
    {#-
        A model's name as all makers and clouds would write it: without a cloud's regions, maker and
        version around it, with dashes for dots and @, and Claude's family before its version.
    -#}
    {%- set without_region = "replaceRegexpOne(" ~ name ~ ", '" ~ var('model_name_region') ~ "', '')" -%}
    replaceRegexpOne(
        translate(
            if(
                match({{ without_region }}, '{{ var("model_name_maker") }}'),
                replaceRegexpOne(
                    replaceRegexpOne({{ without_region }}, '{{ var("model_name_maker") }}', ''),
                    '{{ var("model_name_version") }}',
                    ''
                ),
                {{ without_region }}
            ),
            '.@',
            '--'
        ),
        '^claude-(\\d+(?:-\\d+)?)-(opus|sonnet|haiku)',
        'claude-\\2-\\1'
    )
{%- endmacro %}
