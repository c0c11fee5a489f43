{% macro scope_dimensions() -%}
    {#- The columns that scopes_of reads. -#}
    {{- return([
        'source', 'organization_id', 'team_id', 'project', 'workflow_id', 'environment', 'channel', 'mode', 'user_id',
        'models', 'providers', 'api_keys', 'training_methods', 'tags',
    ]) -}}
{%- endmacro %}
