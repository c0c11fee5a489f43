"""The wheel in an empty environment: commands work from any folder, with the project it brings."""

import csv
import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration import settings
from orchestration.demo import generate
from serving.clients import installer
from warehouses import EVERY_SOURCE, Warehouse

DEMO = {"days": 20, "scale": 0.2, "cascade_scale": 0.6, "sources": ["cascade"]}
DEMO_COMMAND = ("demo", "--days", "20", "--scale", "0.2", "--only", "cascade")


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel, and a user who has nothing but that."""

    environment: Path
    user: Path
    wheel: Path

    def run(self, *arguments, folder=None, **variables):
        """Run a program of the environment in a folder, by default one of no project."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TOKENHOUSE_", "DBT_", "DAGSTER_", "CLICKHOUSE_", "PYTHONPATH"))
        }
        done = subprocess.run(
            [self.environment / "bin" / arguments[0], *arguments[1:]],
            cwd=folder or self.user / "elsewhere",
            env=kept | {"HOME": str(self.user)} | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.returncode, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel and install it, on the versions of the lock.

    These are in the environment of the tests, which is installed from the lock, and whose packages
    the new one reads: to download them once more takes minutes, and brings the same. Its editable
    install of the checkout is not read: `.pth` files of such a folder count for nothing.
    """
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run(
        [*build, folder / "dist"], cwd=settings.project_dir(), check=True, capture_output=True
    )
    (wheel,) = (folder / "dist").glob("*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    packages = sysconfig.get_path("purelib", vars={"base": str(environment)})
    (Path(packages) / "lock.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = [sys.executable, "-m", "pip", "--python", environment / "bin" / "python", "install"]
    subprocess.run(
        [*install, "--quiet", "--no-deps", "--no-compile", wheel], check=True, capture_output=True
    )
    (folder / "user" / "elsewhere").mkdir(parents=True)
    return Installed(environment, folder / "user", wheel)


def test_it_is_not_the_checkout(installed):
    where = installed.run("python", "-c", "import orchestration; print(orchestration.__file__)")
    assert Path(where.strip()).is_relative_to(installed.environment)


def test_it_says_version_commit_and_engine(installed):
    said = installed.run("tokenhouse", "--version")
    assert said.startswith("tokenhouse 0.1.0, commit ")
    assert "ClickHouse " in said
    written = subprocess.run(
        ["git", "rev-parse", "--short=9", "HEAD"],
        cwd=settings.project_dir(),
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    assert (written or "unknown") in said


def test_uvx_runs_it_on_the_locks_versions(installed, tmp_path):
    """Into an environment of its own: each package is installed, as people do it."""
    lock = settings.project_dir() / "requirements.lock"
    versions = re.findall(r"^\S+==[^\s;]+", lock.read_text(), re.MULTILINE)
    constraints = tmp_path / "versions.txt"
    constraints.write_text("\n".join(versions))
    copy = tmp_path / "copy"
    uvx = [installer(), "--python", sys.executable, "--constraints", constraints]
    for arguments in (["--version"], ["init", copy]):
        done = subprocess.run(
            [*uvx, "--from", installed.wheel, "tokenhouse", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        if "request failed" in done.stderr.lower() or "error sending request" in done.stderr:
            pytest.skip("the registry of packages is out of reach")
        assert not done.returncode, done.stderr[-2000:]
    engine = next(one for one in versions if one.startswith("chdb=="))
    said = installed.run("tokenhouse", "--version")
    assert f"(chDB {engine.removeprefix('chdb==')})" in said
    assert (copy / "dbt_project.yml").is_file()


def test_the_demo_from_any_folder_finds_the_same_marts(installed, tmp_path):
    installed.run("tokenhouse", *DEMO_COMMAND)
    theirs = Warehouse(installed.user / ".tokenhouse", tmp_path)
    ours = Warehouse(tmp_path / "home", generate(tmp_path / "demo", **DEMO).logs)
    ours.load()
    ours.build(*EVERY_SOURCE, is_plain=True)
    marts, expected = theirs.contents("marts"), ours.contents("marts")
    assert len(expected) > 50
    assert sum(map(len, expected.values())) > 5000
    assert marts.keys() == expected.keys()
    for mart, rows in expected.items():
        assert marts[mart] == rows, mart
    assert not list((installed.user / "elsewhere").iterdir())


def test_dagster_finds_its_definitions(installed):
    listed = json.loads(installed.run("tokenhouse", "dagster", "list", "defs", "--json"))
    keys = {asset["asset_key"] for asset in listed["assets"]}
    assert {"marts/run_analytics", "raw/generic_calls", "delivery/messages"} <= keys


def test_a_copy_of_the_project_is_used(installed, tmp_path):
    copy = tmp_path / "copy"
    assert str(copy) in installed.run("tokenhouse", "init", str(copy))
    rules = copy / "seeds" / "alert_rules.csv"
    with rules.open(newline="") as lines:
        header, first, *_ = csv.reader(lines)
    with rules.open("w", newline="") as lines:
        csv.writer(lines).writerows([header, ["rule_of_mine", *first[1:]]])
    below = copy / "seeds"
    installed.run("tokenhouse", "build", "--select", "alert_rules", folder=below)
    query = ("query", "select rule_id from reference.alert_rules format TSVRaw")
    assert installed.run("tokenhouse", *query, folder=below) == "rule_of_mine\n"
    assert (copy / ".tokenhouse").is_dir()
    chosen = {"TOKENHOUSE_PROJECT_DIR": str(copy)}
    assert installed.run("tokenhouse", *query, **chosen) == "rule_of_mine\n"
