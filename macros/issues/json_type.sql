{% macro json_type(paths) -%}
    {#- The type of a tuple that holds the fields at dotted paths of a JSON object; `paths` gives each its own type. -#}
    {%- set names = [] -%}
    {%- for path in paths if path.split('.')[0] not in names -%}
        {%- do names.append(path.split('.')[0]) -%}
    {%- endfor -%}
    Tuple(
    {%- for name in names -%}
        {%- set below = {} -%}
        {%- for path, type in paths.items() if path.startswith(name ~ '.') -%}
            {%- do below.update({path[name | length + 1:]: type}) -%}
        {%- endfor -%}
        {{ name }} {{ json_type(below) if below else paths[name] }}{{ ', ' if not loop.last }}
    {%- endfor -%}
    )
{%- endmacro %}
