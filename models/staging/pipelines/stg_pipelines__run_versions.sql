{{ config(enabled='pipelines' in var('sources')) }}

{{ row_versions('pipelines', ['pipeline_executions']) }}
