{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='run_id',
) }}

{{ union_of_sources('calls') }}
