"""Small demos, generated once: with all faults, with none, and without the harmless ones."""

import pytest

from demo.small import HARMLESS, Demo, make
from orchestration.demo import FAULT_KINDS


@pytest.fixture(scope="session")
def faulty(tmp_path_factory) -> Demo:
    return make(tmp_path_factory.mktemp("faulty"))


@pytest.fixture(scope="session")
def healthy(tmp_path_factory) -> Demo:
    return make(tmp_path_factory.mktemp("healthy"), faults=False)


@pytest.fixture(scope="session")
def punctual(tmp_path_factory) -> Demo:
    return make(tmp_path_factory.mktemp("punctual"), faults=set(FAULT_KINDS) - HARMLESS)
