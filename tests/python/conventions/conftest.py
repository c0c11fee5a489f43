"""The manifest, parsed once for all rules."""

import json

import pytest

from conventions.project import PROJECT, Project
from orchestration.transformation.manifest import prepare_manifest
from parsing import shared_parse, target_name
from warehouses import session_folder


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Project:
    """Parse the project as it is shipped, whatever the environment says."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TOKENHOUSE_HOME", str(tmp_path_factory.mktemp("home")))
        target = tmp_path_factory.mktemp("target")
        environment.setenv("DBT_TARGET_PATH", str(target))
        environment.setenv("TOKENHOUSE_TARGET", "embedded")
        environment.delenv("TOKENHOUSE_DATABASE_PREFIX", raising=False)
        with shared_parse(target, session_folder(tmp_path_factory.getbasetemp()) / target_name()):
            return Project(json.loads(prepare_manifest().read_text()))


@pytest.fixture(scope="session")
def readme() -> str:
    """Read the README."""
    return (PROJECT / "README.md").read_text()
