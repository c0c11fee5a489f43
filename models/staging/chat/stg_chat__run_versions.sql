{{ config(enabled='chat' in var('sources')) }}

{{ row_versions('chat', [
    'chat_messages',
    'chat_conversations',
    'chat_evaluations',
    'chat_judgments',
    'chat_models',
    'chat_traces',
]) }}
