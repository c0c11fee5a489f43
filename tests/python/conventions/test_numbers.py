"""Thresholds and windows have one home each: a var, a seed or a documented file of presets."""

import ast

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
