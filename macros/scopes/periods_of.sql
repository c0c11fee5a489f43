{% macro periods_of(date) -%}
    {#- The periods that a day is part of, as tuples of kind and first day for arrayJoin; they are rows of `int_periods`. -#}
    {%- set as_of = '(select as_of.' ~ '%s' ~ ' from ' ~ ref('int_as_of') ~ ' as as_of)' -%}
    {%- set last_date = as_of | replace('%s', 'last_complete_date') -%}
    arrayConcat(
        [('all', {{ as_of | replace('%s', 'first_date') }}), ('week', toMonday({{ date }})), ('month', toStartOfMonth({{ date }}))],
        {% for days in [7, 30, 90] -%}
            if(
                {{ date }} between {{ last_date }} - {{ days - 1 }} and {{ last_date }},
                [('last_{{ days }}d', {{ last_date }} - {{ days - 1 }})],
                []
            ){{ ',' if not loop.last }}
        {% endfor -%}
    )
{%- endmacro %}
