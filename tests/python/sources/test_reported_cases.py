"""Small inputs after public reports of wrong counts: one warehouse, values worked out by hand."""

from collections import Counter, defaultdict

import pytest

from sources import reported_agents, reported_spans, reported_traces
from warehouses import Warehouse

CASES = (*reported_agents.CASES, *reported_spans.CASES, *reported_traces.CASES)
SOURCES = "{sources: [claude_code, codex, generic, otel, langfuse, litellm]}"
CALLS = """
    select
        run_id, input_tokens, cache_read_tokens,
        cache_write_5m_tokens + cache_write_1h_tokens as cache_write_tokens, output_tokens, cost_usd
    from marts.fct_calls
"""


@pytest.fixture(scope="module")
def cases(warehouses, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reported")
    expected = {case.__name__: case(folder / case.__name__) for case in CASES}
    warehouse = Warehouse(warehouses / "reported", folder)
    warehouse.load(folder)
    warehouse.build("--vars", SOURCES, "--select", "+fct_calls")
    found = defaultdict(list)
    for row in warehouse.rows(CALLS):
        run, *counts = row.values()
        found[run].append(tuple(counts))
    return expected, found


@pytest.mark.parametrize("name", [case.__name__ for case in CASES])
def test_a_reported_case_is_right(cases, name):
    """R003: every call once, every token priced, as worked out by hand."""
    expected, found = cases
    for run, calls in expected[name].items():
        measured = [call for key, given in found.items() if key.endswith(run) for call in given]
        assert Counter(_known(call) for call in measured) == Counter(map(_known, calls)), run


def test_nothing_else_is_a_call(cases):
    expected, found = cases
    count = sum(len(calls) for runs in expected.values() for calls in runs.values())
    assert sum(map(len, found.values())) == count


def _known(call: tuple) -> tuple:
    """Return a call whose cached tokens are 0 where nothing says that there are any."""
    sent, read, wrote, *rest = call
    return sent, read or 0, wrote or 0, *rest
