{{ config(enabled='codex' in var('sources')) }}

{{ row_versions('codex', ['codex_lines'], is_rewritten=true) }}
