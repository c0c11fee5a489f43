{% macro otel_facts(attributes) -%}
    {#-
        What a record's attributes say of it, without what people said, as a map of texts: members of those
        attributes that hold JSON have their name behind the attribute's (`mlflow.chat.tokenUsage.input_tokens`).
        MLflow writes every value as JSON, names in quotes too.
    -#}
    {#- Attributes that hold JSON, and the member that is wanted of each; '' for all. -#}
    {%- set holders = [
        ('mlflow.chat.tokenUsage', ''),
        ('mlflow.llm.cost', ''),
        ('langfuse.observation.usage_details', ''),
        ('langfuse.observation.cost_details', ''),
        ('ai.response.providerMetadata', ''),
        ('gen_ai.usage.raw', ''),
        ('gcp.vertex.agent.llm_response', 'usage_metadata'),
        ('gcp.vertex.agent.llm_response', 'usageMetadata'),
        ('genkit:output', 'usage'),
        ('response_data', 'usage')
    ] -%}
    {%- set held = 'if(holder.2 = \'\', ' ~ attributes ~ '[holder.1], JSONExtractRaw(' ~ attributes ~ '[holder.1], holder.2))' -%}
    cast(
        arrayConcat(
            arrayMap(
                pair -> (
                    pair.1,
                    if(startsWith(pair.1, 'mlflow.') and startsWith(pair.2, '"'), JSONExtractString(pair.2), pair.2)
                ),
                arrayFilter(
                    pair -> not match(pair.1, '{{ var("otel_content_attributes") }}'),
                    cast({{ attributes }}, 'Array(Tuple(String, String))')
                )
            ),
            arrayFlatten(arrayMap(
                holder -> arrayMap(
                    pair -> (concat(holder.1, '.', pair.1), pair.2),
                    cast({{ json_as_attributes(held, levels=3) }}, 'Array(Tuple(String, String))')
                ),
                arrayFilter(
                    holder -> {{ attributes }}[holder.1] != '',
                    [{% for name, member in holders %}('{{ name }}', '{{ member }}'){{ ', ' if not loop.last }}{% endfor %}]
                )
            ))
        ),
        'Map(String, String)'
    )
{%- endmacro %}
