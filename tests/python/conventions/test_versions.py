"""Incremental rows have a version that changes with everything they are computed from."""

import re

from conventions.project import complain

VAR = re.compile(r"var\(\s*'(\w+)'")
VERSIONS = {
    "code_version": ("staging", "conformed", "intermediate"),
    "judgement_version": ("baselines", "scores", "regressions", "predictions"),
}
# `sources` decides which rows exist; prices are read by tables, which every build makes again.
COUNTED_ELSEWHERE = {"sources"}


def vars_of(text: str, macros: dict[str, str], seen: frozenset[str] = frozenset()) -> set[str]:
    """Return the vars that SQL reads, itself or through the project's macros."""
    found = set(VAR.findall(text))
    for name, body in macros.items():
        if name not in seen and re.search(rf"\b{name}\(", text):
            found |= vars_of(body, macros, seen | {name})
    return found


def test_every_var_of_an_incremental_model_is_in_its_version(project):
    """Design rule 2: a changed threshold is applied without a full refresh."""
    macros = {macro["name"]: macro["macro_sql"] for macro in project.macros.values()}
    versions = {name: set(re.findall(r"'(\w+)'", macros[name])) for name in VERSIONS}
    readers = {name: macros[name] for name in macros if name not in {*VERSIONS, "hash_of_code"}}
    offenders = [
        f"{model['original_file_path']}: {missing} is not in {version}()"
        for version, folders in VERSIONS.items()
        for model in project.models.values()
        if model["fqn"][1] in folders and model["config"]["materialized"] == "incremental"
        for missing in vars_of(model["raw_code"], readers) - versions[version] - COUNTED_ELSEWHERE
    ]
    complain("A changed var must change the version, so that rows are computed again:", offenders)
