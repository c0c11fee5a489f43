{{ row_versions('claude_code', ['claude_code_lines']) }}
