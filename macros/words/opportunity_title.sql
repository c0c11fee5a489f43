{% macro opportunity_title() -%}
    {#- An opportunity's title, over the columns of `mart_opportunities`. -#}
    if(
        opportunity_type = 'model_downgrade',
        concat('Switch from ', model, ' to ', advised_model, if(step_name = '', '', concat(' for step ', step_name))),
        concat({{ dollars('potential_savings_usd') }}, transform(
            toString(opportunity_type),
            [
                'reliability', 'prompt_caching', 'oversized_tool_results', 'retry_loop', 'repeated_prompt', 'cut_output',
                'unread_cache_write', 'abandoned_run', 'empty_sub_agent'
            ],
            [
                ' could be saved by fewer failures', ' could be saved by prompt caching', ' could be saved on oversized tool results',
                ' went to retry loops', ' went to prompts repeated within the hour', ' went to answers that were cut and asked for again',
                ' went to cache writes that nobody read', ' went to abandoned runs', ' went to sub-agents that returned nothing'
            ],
            ' could be saved'
        ))
    )
{%- endmacro %}
