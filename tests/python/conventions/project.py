"""The project as dbt parsed it, under the names that the rules use."""

import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from orchestration import settings

__all__ = [
    "PROJECT",
    "Project",
    "complain",
    "in_project",
    "is_of_one_source",
    "key_of_groups",
    "layer",
    "tracked_paths",
]

PROJECT = settings.project_dir()


def in_project(path: Path) -> str:
    """Return a path as it is written from the top of the project."""
    return path.relative_to(PROJECT).as_posix()


def tracked_paths() -> list[Path]:
    """Return every file that is, or would be, under version control."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("This is no git checkout, so which files belong to it is not known.")
    paths = [PROJECT / name for name in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file()]


def complain(rule: str, offenders: list[str]) -> None:
    """Fail with a rule and everything that breaks it."""
    assert not offenders, "\n  ".join([rule, *sorted(offenders)])


@dataclass(frozen=True)
class Project:
    """dbt's manifest."""

    manifest: dict[str, Any]

    @cached_property
    def models(self) -> dict[str, dict[str, Any]]:
        """Models by unique id."""
        return self._nodes("model")

    @cached_property
    def seeds(self) -> dict[str, dict[str, Any]]:
        """Seeds by unique id."""
        return self._nodes("seed")

    @cached_property
    def data_tests(self) -> dict[str, dict[str, Any]]:
        """Generic and singular data tests by unique id."""
        return self._nodes("test")

    @property
    def unit_tests(self) -> dict[str, dict[str, Any]]:
        """Unit tests by unique id."""
        return self.manifest["unit_tests"]

    @property
    def source_tables(self) -> dict[str, dict[str, Any]]:
        """Source tables by unique id."""
        return self.manifest["sources"]

    @cached_property
    def macros(self) -> dict[str, dict[str, Any]]:
        """The project's own macros by unique id; those of its generic tests are left out."""
        return {
            key: macro
            for key, macro in self.manifest["macros"].items()
            if macro["package_name"] == "tokenhouse"
            and macro["original_file_path"].startswith("macros/")
        }

    @cached_property
    def marts(self) -> dict[str, dict[str, Any]]:
        """The public models by name."""
        return {m["name"]: m for m in self.models.values() if layer(m) == "marts"}

    def parents(self, node: dict[str, Any], kinds: tuple[str, ...]) -> list[str]:
        """Return the unique ids that a node reads, of some kinds."""
        return [key for key in node["depends_on"]["nodes"] if key.split(".")[0] in kinds]

    def _nodes(self, kind: str) -> dict[str, dict[str, Any]]:
        nodes = self.manifest["nodes"].items()
        return {key: node for key, node in nodes if node["resource_type"] == kind}


def is_of_one_source(node: dict[str, Any]) -> bool:
    """Say whether a model is one source's part of a conformed entity."""
    return node["fqn"][1] == "conformed" and bool(
        re.fullmatch(r"int_\w+__(?!unioned$)\w+", node["name"])
    )


def layer(model: dict[str, Any]) -> str:
    """Return the folder below models/ that a model lies in."""
    return model["fqn"][1]


def key_of_groups(model: dict[str, Any]) -> set[str]:
    """Return the columns that a staging view's last step groups by; none if it is no such step."""
    if layer(model) != "staging" or model["config"]["materialized"] != "view":
        return set()
    if model["raw_code"].startswith("{{ row_versions("):
        return {"run_key"}
    steps = re.split(r"\bgroup by\s+((?:[\w.]+,\s+)*[\w.]+)", model["raw_code"])
    if len(steps) < 3 or "join" in steps[-1]:
        return set()
    return {column.split(".")[-1].strip() for column in steps[-2].split(",")}
