{%- set fields = {
    'report_id': 'String',
    'report': 'String',
    'breakdown': 'String',
    'began_at': 'String',
    'provider': 'String',
    'model': 'String',
    'api_key_id': 'String',
    'user_id': 'String',
    'request_count': 'Nullable(String)',
    'input_tokens': 'Nullable(String)',
    'output_tokens': 'Nullable(String)',
    'cost_usd': 'Nullable(String)'
} -%}

with

records as (

    {{ visible_records('generic', 'generic_usage_reports') }}

),

parsed as (

    select
        load_order,
        {{ json_fields(fields) }} as fields,
        {{ parse_timestamp('fields.began_at') }} as logged_began_at,
        toDate(assumeNotNull(logged_began_at)) as report_date

    from records
    where logged_began_at is not null

),

-- A day that is reported by hours, or by other groups, is the same usage again: the last report of it counts.
dated as (

    select
        *,
        argMax(fields.breakdown, load_order) over (partition by fields.report, report_date) as last_breakdown
    from parsed

),

-- A result that is asked for again has grown.
latest as (

    select
        report_date,
        fields.report_id as report_id,
        {{ merged_copies(fields, 'result') }}
    from dated
    where fields.breakdown = last_breakdown
    group by report_date, report_id

)

select
    ----------  ids
    report_id,
    result.api_key_id as api_key_id,
    result.user_id as user_id,

    ----------  text
    result.report as report,
    result.provider as provider,
    result.model as model,

    ----------  numerics
    {{ parse_count('result.request_count') }} as request_count,
    {{ parse_count('result.input_tokens') }} as input_tokens,
    {{ parse_count('result.output_tokens') }} as output_tokens,
    {{ parse_money('result.cost_usd') }} as cost_usd,

    ----------  timestamps
    report_date

from latest
