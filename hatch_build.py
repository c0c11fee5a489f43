"""Build hook: the package says which commit it was built from."""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitHook(BuildHookInterface):
    """Writes ``orchestration/commit.txt`` into wheels and source archives."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file to what is built."""
        # An editable install is a checkout, whose commit changes. A source archive has the file.
        target = "orchestration/commit.txt"
        if version == "editable" or (Path(self.root) / target).exists():
            return
        command = ["git", "describe", "--always", "--exclude=*", "--abbrev=9", "--dirty=+"]
        try:
            said = subprocess.run(
                command, cwd=self.root, capture_output=True, text=True, check=False
            ).stdout.strip()
        except OSError:
            said = ""
        self._folder = tempfile.TemporaryDirectory()
        written = Path(self._folder.name) / "commit.txt"
        written.write_text(f"{said or 'unknown'}\n", encoding="utf-8")
        build_data["force_include"][str(written)] = target
