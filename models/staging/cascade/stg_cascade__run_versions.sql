{{ row_versions('cascade', ['unified_logs', 'cascade_sessions']) }}
