"""Ask a warehouse everything that people ask: commands, the page, endpoints, every mart."""

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.serving.endpoints import ENDPOINTS

__all__ = ["Answers", "ask_everything"]

TOKENHOUSE = str(Path(sys.executable).with_name("tokenhouse"))
WINDOWS = ("daily", "weekly", "monthly", "session", "window")
COMMANDS = (
    *(("usage", period, "--json") for period in WINDOWS),
    ("usage", "daily"),
    ("export", "--format", "json"),
    ("export", "--format", "csv"),
    ("export", "--format", "focus"),
    ("export", "--type", "chat"),
    ("doctor",),
)
PERIODS = ("7", "30", "90", "month", "all")
SECONDS = 120
TOTALS = (
    "select count(), uniqExact(run_id), toString(sum(cost_usd)) from fct_calls "
    "format JSONCompactEachRow"
)
TABLES = "select name from system.tables where database = 'marts' order by name format TSV"


@dataclass
class Answers:
    """What a warehouse holds, and what it could not answer.

    Attributes
    ----------
    calls, runs : int
        Model calls and their runs.
    cost : str or None
        US dollars; None if that of no call is known.
    asked : int
        Questions.
    problems : list of str
        Those without a proper answer, with what was answered instead.
    files : int
        Log files.
    """

    calls: int = 0
    runs: int = 0
    cost: str | None = None
    asked: int = 0
    problems: list[str] = field(default_factory=list)
    files: int = 0


def ask_everything(home: Path) -> Answers:
    """Ask, and return what was answered.

    Parameters
    ----------
    home : Path
        Of a warehouse that was built.
    """
    answers = Answers()
    environment = {"TOKENHOUSE_HOME": str(home)}
    for command in (*COMMANDS, ("report", "--output", str(home / "report.html"))):
        # In this process: to start one takes longer than most answers.
        done = CliRunner(env=environment).invoke(main, command)
        answers.asked += 1
        is_json = "--json" in command or "json" in command or "chat" in command
        if done.exit_code or not done.stdout.strip() or (is_json and not _is_json(done.stdout)):
            said = f"{done.exit_code} {done.exception!r} {done.stderr[-300:]!r}"
            answers.problems.append(f"{' '.join(command)}: {said}")
    process = subprocess.Popen(
        [TOKENHOUSE, "serve", "--port", "0"],
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        found = (re.search(r"http://\S+/", line) for line in process.stderr)
        url = next(match[0] for match in found if match)
        with httpx.Client(base_url=url, timeout=SECONDS) as client:
            _ask_server(client, answers)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()
    return answers


def _ask_server(client: httpx.Client, answers: Answers) -> None:
    """Ask the totals, every mart, the page for each period, and every endpoint."""
    totals = client.post("/", content=TOTALS)
    _check(totals, "totals", answers)
    if totals.status_code != 200:
        # Nothing was published: the build failed, and says why.
        return
    answers.calls, answers.runs, answers.cost = json.loads(totals.text)
    for table in client.post("/", content=TABLES).text.split():
        _check(client.post("/", content=f"select * from {table} format Null"), table, answers)
    for period in PERIODS:
        page = client.get("/", params={"period": period}, headers={"Accept": "text/html"})
        _check(page, f"page, {period}", answers)
    for endpoint in ENDPOINTS:
        if "{" not in endpoint.path:
            _check(client.get(endpoint.path), endpoint.path, answers)


def _check(answer: httpx.Response, what: str, answers: Answers) -> None:
    answers.asked += 1
    if answer.status_code != 200 or "Traceback" in answer.text:
        answers.problems.append(f"{what}: {answer.status_code} {answer.text[:300]!r}")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
