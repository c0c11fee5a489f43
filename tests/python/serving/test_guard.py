"""What is refused and what is answered, over HTTP on the real server."""

from pathlib import Path

import chdb

from orchestration.serving.names import TABLE_FUNCTIONS, is_allowed_function, refused_functions
from serving.statements import ANSWERED, REFUSED

REFUSING = (400, 403, 404)


def test_there_are_enough_statements():
    assert len(set(REFUSED)) >= 150
    assert len(set(ANSWERED)) >= 300


def test_hostile_statements_are_refused(served):
    answered = []
    for statement in REFUSED:
        answer = served.ask(statement)
        if answer.status_code not in REFUSING:
            answered.append(f"{answer.status_code} {statement}")
    assert not answered
    assert not Path("/tmp/tokenhouse_refused").exists()


def test_legitimate_statements_are_answered(served):
    refused = []
    for statement in ANSWERED:
        answer = served.ask(statement)
        if answer.status_code != 200:
            refused.append(f"{statement[:200]}\n    {answer.text[:300]}")
    assert not refused, "\n".join(refused)


def test_no_function_takes_a_refused_one_by_its_name(served):
    """As arrayMap(lower, ['A']) does; the engine says which functions take others."""
    takers = _names("select name from system.functions where higher_order")
    assert "arraymap" in takers
    for taker in takers:
        for sql in (
            f"select {taker}(file, ['/etc/hostname'])",
            f"select * apply(x -> {taker}(file, [x])) from (select '/etc/hostname')",
        ):
            assert served.ask(sql).status_code == 403, sql
    by_parameter = "select arrayMap({name:Identifier}, ['/etc/hostname'])"
    assert served.ask(by_parameter, params={"param_name": "file"}).status_code == 403
    for sql in (
        "select arrayMap(lower, ['A']), arrayMap(file -> upper(file), ['a'])",
        "select [url], array(url), arrayMap(x -> x || url, ['a']) from (select 'u' as url)",
    ):
        assert served.ask(sql).status_code == 200, sql


def test_every_function_of_the_engine_is_decided():
    """What a newer engine brings is refused until somebody has looked at it."""
    names = _names("select name from system.functions")
    tables = _names("select name from system.table_functions")
    refused = set(refused_functions())
    undecided = {name for name in names if not is_allowed_function(name)} - refused
    undecided |= tables - TABLE_FUNCTIONS - refused - {"null", "format"}
    assert not undecided, "put them into allowed_functions.txt, or refused_functions.csv"
    both = {name for name in refused if is_allowed_function(name)}
    assert not both


def test_refused_functions_have_a_reason():
    assert all(refused_functions().values())


def _names(sql):
    connection = chdb.connect(":memory:")
    try:
        text = connection.query(sql, "TSV").bytes().decode()
    finally:
        connection.close()
    return {name.lower() for name in text.split()}
