{{ row_versions('generic', ['generic_calls', 'generic_runs']) }}
