"""Incremental rows have a version that changes with everything they are computed from."""

import re

from conventions.project import complain
from orchestration import settings

VAR = re.compile(r"var\(\s*'(\w+)'")
VERSIONS = ("code_version", "judgement_version", "mart_version")
LAYERS = re.compile(r"hash_of_code\(\s*\[(.*?)\]", re.DOTALL)
# `sources` decides which rows exist; prices are read by tables, which every build makes again; rows
# of a table in place are in the versions of their runs.
COUNTED_ELSEWHERE = {"sources", "otel_traces_table"}


def vars_of(text: str, macros: dict[str, str], seen: frozenset[str] = frozenset()) -> set[str]:
    """Return the vars that SQL reads, itself or through the project's macros."""
    found = set(VAR.findall(text))
    for name, body in macros.items():
        if name not in seen and re.search(rf"\b{name}\(", text):
            found |= vars_of(body, macros, seen | {name})
    return found


def layers_of(version: str) -> list[str]:
    """Return the layers whose code a version is made from."""
    return re.findall(r"'(\w+)'", LAYERS.search(version)[1])


def test_versions_cover_the_layers(project):
    """Each layer has one version."""
    macros = {macro["name"]: macro["macro_sql"] for macro in project.macros.values()}
    covered = [layer for name in VERSIONS for layer in layers_of(macros[name])]
    assert covered == list(settings.built_layers())


def test_every_var_of_an_incremental_model_is_in_its_version(project):
    """Design rule 2: a changed threshold is applied without a full refresh."""
    macros = {macro["name"]: macro["macro_sql"] for macro in project.macros.values()}
    versions = {name: set(re.findall(r"'(\w+)'", macros[name])) for name in VERSIONS}
    readers = {name: macros[name] for name in macros if name not in {*VERSIONS, "hash_of_code"}}
    offenders = [
        f"{model['original_file_path']}: {missing} is not in {version}()"
        for version in VERSIONS
        for model in project.models.values()
        if model["fqn"][1] in layers_of(macros[version])
        and model["config"]["materialized"] == "incremental"
        for missing in vars_of(model["raw_code"], readers) - versions[version] - COUNTED_ELSEWHERE
    ]
    complain("A changed var must change the version, so that rows are computed again:", offenders)


def test_the_sql_of_a_table_does_not_depend_on_rows(project):
    """That a table stays empty is proven from the SQL it was built by, so it must be the same."""
    asking = {
        name for name in project.macros if name.rsplit(".", 1)[1] in ("run_query", "statement")
    }

    def asks(macros: list[str], seen: frozenset[str] = frozenset()) -> bool:
        return any(
            name in asking or asks(project.macros[name]["depends_on"]["macros"], seen | {name})
            for name in macros
            if name in project.macros and name not in seen
        )

    found = [
        model["name"]
        for model in project.models.values()
        if model["config"]["materialized"] == "table" and asks(model["depends_on"]["macros"])
    ]
    complain("its SQL is decided by a query", found)
