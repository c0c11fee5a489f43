"""Run all cases of a folder and print what is right and what came out.

python tests/benchmarks/check_cases.py ../shared/cases/agents ../shared/cases/observability
python tests/benchmarks/check_cases.py ../shared/cases/agents --only codex_priority_tier

A case is a folder of logs. The right values stand in the table of the README next to the cases'
folder ("3 calls, 0.060725 USD", "50,000 in / 2,700 out"), in case_answers.py, and in a file
`expected.csv` of the case with the cost of each model and provider. Cases share warehouses as far
as no two hold the same run. Exits with 1 if a case is wrong, or has no right value to compare.
"""

import argparse
import csv
import os
import re
import subprocess
import sys
import tempfile
from decimal import Decimal, InvalidOperation
from pathlib import Path

from case_answers import ANSWERS, CALLS, COST, Answer, Check
from orchestration.errors import UserError
from orchestration.loading import FileReport, load
from orchestration.loading.rows import sql_text
from orchestration.warehouse.client import connect

MODELS = ("fct_calls", "run_analytics", "mart_merged_calls", "mart_gateway_reconciliation")
PLACES = Decimal("1e-6")
MESSAGE_CHARS = 200
TABLE_ROW = re.compile(r"^\| `(\w+)` \| .* \| (.*?) \|$", re.M)
LISTED_COSTS = "expected.csv"
# Of calls under one name the smallest: larger ones ask for prices by size.
COST_OF_NAME = (
    "select min(cost_usd) from {calls} where call_id in (select call_id from "
    "conformed.int_calls__unioned where model = {model} and provider = {provider})"
)
TOKENS = re.compile(r"([\d,]+) in / ([\d,]+) out")


def right_values(text: str) -> list[Check]:
    """Return what a cell of the README's table says of calls, tokens and dollars."""
    checks = []
    if calls := re.search(r"([\d,]+) calls?\b", text):
        checks.append(Check("calls", CALLS, calls[1].replace(",", "")))
    if dollars := re.search(r"([\d.,]*\d) USD", text):
        checks.append(Check("USD", COST, dollars[1].replace(",", "")))
    if tokens := TOKENS.search(text):
        for what, column, value in zip(
            ("in", "out"), ("input_tokens", "output_tokens"), tokens.groups(), strict=True
        ):
            sql = f"select sum({column}) from {{calls}}"
            checks.append(Check(what, sql, value.replace(",", "")))
    return checks


def listed_costs(folder: Path) -> list[Check]:
    """Return the costs that a case lists by model and provider, each of them a check."""
    path = folder / LISTED_COSTS
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Check(
                f"{row['model']} {row['provider']}".strip(),
                COST_OF_NAME.format(
                    calls="{calls}",
                    model=sql_text(row["model"]),
                    provider=sql_text(row["provider"]),
                ),
                row["cost_usd"],
            )
            for row in csv.DictReader(file)
        ]


def checks_of(case: str, text: str, folder: Path) -> list[Check]:
    """Return all checks of a case; its own answer comes before the README's."""
    own = ANSWERS.get(case, Answer()).checks
    named = {check.what for check in own}
    read = [check for check in right_values(text) if check.what not in named]
    return [*read, *own, *listed_costs(folder)]


def load_case(folder: Path, case: str) -> list[FileReport]:
    """Load a case's folder, and return what became of its files."""
    try:
        return load([folder], **ANSWERS.get(case, Answer()).options).files
    except UserError as error:
        return [FileReport(str(folder), "failed", message=str(error))]


def run_keys(client, folder: Path) -> set[str]:
    """Return the keys of the runs that the files below a folder brought."""
    tables = client.query(
        "select table from system.columns where database = 'raw' "
        "group by table having has(groupArray(name), '_run_key')"
    ).result_rows
    below = sql_text(f"{folder.resolve()}/")
    return {
        key
        for (table,) in tables
        for (key,) in client.query(
            f"select distinct _run_key from raw.{table} where startsWith(_source_file, {below})"
        ).result_rows
    }


