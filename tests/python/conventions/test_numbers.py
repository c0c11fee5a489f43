"""Thresholds and windows have one home each: a var, a seed or a documented file of presets."""

import ast
import re

from conventions.project import PROJECT, complain, in_project

# What fits is chosen here, and judged by back-tests and benchmarks.
FITTED = ("forecasting", "anomalies")
PRESETS = "presets.py"
# Drawing and digests are no judgements.
EXEMPT_FILES = ("charts.py",)
EXEMPT_KEYWORDS = ("digest_size",)
# Of arithmetic, and of definitions: percent, M4's sMAPE, milliseconds.
ARITHMETIC = {0, 1, 2, 0.5, 100, 200, 1000}


def _numbers(tree: ast.AST) -> list[ast.Constant]:
    """Return the numbers of a module that are no index and no exempt argument."""
    exempt = {
        id(node)
        for parent in ast.walk(tree)
        for node in (
            [parent.slice]
            if isinstance(parent, ast.Subscript)
            else [k.value for k in parent.keywords if k.arg in EXEMPT_KEYWORDS]
            if isinstance(parent, ast.Call)
            else []
        )
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and type(node.value) in (int, float)
        and node.value not in ARITHMETIC
        and id(node) not in exempt
    ]


def test_constants_of_what_is_fitted_lie_in_presets():
    offenders = [
        f"{in_project(path)}:{node.lineno}: {node.value}"
        for folder in FITTED
        for path in (PROJECT / "orchestration" / folder).rglob("*.py")
        if path.name not in (PRESETS, *EXEMPT_FILES)
        for node in _numbers(ast.parse(path.read_text()))
    ]
    complain(f"Give the number a name and a reason in {PRESETS} of its folder:", offenders)


def test_every_preset_has_its_reason():
    """Each block of constants stands under a comment, each section under a title."""
    offenders = []
    for folder in FITTED:
        path = PROJECT / "orchestration" / folder / PRESETS
        lines = path.read_text().splitlines()
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
                continue
            above = node.lineno - 2
            while lines[above] and not lines[above].startswith("#"):
                above -= 1
            if not lines[above].startswith("#"):
                offenders.append(f"{in_project(path)}:{node.lineno}")
    complain("Say in a comment above why it is this number:", offenders)


# A comparison with a number, a limit or an interval of it.
COMPARED = re.compile(r"(?:<=|>=|<|>|\bbetween|\bpreceding|\blimit)\s*\(?(-?\d[\d_]*(?:\.\d+)?)\b")
STRINGS_AND_COMMENTS = re.compile(r"\{#.*?#\}|--[^\n]*|'(?:[^'\\\n]|\\.)*'", re.DOTALL)
# None, one, a pair, and all: no thresholds.
NATURAL = {-1, 0, 1, 2}
# What no reader could want to set otherwise.
NO_THRESHOLDS = {
    "macros/words/dollars.sql": "a cent",
    "models/marts/core/run_analytics.sql": "Saturday is the sixth day of the week",
    "models/marts/forecasting/mart_cost_projections.sql": "the column's name says 7 days",
}


def _compared(text: str) -> list[str]:
    return [
        number
        for number in COMPARED.findall(STRINGS_AND_COMMENTS.sub("", text))
        if float(number) not in NATURAL
    ]


def test_thresholds_of_models_are_vars():
    offenders = [
        f"{in_project(path)}: {', '.join(numbers)}"
        for folder in ("models", "macros")
        for path in (PROJECT / folder).rglob("*.sql")
        if (numbers := _compared(path.read_text())) and in_project(path) not in NO_THRESHOLDS
    ]
    complain("Make it a var of dbt_project.yml, with its reason, or a seed:", offenders)


def test_exceptions_are_needed():
    offenders = [
        name
        for name in NO_THRESHOLDS
        if not (PROJECT / name).exists() or not _compared((PROJECT / name).read_text())
    ]
    complain("They compare with no number any more; take them out of NO_THRESHOLDS:", offenders)


def test_data_tests_contradict_no_var(project):
    """Who sets a var to another value of docs/vars.md must not fail a test by it."""
    offenders = [
        f"{test['original_file_path']}: {test['name']}: {', '.join(numbers)}"
        for test in project.data_tests.values()
        if (numbers := _compared(_condition(test)))
    ]
    complain("A data test takes a threshold from the var, {{ var('…') }}:", offenders)


def _condition(test: dict) -> str:
    """Return what a test compares: its own SQL, or the expression that a generic one is given."""
    generic = test.get("test_metadata")
    return generic["kwargs"].get("expression", "") if generic else test["raw_code"]
