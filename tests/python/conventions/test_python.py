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
OTHER_SECTIONS = re.compile(r"^ *(?:Arguments|Args|Keyword Arguments)\n *-{4,}", re.M)
PARAMETERS = re.compile(r"Parameters\n-+\n(.*?)(?=\n\n\w+\n-+|\Z)", re.DOTALL)
PARAMETER = re.compile(r"^(\*{0,2}\w[\w*, ]*?)(?: : .*)?$", re.M)
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
    names = {_normalized(REQUIREMENT_NAME.match(requirement)[0]) for requirement in declared}
    distributions = packages_distributions()
    offenders = {
        f"{package}, by {in_project(path)}"
        for path in (PROJECT / folder).rglob("*.py")
        for package in _imports(ast.parse(path.read_text())) & distributions.keys()
        if package not in sys.stdlib_module_names
        and package != "orchestration"
        and not names & {_normalized(name) for name in distributions[package]}
    }
    complain("pyproject.toml declares what modules import:", list(offenders))


def _normalized(name: str) -> str:
    """Return the name of a distribution as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


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
    """Names in __all__ have a docstring; its sections, where it has any, agree with the signature.

    Sections are for what the signature does not tell: a name, its type and its name again are
    noise, and nothing asks for them.
    """
    offenders = [
        f"{in_project(path)}: {problem}" for path in MODULES for problem in _undocumented(path)
    ]
    complain("Numpydoc: a sentence, and Parameters as they are in the signature:", offenders)


def test_sections_have_numpydocs_names():
    offenders = [
        in_project(path)
        for path in MODULES
        if OTHER_SECTIONS.search(path.read_text()) and not path.is_relative_to(PACKAGE / "loading")
    ]
    complain("numpydoc calls them Parameters:", offenders)


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
        section = PARAMETERS.search(text)
        if section is None:
            continue
        documented = [
            name.strip().lstrip("*")
            for names in PARAMETER.findall(section[1])
            for name in names.split(",")
        ]
        arguments = node.args
        named = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        named += [a.arg for a in (arguments.vararg, arguments.kwarg) if a]
        if sorted(documented) != sorted(named):
            problems.append(f"{node.name}: documents {documented}, takes {named}")
    return problems


def _public_names(tree: ast.Module) -> set[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()
