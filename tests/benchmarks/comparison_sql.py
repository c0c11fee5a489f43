"""The SQL of the comparison models on relations of one's own: what is tested is what dbt builds."""

from collections.abc import Mapping
from typing import Any

import jinja2
import yaml

from orchestration import settings

__all__ = ["macro", "model"]

_FOLDERS = ("statistics", "words")
_PROJECT = settings.project_dir()
_VARS = yaml.safe_load((_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]


def model(name: str, relations: Mapping[str, str]) -> str:
    """Return the SQL of a model of comparisons.

    Parameters
    ----------
    name : str
        The model.
    relations : mapping of str to str
        For each model that it refers to, what to read instead.
    """
    [path] = (_PROJECT / "models").rglob(f"{name}.sql")
    return _render(path.read_text(encoding="utf-8"), relations)


def macro(name: str, *arguments: str) -> str:
    """Return a call of a macro as SQL.

    Parameters
    ----------
    name : str
        The macro.
    *arguments : str
        SQL expressions.
    """
    return _render(f"{{{{ {name}({', '.join(map(repr, arguments))}) }}}}", {})


def _render(text: str, relations: Mapping[str, str]) -> str:
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    returned: list[Any] = []
    environment.globals.update(
        var=_VARS.get,
        ref=relations.__getitem__,
        config=lambda **_: "",
    )
    paths = sorted(path for name in _FOLDERS for path in (_PROJECT / "macros" / name).glob("*.sql"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    # dbt's macros return values; Jinja's return text.
    values = {
        "comparison_metrics": texts[[path.stem for path in paths].index("comparison_metrics")],
        "outcome_columns": texts[[path.stem for path in paths].index("outcome_columns")],
    }
    environment.globals["return"] = returned.append
    for name, source in values.items():
        environment.from_string(f"{source}{{{{ {name}() }}}}").render()
        environment.globals[name] = lambda value=returned[-1]: value
    macros = "".join(
        source for path, source in zip(paths, texts, strict=True) if path.stem not in values
    )
    return environment.from_string(macros + text).render().strip()
