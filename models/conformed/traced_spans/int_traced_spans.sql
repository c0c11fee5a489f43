{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(source, run_key, span_id)',
) }}

{{ union_of_sources('traced_spans') }}
