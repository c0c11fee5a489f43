"""What Python modules may import, and what they document."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from conventions.project import PROJECT, complain, in_project

PACKAGE = PROJECT / "orchestration"
MODULES = sorted(PACKAGE.rglob("*.py"))
WITHOUT_DAGSTER = ("loading", "prices", "demo", "warehouse", "forecasting", "prediction")
HEAVY = (
    "dbt",
    "dagster",
    "dagster_dbt",
    "chdb",
    "clickhouse_connect",
    "pandas",
    "pyarrow",
    "sklearn",
)


def _imports(tree: ast.AST) -> set[str]:
    """Return the top-level packages that any import below a node names."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("folder", WITHOUT_DAGSTER)
def test_no_dagster_outside_its_layer(folder):
    offenders = [
        in_project(path)
        for path in MODULES
        if path.is_relative_to(PACKAGE / folder)
        and _imports(ast.parse(path.read_text())) & {"dagster", "dagster_dbt"}
    ]
    complain(
        "What works without Dagster is tested without it; move the import to defs/:", offenders
    )


def test_commands_start_at_once():
    """No command's module imports a heavy package, itself or through what it imports."""
    modules = [f"orchestration.cli.{path.stem}" for path in (PACKAGE / "cli").glob("[!_]*.py")]
    script = (
        f"import importlib, sys; [importlib.import_module(name) for name in {modules!r}]; "
        f"print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    complain(
        "Commands import these inside the function that needs them, so that `tokenhouse --help` "
        "is instant; see `python -X importtime -c 'import orchestration.cli.<command>'`:",
        done.stdout.split(),
    )


def test_what_is_public_is_documented():
    """Names in __all__ have docstrings; functions document every argument and what they return."""
    offenders = [
        f"{in_project(path)}: {problem}" for path in MODULES for problem in _undocumented(path)
    ]
    complain("Numpy docstrings: a sentence, Arguments and Returns:", offenders)


def _undocumented(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    public = _public_names(tree)
    problems = []
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name not in public:
            continue
        text = ast.get_docstring(node) or ""
        if not text:
            problems.append(f"{node.name}: docstring")
        # Decorated functions are commands, assets and the like: their decorator documents them.
        if not isinstance(node, ast.FunctionDef) or node.decorator_list:
            continue
        named = text.partition("\n")[2]
        arguments = [
            a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        ]
        problems += [f"{node.name}: {name}" for name in arguments if name not in named]
        returns = node.returns is not None and ast.unparse(node.returns) != "None"
        if returns and not ("Returns\n---" in text or "Yields\n---" in text):
            problems.append(f"{node.name}: Returns")
    return problems


def _public_names(tree: ast.Module) -> set[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()