def share_out(cases: dict[str, Path], home: Path) -> list[list[str]]:
    """Return the cases in groups of which no two hold the same run; as loaded into one home."""
    os.environ["TOKENHOUSE_HOME"] = str(home)
    for case, folder in cases.items():
        load_case(folder, case)
    groups: list[tuple[list[str], set[str]]] = []
    with connect() as client:
        for case, folder in cases.items():
            keys = run_keys(client, folder)
            for names, taken in groups:
                if not keys & taken:
                    names.append(case)
                    taken.update(keys)
                    break
            else:
                groups.append(([case], keys))
    return [names for names, _ in groups]


def sql_of(check: Check, keys: set[str], files: list[FileReport]) -> str:
    """Return a check's query, over the case's own rows."""
    own = f"run_key in ({', '.join(map(sql_text, sorted(keys))) or sql_text('')})"
    calls = f"select call_id from conformed.int_calls__unioned where {own}"
    runs = f"select run_id from conformed.int_runs__unioned where {own}"
    rows = ", ".join(
        "({})".format(", ".join(map(sql_text, (f.path, f.status, f.source, f.message))))
        for f in files
    )
    return check.sql.format(
        calls=f"(select * from marts.fct_calls where call_id in ({calls}))",
        runs=f"(select * from marts.run_analytics where run_id in ({runs}))",
        merged=f"(select * from marts.mart_merged_calls where call_id in ({calls}))",
        files=f"values('path String, status String, source String, message String', {rows})",
    )


def is_same(right: str, got: str) -> bool:
    """Say whether two values agree: numbers to a millionth, everything else as text."""
    try:
        return Decimal(right).quantize(PLACES) == Decimal(got).quantize(PLACES)
    except InvalidOperation:
        return right.replace(" ", "").replace("'", "") == got.replace(" ", "").replace("'", "")


def run(names: list[str], cases: dict[str, Path], texts: dict[str, str], home: Path) -> list[str]:
    """Load cases into one warehouse, build it, print each and return those that are wrong."""
    os.environ["TOKENHOUSE_HOME"] = str(home)
    files = {case: load_case(cases[case], case) for case in names}
    selection = [part for model in MODELS for part in ("--select", f"+{model}")]
    done = subprocess.run(
        ["tokenhouse", "build", *selection, "--", "--exclude-resource-type", "test", "unit_test"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    wrong = []
    with connect() as client:
        for case in names:
            keys = run_keys(client, cases[case])
            found = [
                (check, str(client.query(sql_of(check, keys, files[case])).first_row[0]))
                for check in checks_of(case, texts.get(case, ""), cases[case])
            ]
            right = bool(found) and all(is_same(check.right, got) for check, got in found)
            wrong += [] if right else [case]
            print(f"{'right' if right else 'WRONG':<6} {case:<30} {texts.get(case, '')}")
            for check, got in found:
                mark = " " if is_same(check.right, got) else "!"
                print(f"     {mark} {check.what:<18} right {check.right:<22} got {got}")
            for file in files[case]:
                if file.status != "loaded":
                    print(f"       {file.status}: {(file.message or file.path)[:MESSAGE_CHARS]}")
    return wrong


def main() -> int:
    """Check the cases of a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+", help="folders of cases")
    parser.add_argument("--only", nargs="+", help="only cases of these names")
    parser.add_argument("--home", type=Path, help="keeps the warehouses there")
    options = parser.parse_args()
    texts: dict[str, str] = {}
    cases: dict[str, Path] = {}
    for folder in options.folders:
        readme = folder.resolve().parent / "README.md"
        texts |= dict(TABLE_ROW.findall(readme.read_text(encoding="utf-8")))
        cases |= {
            path.name: path
            for path in sorted(folder.iterdir())
            if path.is_dir() and (not options.only or path.name in options.only)
        }
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        groups = share_out(cases, home / "shared_out")
        wrong = [
            case
            for number, names in enumerate(groups)
            for case in run(names, cases, texts, home / f"warehouse_{number}")
        ]
    print(f"\n{len(cases) - len(wrong)} of {len(cases)} cases right.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
