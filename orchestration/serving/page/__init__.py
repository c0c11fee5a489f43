"""The page at ``/`` and the report: what is worth knowing, from the marts, as HTML."""
