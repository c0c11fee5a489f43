{% macro held_since(dates, other_dates) -%}
    {#- The first of days that are looked at from which something holds without a break, given those on which it does not; 1970-01-01 without one. -#}
    arrayReduce('min', arrayFilter(day -> day > arrayReduce('max', {{ other_dates }}), {{ dates }}))
{%- endmacro %}
