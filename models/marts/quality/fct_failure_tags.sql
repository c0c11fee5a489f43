{{ config(
    order_by='(evaluated_date, source, evaluation_id, failure_tag)',
    partition_by='toYYYYMM(evaluated_date)',
) }}

with

evaluations as (

    select * from {{ ref('fct_evaluations') }}
    where notEmpty(failure_tags)

),

answers as (

    select * from {{ ref('int_judged_answers') }}

),

-- Written in several ways, a tag is one: trimmed, in lower case, words joined by underscores.
tagged as (

    select
        * except (failure_tags),
        arrayJoin(arrayDistinct(arrayMap(
            tag -> (replaceRegexpAll(lowerUTF8(trimBoth(tag)), '[\\s\\-]+', '_'), tag),
            arrayFilter(tag -> trimBoth(tag) != '', failure_tags)
        ))) as tag
    from evaluations

)

select
    ----------  ids
    tagged.evaluation_id as evaluation_id,
    tagged.source as source,
    tagged.run_id as run_id,
    tagged.call_id as call_id,
    tagged.conversation_id as conversation_id,
    tagged.workflow_id as workflow_id,
    tagged.project as project,
    tagged.user_id as user_id,
    tagged.team_id as team_id,
    tagged.organization_id as organization_id,
    tagged.environment as environment,
    tagged.origin as origin,

    ----------  text
    tagged.tag.1 as failure_tag,
    tagged.tag.2 as logged_tag,
    tagged.evaluator as evaluator,
    tagged.evaluation_kind as evaluation_kind,
    tagged.model as model,
    tagged.provider as provider,
    tagged.training_method as training_method,
    tagged.experiment_name as experiment_name,
    tagged.variant as variant,
    answers.excerpt as excerpt,

    ----------  booleans
    toBool(coalesce(tagged.score < 1, true)) as is_failure,
    tagged.is_widget as is_widget,

    ----------  timestamps
    tagged.evaluated_at as evaluated_at,
    tagged.evaluated_date as evaluated_date

from tagged
left join answers
    on tagged.call_id = answers.call_id
-- Of one tag that was written in two ways the first counts.
order by logged_tag asc
limit 1 by evaluation_id, failure_tag
