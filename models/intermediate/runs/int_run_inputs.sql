{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='run_id',
) }}

with

changed_runs as (

    {{ changed_run_versions() }}

),

runs as (

    select * from {{ ref('int_runs__unioned') }}
    where (source, run_key) in (
        select
            changed_runs.source,
            changed_runs.run_key
        from changed_runs
    )

),

measured_inputs as (

    select
        run_id,
        source,
        run_key,
        run_version,
        input_text,
        {{ read_json('input_text') }} as parsed_text,
        {{ last_of_keys('parsed_text') }} as json_text,
        -- Where the text was not logged, its logged size counts.
        if(input_text = '', coalesce(logged_input_chars, 0), lengthUTF8(input_text)) as input_chars,
        intDiv(input_chars, 4) as estimated_tokens,
        -- The documents' parser refuses a byte-order mark.
        isValidJSON(json_text) and not startsWith(input_text, char(239, 187, 191)) as is_json,

        -- ClickHouse cannot recurse into JSON, but nesting can be read off its brackets alone:
        -- strings go first, then empty containers, which nest nothing and hold nothing (R020).
        if(
            is_json,
            replaceRegexpAll(
                replaceRegexpAll(
                    replaceRegexpAll(json_text, '"(?:[^"\\\\]|\\\\.)*"', 's'),
                    '\\{\\s*\\}|\\[\\s*\\]', 's'
                ),
                '[^\\[\\]{},]+', ''
            ),
            ''
        ) as brackets

    from runs

),

nested_inputs as (

    select
        *,
        splitByString('', brackets) as marks,
        arrayCumSum(
            mark -> multiIf(mark in ('[', '{'), 1, mark in (']', '}'), -1, 0),
            marks
        ) as depths,
        arrayMax(depths) as json_depth,

        -- A list has one item more than commas. Sorted by depth, then place, the opening bracket
        -- before a comma is the one that encloses it.
        arraySort(
            item -> (item.2, item.3),
            arrayFilter(item -> item.1 in ('[', '{', ','), arrayZip(marks, depths, arrayEnumerate(marks)))
        ) as openings_and_commas,
        arrayFill(mark -> mark != ',', arrayMap(item -> item.1, openings_and_commas)) as enclosing_marks,
        countEqual(marks, '[')
        + arrayCount(
            (item, enclosing) -> item.1 = ',' and enclosing = '[',
            openings_and_commas,
            enclosing_marks
        ) as array_items

    from measured_inputs

),

scored_inputs as (

    select
        *,
        if(input_chars = 0, 0.0, least(1.0, {{ input_complexity_score() }})) as complexity_score
    from nested_inputs

)

select
    run_id,
    source,
    run_key,
    run_version,
    input_chars,
    estimated_tokens as input_estimated_tokens,
    toUInt32(json_depth) as input_json_depth,
    toUInt64(array_items) as input_array_items,
    complexity_score as input_complexity_score,
    {{ input_category_by_chars('input_chars') }} as input_category_by_chars,
    {{ input_category_by_score('complexity_score') }} as input_category_by_score,
    {{ 'input_category_by_chars' if var('input_category_method') == 'chars' else 'input_category_by_score' }} as input_category,
    if(
        input_text = '',
        'empty',
        -- Text that is no JSON has the shape of {}, as document B parses it.
        {{ input_fingerprint("if(is_json, json_text, '{}')", 'json_depth') }}
    ) as input_fingerprint
from scored_inputs
