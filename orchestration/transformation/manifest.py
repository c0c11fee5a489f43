"""dbt's manifest: parsed only if the project has changed."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from filelock import FileLock

from orchestration import settings
from orchestration.errors import UserError
from orchestration.transformation.dbt import command, environment, project_digest, target_path
from orchestration.transformation.parse_cache import begin_with_project_parse

__all__ = ["inputs_of_manifest", "prepare_manifest", "read_manifest"]


def prepare_manifest() -> Path:
    """Parse the project unless its manifest is up to date.

    Returns
    -------
    Path
        The manifest.

    Raises
    ------
    UserError
        If dbt cannot parse the project, with dbt's words.
    """
    manifest = target_path() / "manifest.json"
    stamp = target_path() / "manifest.inputs.json"
    inputs = inputs_of_manifest()
    target_path().mkdir(parents=True, exist_ok=True)
    # Dagster starts several processes; one of them prepares.
    with FileLock(target_path() / "manifest.lock"):
        if manifest.exists() and stamp.exists() and stamp.read_text() == inputs:
            return manifest
        stamp.unlink(missing_ok=True)
        begin_with_project_parse()
        parsed = subprocess.run(
            [*command(), "--no-use-colors", "parse", "--quiet"],
            cwd=settings.project_dir(),
            env=os.environ | environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if parsed.returncode:
            raise UserError(f"dbt cannot parse the project; fix this: {parsed.stdout.strip()}")
        stamp.write_text(inputs)
    return manifest


def read_manifest() -> dict[str, Any]:
    """Return the manifest, parsed again if the project has changed.

    Returns
    -------
    dict
        The manifest of dbt.

    Raises
    ------
    UserError
        If dbt cannot parse the project, with dbt's words.
    """
    return json.loads(prepare_manifest().read_text())


def inputs_of_manifest() -> str:
    """Return everything that a manifest depends on, as JSON text.

    Returns
    -------
    str
        The project's digest, the target and the prefix of its databases.
    """
    return json.dumps(
        {
            "project": project_digest(),
            "project_dir": str(settings.project_dir()),
            "home": str(settings.home()),
            "target": settings.target(),
            "prefix": settings.database(""),
        },
        sort_keys=True,
    )
