"""A source alone in a warehouse builds and answers; the benchmark tries every one."""

import hashlib
import os
import subprocess
import sys

from orchestration import settings
from orchestration.loading.sources import SOURCES

BENCHMARK = "tests/benchmarks/each_source.py"
DRAWN = 2


def test_drawn_sources_build_and_answer_alone(tmp_path):
    """The draw is of the names, so it stays until a source is added that comes before."""
    # What exports leave in the landing directory is no log.
    names = [source.name for source in SOURCES if source.name != "exports"]
    drawn = sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())[:DRAWN]
    done = subprocess.run(
        [
            *(sys.executable, BENCHMARK, "--folder", str(tmp_path)),
            *(argument for name in drawn for argument in ("--only", name)),
        ],
        env=os.environ | {"PYTHONPATH": "tests/python"},
        cwd=settings.project_dir(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stdout.count("| `") == DRAWN
