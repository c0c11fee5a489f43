"""Where Python lies, how long its files are, and how tests import each other's modules."""

import ast

from conventions.project import PROJECT, complain, in_project, tracked_paths

LONGEST = 250
# Longer, and why: each is one thing that would be harder to read in two files.
LONGER = {
    "orchestration/prices/lookup.py": "one look-up, from a name to its prices",
    "orchestration/demo/faults.py": "one plan of nine kinds of fault, a method a kind",
    "orchestration/demo/sessions.py": "one author, who writes a session from its first row on",
    "orchestration/loading/batch.py": "one batch of files, from reading them to their rows",
    "orchestration/loading/loader.py": "one load, from a file to its rows and its entry",
    "orchestration/loading/records.py": "the records of a file, from its beginning to its end",
    "orchestration/prices/merging.py": "one rule of merging a price book, kind by kind",
    "orchestration/prices/rows.py": "one row of prices, read, checked and written",
    "orchestration/reporting/marts.py": "one query a method, and the SQL is most of it",
}
# Folders of defs/ that dg lays out alike, an assets.py each.
PER_COMPONENT = {"exporting", "loading", "transformation", "forecasting"}
# Test data and stories: a catalogue, a client of another system, a worker written from a document.
LONGER_TESTS = {
    "tests/python/chat/talks.py": "one chat, a function for each kind of conversation",
    "tests/benchmarks/hostile_files.py": "a catalogue of hostile files",
    "tests/python/sources/test_coding_agents.py": "one warehouse, a behaviour a test",
    "tests/benchmarks/compare_usage.py": "the measurements of one document and their tables",
    "tests/benchmarks/detect_nab.py": "the measurements of one document and their tables",
    "tests/benchmarks/fault_judging.py": "the judge of two benchmarks",
    "tests/benchmarks/forecast_daily.py": "the measurements of one document and their tables",
    "tests/benchmarks/forecast_warehouses.py": "the measurements of one document and their tables",
    "tests/benchmarks/generated_series.py": "a catalogue of 58 kinds of series",
    "tests/benchmarks/judge_faults.py": "the measurements of one document and their tables",
    "tests/benchmarks/judge_regressions.py": "the measurements of one document and their tables",
    "tests/benchmarks/predict_run_cost.py": "the measurements of one document and their tables",
    "tests/python/conventions/test_documents.py": "one rule a test, of the documents",
    "tests/python/demo/test_company_marts.py": "tests of one fixture, which costs a build",
    "tests/python/forecasting/test_publish.py": "tests of one fixture, which costs a build",
    "tests/python/loading/test_generic.py": "the tests of one reader",
    "tests/python/loading/test_load_files.py": "the tests of one loader",
    "tests/python/reference/calibrated.py": "an independent worker of one judgement",
    "tests/python/reference/regressions.py": "an independent worker of one judgement",
    "tests/python/reference/worker.py": "an independent worker of the documents",
    "tests/python/sources/chat_logs.py": "the log of another system, record by record",
    "tests/python/sources/langfuse_project.py": "the log of another system, record by record",
    "tests/python/sources/litellm_requests.py": "the log of another system, record by record",
    "tests/python/sources/otel_libraries.py": "the log of another system, record by record",
    "tests/python/sources/test_langfuse.py": "tests of one fixture, which costs a build",
    "tests/python/sources/test_litellm.py": "tests of one fixture, which costs a build",
    "tests/python/sources/test_otel.py": "tests of one fixture, which costs a build",
    "tests/python/sources/test_own_source.py": "tests of one fixture, which costs a build",
    "tests/python/sources/test_own_systems.py": "tests of one fixture, which costs a build",
}


def _python_files():
    return [path for path in tracked_paths() if path.suffix == ".py"]


def test_python_files_are_short():
    offenders = [
        f"{name}: {lines} lines"
        for path in _python_files()
        if (lines := len(path.read_text().splitlines())) > LONGEST
        and (name := in_project(path)) not in LONGER | LONGER_TESTS
    ]
    complain(f"Python files have {LONGEST} lines at most; split them, or give a reason:", offenders)


def test_exceptions_are_needed():
    offenders = [
        name
        for name in LONGER | LONGER_TESTS
        if not (PROJECT / name).exists()
        or len((PROJECT / name).read_text().splitlines()) <= LONGEST
    ]
    complain("They are short now, or gone; take them out of LONGER:", offenders)


def test_tests_import_by_folder():
    """Fixtures come from conftest.py by themselves; what else is shared is a module with a name.

    It is imported as it lies below tests/python or tests/benchmarks, which are on pytest's path.
    """
    offenders = []
    for path in (PROJECT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            relative = isinstance(node, ast.ImportFrom) and node.level > 0
            named = node.module if isinstance(node, ast.ImportFrom) else ""
            if relative or (named or "").split(".")[-1] == "conftest":
                offenders.append(f"{in_project(path)}:{node.lineno}")
            if isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.path":
                offenders.append(f"{in_project(path)}:{node.lineno}: sys.path")
    complain("Import it by its folder, as in `from sources.totals import Totals`:", offenders)


def test_no_folder_of_one_file():
    """A module that is alone in its folder could be its parent's."""
    offenders = []
    for package in (PROJECT / "orchestration").rglob("__init__.py"):
        folder = package.parent
        others = [p for p in folder.iterdir() if p != package and p.suffix in ("", ".py")]
        modules = [p for p in others if p.name != "__pycache__"]
        if len(modules) == 1 and folder.name not in PER_COMPONENT and "dbt" not in folder.parts:
            offenders.append(in_project(folder))
    complain("Move the one module up, and name it like the folder:", offenders)
