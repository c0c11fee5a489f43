{{ config(enabled='orchestrator' in var('sources')) }}

with

runs as (

    select * from {{ ref('stg_orchestrator__runs') }}

)

-- A run whose quality checks did not run has a row too: document C counts it (R047).
select
    'orchestrator' as source,
    runs.run_id as run_key,
    {{ run_id("'orchestrator'", joined_id(['runs.run_id', "'qa'"])) }} as evaluation_id,
    {{ run_id("'orchestrator'", 'runs.run_id') }} as run_id,
    'qa_status' as evaluation_kind,
    'qa' as evaluation_name,
    multiIf(
        qa_status = 'passed', 1.0,
        qa_status = 'warning', 0.5,
        qa_status = 'failed', 0.0,
        null
    ) as score,
    qa_status as label,
    coalesce(ended_at, started_at) as evaluated_at
from runs
