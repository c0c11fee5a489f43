with

records as (

    select
        _run_key,
        cityHash64('generic_calls', _load_id, _line_number) as row_hash
    from ({{ visible_records('generic', 'generic_calls') }})

    union all

    select
        _run_key,
        cityHash64('generic_runs', _load_id, _line_number) as row_hash
    from ({{ visible_records('generic', 'generic_runs') }})

)

-- A sum does not depend on the order of rows, and rows that come or go change it.
select
    _run_key as run_key,
    sum(row_hash) as row_version
from records
group by run_key
