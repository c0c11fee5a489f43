"""Whatever is sent, nothing outside is read, written, started or connected to."""

import http.server
import os
import random
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.serving.errors import QueryError
from orchestration.serving.lexer import read
from orchestration.serving.names import refused_functions
from serving.served import fill, serving

SECRET = "the-secret-of-the-watched-file"


class Watched:
    """A folder and a port that nobody may touch."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.file = folder / "secret.txt"
        self.file.write_text(f"{SECRET}\n")
        os.utime(self.file, ns=(1, 1))
        self.requests: list[str] = []
        watched = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                watched.requests.append(self.path)

            do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815 - http.server calls them so

            def log_message(self, *_):
                """Keep the test output quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_port

    def check(self, answer: str, statement: str) -> None:
        assert SECRET not in answer, statement
        assert list(self.folder.iterdir()) == [self.file], statement
        assert self.file.read_text() == f"{SECRET}\n", statement
        assert self.requests == [], statement


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("isolated")
    fill(home)
    with serving(home) as started:
        yield started


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    found = Watched(tmp_path_factory.mktemp("watched"))
    yield found
    found.server.shutdown()


def children(pid):
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return sorted(found)


def attacks(watched):
    """Return expressions and tables that would touch what is watched, if they ran."""
    file, port, out = watched.file, watched.port, watched.folder / "written"
    names = sorted(refused_functions())
    expressions = [f"{name}('{file}')" for name in names]
    expressions += [f"{name}('http://127.0.0.1:{port}/')" for name in names]
    expressions += ["1", "id", "word", "'a'", "count()", f"'{file}'"]
    tables = [f"{name}('{file}', 'LineAsString', 'line String')" for name in names]
    tables += [f"{name}('http://127.0.0.1:{port}/', 'CSV', 'a String')" for name in names]
    tables += ["types", "numbers(3)", f"(select '{file}' as c)", "system.users", "system.one"]
    endings = [
        "",
        f" into outfile '{out}'",
        f" into outfile '{out}' format CSV",
        f"; select 1 into outfile '{out}'",
        " settings readonly = 0",
        f" format TSV settings output_format_schema = '{out}'",
        " -- comment",
        " /* comment",
        " format Protobuf",
    ]
    return expressions, tables, endings


FORMS = (
    "select {e} from {t}{z}",
    "select * apply({n}) from {t}{z}",
    "select * apply(x -> {e}) from {t}{z}",
    "with {e} as x select x from {t}{z}",
    "with q as (select {e} from {t}) select * from q{z}",
    "select 1 where {e} != ''{z}",
    "select 1 union all select length({e}) from {t}{z}",
    "select arrayMap(x -> {e}, [1]) from {t}{z}",
    "select arrayMap({n}, ['{f}']), arraySort(({n}), ['{f}', '{f}']){z}",
    "select * apply(x -> arrayFirst({n}, [x])) from (select '{f}' as c){z}",
    "select * from {t} as a join {t} as b on {e} = 1{z}",
    "select number from numbers(2) order by {e}{z}",
    "select number from numbers(2) order by number with fill from length({e}){z}",
    "describe {t}{z}",
    "explain ast select {e} from {t}{z}",
    "explain select {e} from {t}{z}",
    "show tables where {e} != ''{z}",
    "show columns from types where {e} != ''{z}",
    "insert into function {t} select {e}{z}",
    "create table x engine = Memory as select {e} from {t}{z}",
    "select 1 in {t}{z}",
    "select {e}{z}",
)


def test_attacks_touch_nothing(server, watched):
    expressions, tables, endings = attacks(watched)
    chance = random.Random(11)
    assert server.ask("select 1").text == "1\n"
    before = children(server.process.pid)
    assert len(before) == 1, "the engine"
    workers = [children(pid) for pid in before]
    refused = 0
    for _ in range(1500):
        expression = chance.choice(expressions)
        statement = chance.choice(FORMS).format(
            e=_disguised(expression, chance),
            n=expression.partition("(")[0],
            f=watched.file,
            t=_disguised(chance.choice(tables), chance),
            z=chance.choice(endings),
        )
        answer = server.ask(statement, params={"max_execution_time": "2"})
        watched.check(answer.text, statement)
        refused += answer.status_code in (400, 403, 404)
    assert refused > 1000
    assert children(server.process.pid) == before, "no process was started, none ended"
    assert [children(pid) for pid in before] == workers


def _disguised(text, chance):
    """Write the same in another way."""
    way = chance.randrange(6)
    name, parenthesis, rest = text.partition("(")
    if not parenthesis or not name.replace("_", "").isalnum():
        return text
    ways = {
        0: text,
        1: f"{name.upper()}({rest}",
        2: f"`{name}`({rest}",
        3: f'"{name}" ({rest}',
        4: f"{name}/* */({rest}",
        5: f"{name} -- x\n({rest}",
    }
    return ways[way]


WORDS = """
select from where union all settings format CSV file file('x') into outfile 'x' {p:String} 1 a
"""
SIGNS = """ ( ) , ' " ` \\ -- /* */ ; # // $$ $a$ '' \\' `` = \u2018 \u00e9 """
PIECES = st.sampled_from([*WORDS.split(), *SIGNS.split(), " ", "\n", "\u00a0", "\x00"])


@given(st.lists(PIECES, max_size=20))
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_the_lexer_reads_is_read_again_alike(pieces):
    """What runs is put together from the tokens: reading that again changes nothing."""
    try:
        statement = read("".join(pieces))
    except QueryError:
        return
    again = read(statement.text) if statement.text else statement
    assert [token.text for token in again.tokens] == [token.text for token in statement.tokens]
    assert ";" not in [token.text for token in statement.tokens]


@given(st.lists(PIECES, max_size=12))
@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_text_is_answered_or_refused(server, watched, pieces):
    answer = server.ask("".join(pieces))
    assert answer.status_code < 600
    assert answer.status_code == 200 or answer.text.startswith("Code: ")
    watched.check(answer.text, "".join(pieces))


@given(st.binary(max_size=200))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_are_answered_or_refused(server, body):
    answer = server.http.post("/", content=body)
    assert answer.status_code == 200 or answer.text.startswith("Code: ")
