"""The manifest, parsed once for all rules."""

import json

import pytest
from conventions.project import PROJECT, Project

from orchestration.transformation.manifest import prepare_manifest


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Project:
    """Parse the project as it is shipped, whatever the environment says."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TOKENHOUSE_HOME", str(tmp_path_factory.mktemp("home")))
        environment.setenv("DBT_TARGET_PATH", str(tmp_path_factory.mktemp("target")))
        environment.setenv("TOKENHOUSE_TARGET", "embedded")
        environment.delenv("TOKENHOUSE_DATABASE_PREFIX", raising=False)
        return Project(json.loads(prepare_manifest().read_text()))


@pytest.fixture(scope="session")
def readme() -> str:
    """Read the README."""
    return (PROJECT / "README.md").read_text()
