"""The marts as the dbt project describes them, for tools that show descriptions."""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from orchestration import settings

__all__ = ["Mart", "public_marts"]

_BLOCK = re.compile(r"{%\s*docs\s+(\w+)\s*%}(.*?){%\s*enddocs\s*%}", re.DOTALL)
_REFERENCE = re.compile(r"{{\s*doc\(['\"](\w+)['\"]\)\s*}}")


@dataclass(frozen=True)
class Mart:
    """A mart.

    Attributes
    ----------
    name, description : str
        As the project has them.
    columns : list of tuple of str, str and str
        Name, type and description of each.
    """

    name: str
    description: str
    columns: list[tuple[str, str, str]]


def public_marts() -> list[Mart]:
    """Return every mart, sorted by name."""
    folder = settings.project_dir() / "models"
    blocks = {
        name: " ".join(text.split())
        for path in folder.rglob("*.md")
        for name, text in _BLOCK.findall(path.read_text(encoding="utf-8"))
    }

    def words(text: Any) -> str:
        return _REFERENCE.sub(lambda found: blocks[found[1]], " ".join(str(text or "").split()))

    marts = [
        Mart(
            model["name"],
            words(model.get("description")),
            [
                (column["name"], column["data_type"], words(column.get("description")))
                for column in model["columns"]
            ],
        )
        for path in (folder / "marts").rglob("_*.yml")
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", [])
    ]
    return sorted(marts, key=lambda mart: mart.name)
