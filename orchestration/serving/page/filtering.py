"""The reader's filters as conditions on the marts.

Every fact has the columns of the first filters, most of them those of experiments. Ratings and
successes are of a call, verdicts of QA of a run; other facts are filtered by the run they are of.
"""

from orchestration.serving.page.choice import NARROW_FILTERS, Choice

__all__ = [
    "DAILY_FILTER",
    "FACT_FILTER",
    "RUNNING_FILTER",
    "RUN_FILTER",
    "STARS",
    "TOKENS",
    "VARIANT",
    "daily_costs",
]

VARIANT = "if(experiment_name = '', variant, concat(experiment_name, ': ', variant))"
"""A variant, with its experiment: several have one of the same name."""
STARS = "toString(floor(rating + 0.5))"
"""The mean of a call's ratings, as a whole number of stars."""

DAILY_FILTER = """
    ({source:String} = '' or source = {source:String})
    and ({workflow:String} = '' or workflow_id = {workflow:String})
    and ({project:String} = '' or project = {project:String})
    and ({team:String} = '' or team_id = {team:String})
    and ({model:String} = '' or model = {model:String})
    and ({provider:String} = '' or provider = {provider:String})
    and ({environment:String} = '' or environment = {environment:String})
"""
"""On :func:`daily_costs`."""

_EXPERIMENT = f"""
    ({{variant:String}} = '' or {VARIANT} = {{variant:String}})
    and ({{training:String}} = '' or training_method = {{training:String}})
    and ({{widget:String}} = '' or is_widget = ({{widget:String}} = 'widget'))
"""
_JUDGED = f"""
    ({{rating:String}} = '' or has(splitByChar(',', {{rating:String}}), {STARS}))
    and ({{success:String}} = '' or is_success = ({{success:String}} = 'yes'))
"""
_CHECKED = """
    ({qa:String} = '' or run_id in (select run_id from run_analytics where qa_status = {qa:String}))
"""
_CALL_FILTER = f"{_EXPERIMENT} and {_JUDGED} and {_CHECKED}"
_OF_JUDGED_CALLS = f"""
    (({{rating:String}} = '' and {{success:String}} = '')
    or run_id in (select run_id from fct_calls where {_JUDGED}))
"""

FACT_FILTER = f"{DAILY_FILTER} and {_EXPERIMENT} and {_OF_JUDGED_CALLS} and {_CHECKED}"
"""On facts other than calls."""

_OF_RUNS = DAILY_FILTER.replace("or model =", "or primary_model =").replace(
    "or provider =", "or primary_provider ="
)
RUN_FILTER = f"""
    {_OF_RUNS}
    and ({{variant:String}} = '' or {VARIANT} = {{variant:String}})
    and ({{qa:String}} = '' or qa_status = {{qa:String}})
    and (
        ({{training:String}} = '' and {{widget:String}} = '' and {{rating:String}} = ''
        and {{success:String}} = '')
        or run_id in (select run_id from fct_calls where {_EXPERIMENT} and {_JUDGED})
    )
"""
"""On ``run_analytics``: runs with such a call."""

# It does not know the provider; of one nothing is shown.
RUNNING_FILTER = f"""
    {_OF_RUNS.replace("primary_provider = {provider:String}", "false")}
    and {{qa:String}} = ''
    and (
        ({{variant:String}} = '' and {{training:String}} = '' and {{widget:String}} = ''
        and {{rating:String}} = '' and {{success:String}} = '')
        or run_id in (select run_id from fct_calls where {_EXPERIMENT} and {_JUDGED})
    )
"""
"""On ``mart_running_runs``, which has no verdict of QA: a run that goes on was not checked."""

_TOKEN_COLUMNS = (
    "uncached_input_tokens",
    "cache_read_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "output_tokens",
)
TOKENS = f"sum({' + '.join(_TOKEN_COLUMNS)})"

# The columns of daily_costs that the page reads, of the calls that are left.
_DAILY_COSTS_OF_CALLS = f"""(
    select
        called_date as date, source, workflow_id, project, team_id, environment, provider, model,
        logged_call_count as call_count,
        {", ".join(f"ifNull(fct_calls.{name}, 0) as {name}" for name in _TOKEN_COLUMNS)},
        ifNull(fct_calls.cost_usd, toDecimal128(0, 12)) as cost_usd
    from fct_calls
    where {_CALL_FILTER}
)"""


def daily_costs(choice: Choice) -> str:
    """Return the table of what was spent: the mart, or the calls that narrow filters leave.

    Parameters
    ----------
    choice : Choice
        What the reader chose.
    """
    is_narrow = any(name in choice.filters for name in NARROW_FILTERS)
    return _DAILY_COSTS_OF_CALLS if is_narrow else "daily_costs"
