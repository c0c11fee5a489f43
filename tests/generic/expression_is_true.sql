{% test expression_is_true(model, expression) %}
{#- Fails for every row for which the expression is false or unknown. -#}
select *
from {{ model }}
where not coalesce(toBool({{ expression }}), false)
{% endtest %}
