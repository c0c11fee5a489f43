{{ config(enabled='orchestrator' in var('sources')) }}

with

jobs as (

    select * from {{ ref('stg_orchestrator__jobs') }}

)

select
    'orchestrator' as source,
    jobs.job_id as run_key,
    {{ run_id("'orchestrator'", 'jobs.job_id') }} as job_id,
    if(jobs.run_id = '', '', {{ run_id("'orchestrator'", 'jobs.run_id') }}) as run_id,
    if(project != '', project, 'orchestrator') as workflow_id,
    project,
    status,
    error_message,
    queued_at,
    started_at,
    ended_at
from jobs
