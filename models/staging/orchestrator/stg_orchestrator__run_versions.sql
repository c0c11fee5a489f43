{{ config(enabled='orchestrator' in var('sources')) }}

{{ row_versions('orchestrator', ['orchestrator_runs', 'orchestrator_jobs']) }}
