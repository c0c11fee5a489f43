{{ config(materialized='view') }}

select
    {{ activity({
        'kind': 'run_failed', 'at': 'ended_at', 'subject': 'run_id', 'severity': "'warning'",
        'text': "concat('A run of ', workflow_id, ' failed')", 'link': "concat('/runs/', run_id)",
    }) }}
from {{ ref('run_analytics') }}
where status = 'failed'

union all

select
    if(alert_type = 'budget', 'budget_crossed', 'alert') as kind,
    first_seen_at as happened_at,
    multiIf(workflow_id != '', concat('workflow:', workflow_id), concat(subject_type, ':', subject_id)) as subject,
    message as text,
    severity,
    if(run_id = '', '', concat('/runs/', run_id)) as link
from {{ ref('mart_alerts') }}

union all

-- An insight of several windows is one.
select distinct
    {{ activity({'kind': 'insight', 'at': 'first_seen_date', 'subject': 'scope_id', 'text': 'title', 'severity': 'toString(severity)'}) }}
from {{ ref('mart_insights') }}
where is_shown

union all

select
    {{ activity({
        'kind': 'regression_opened', 'at': 'confirmed_date', 'subject': "concat('workflow:', workflow_id)",
        'text': 'explanation', 'severity': 'toString(severity)',
    }) }}
from {{ ref('mart_regression_episodes') }}

union all

select
    {{ activity({
        'kind': 'regression_closed', 'at': 'assumeNotNull(ended_date)', 'subject': "concat('workflow:', workflow_id)",
        'text': "concat(explanation, if(end_reason is null, '', concat(' (', coalesce(end_reason, ''), ')')))",
    }) }}
from {{ ref('mart_regression_episodes') }}
where ended_date is not null
