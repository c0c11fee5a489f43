{% macro scopes_of() -%}
    {#-
        Everything that a row is counted under, as tuples for arrayJoin: kind and key of the scope, and the
        place among the row's tags. Of tags only the first place is 1; all other scopes are 1.
    -#}
    arrayConcat(
        [
            ('total', '', 1),
            ('source', source, 1),
            ('organization', organization_id, 1),
            ('team', team_id, 1),
            ('project', project, 1),
            ('workflow', workflow_id, 1),
            ('environment', environment, 1),
            ('channel', channel, 1),
            ('mode', mode, 1),
            ('user', user_id, 1)
        ],
        arrayMap(model -> ('model', model, 1), models),
        arrayMap(provider -> ('provider', provider, 1), providers),
        arrayMap(api_key -> ('api_key', api_key, 1), api_keys),
        arrayMap(training_method -> ('training_method', training_method, 1), training_methods),
        arrayMap((tag, place) -> ('tag', tag, place), tags, arrayEnumerate(tags))
    )
{%- endmacro %}
