"""What Python modules may import, and what they document."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from conventions.project import PROJECT, complain, in_project

PACKAGE = PROJECT / "orchestration"
MODULES = sorted(PACKAGE.rglob("*.py"))
DAGSTER_MODULES = [PACKAGE / "definitions.py", *sorted((PACKAGE / "defs").rglob("*.py"))]
REQUIREMENT_NAME = re.compile(r"[\w.-]+")
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


def test_dagster_has_one_home():
    """What works without Dagster is tested without it, so nothing else may import it."""
    offenders = [
        in_project(path)
        for path in MODULES
        if path not in DAGSTER_MODULES
        and _imports(ast.parse(path.read_text())) & {"dagster", "dagster_dbt"}
    ]
    complain("Only orchestration/defs and definitions.py import Dagster; move it there:", offenders)


def test_what_does_not_need_dagster_is_elsewhere():
    offenders = [
        in_project(path)
        for path in DAGSTER_MODULES
        if path.name != "__init__.py"
        and not _imports(ast.parse(path.read_text())) & {"dagster", "dagster_dbt"}
    ]
    complain("Modules in orchestration/defs import Dagster; move those that do not:", offenders)


def test_importing_dagster_modules_runs_nothing():
    """Whoever imports a definition waits neither for dbt nor for the warehouse."""
    names = [
        ".".join(path.relative_to(PROJECT).with_suffix("").parts)
        for path in DAGSTER_MODULES
        if path.name != "__init__.py"
    ]
    script = (
        "import importlib, subprocess\n"
        "start = subprocess.Popen.__init__\n"
        "def refuse(self, args, *others, **options):\n"
        "    assert 'dbt' not in str(args), args\n"
        "    start(self, args, *others, **options)\n"
        "subprocess.Popen.__init__ = refuse\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=PROJECT
    )
    assert not done.returncode, f"Start programs in functions: {done.stderr}"


@pytest.mark.parametrize(("folder", "extras"), [("orchestration", ()), ("tests", ("dev",))])
def test_what_is_imported_is_declared(folder, extras):
    """What is only there because another package needs it goes when that package does."""
    metadata = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    declared = list(metadata["dependencies"])
    for extra in extras:
        declared += metadata["optional-dependencies"][extra]
    names = {REQUIREMENT_NAME.match(requirement)[0].lower() for requirement in declared}
    distributions = packages_distributions()
    offenders = {
        f"{package}, by {in_project(path)}"
        for path in (PROJECT / folder).rglob("*.py")
        for package in _imports(ast.parse(path.read_text())) & distributions.keys()
        if package not in sys.stdlib_module_names
        and package != "orchestration"
        and not names & {name.lower() for name in distributions[package]}
    }
    complain("pyproject.toml declares what modules import:", list(offenders))


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
    """Names in __all__ have docstrings; functions document all parameters and the return value."""
    offenders = [
        f"{in_project(path)}: {problem}" for path in MODULES for problem in _undocumented(path)
    ]
    complain("Numpydoc: a sentence, Parameters and Returns:", offenders)


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
