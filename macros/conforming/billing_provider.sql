{% macro billing_provider(name) -%}
    {#- The price book's name of who bills, from the names that libraries and conventions have for a provider. -#}
    transform(
        lower({{ name }}),
        {%- set names = {
            'gcp.gen_ai': 'google',
            'gcp.gemini': 'google',
            'gemini': 'google',
            'google_genai': 'google',
            'google_generativeai': 'google',
            'gcp.vertex_ai': 'vertex_ai',
            'vertexai': 'vertex_ai',
            'az.ai.inference': 'azure',
            'az.ai.openai': 'azure',
            'azure.ai.inference': 'azure',
            'azure.ai.openai': 'azure',
            'azure_openai': 'azure',
            'azure_ai_inference': 'azure',
            'aws': 'bedrock',
            'aws.bedrock': 'bedrock',
            'aws_bedrock': 'bedrock',
            'amazon_bedrock': 'bedrock',
            'bedrock_converse': 'bedrock',
            'mistral_ai': 'mistral',
            'mistralai': 'mistral',
            'x_ai': 'xai',
            'moonshot_ai': 'moonshot',
            'ibm.watsonx.ai': 'watsonx'
        } %}
        ['{{ names.keys() | join("', '") }}'],
        ['{{ names.values() | join("', '") }}'],
        lower({{ name }})
    )
{%- endmacro %}
