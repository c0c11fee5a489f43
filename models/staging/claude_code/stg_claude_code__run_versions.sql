with

records as (

    select
        _run_key,
        cityHash64('claude_code_lines', _load_id, _line_number) as row_hash
    from ({{ visible_records('claude_code', 'claude_code_lines') }})

)

-- A sum does not depend on the order of rows, and rows that come or go change it.
select
    _run_key as run_key,
    sum(row_hash) as row_version
from records
group by run_key
