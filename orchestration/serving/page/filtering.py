"""The reader's filters as conditions on the marts."""

__all__ = ["DAILY_FILTER", "RUNNING_FILTER", "RUN_FILTER", "TOKENS"]

DAILY_FILTER = """
    ({source:String} = '' or source = {source:String})
    and ({workflow:String} = '' or workflow_id = {workflow:String})
    and ({project:String} = '' or project = {project:String})
    and ({team:String} = '' or team_id = {team:String})
    and ({model:String} = '' or model = {model:String})
    and ({provider:String} = '' or provider = {provider:String})
    and ({environment:String} = '' or environment = {environment:String})
"""
"""On ``daily_costs``, and on facts of the same columns."""

RUN_FILTER = """
    ({source:String} = '' or source = {source:String})
    and ({workflow:String} = '' or workflow_id = {workflow:String})
    and ({project:String} = '' or project = {project:String})
    and ({team:String} = '' or team_id = {team:String})
    and ({model:String} = '' or primary_model = {model:String})
    and ({provider:String} = '' or primary_provider = {provider:String})
    and ({environment:String} = '' or environment = {environment:String})
"""
"""On ``run_analytics``."""

RUNNING_FILTER = RUN_FILTER.replace("primary_provider = {provider:String}", "false")
"""On ``mart_running_runs``, which does not know the provider: of one nothing is shown."""

TOKENS = (
    "sum(uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens "
    "+ cache_write_1h_tokens + output_tokens)"
)
