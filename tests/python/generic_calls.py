"""A tiny set of logs: generic calls, two of a run."""

import json
import os
import time

from orchestration.loading.landing import SETTLE_SECONDS

__all__ = ["call", "rested", "write_calls"]


def call(number, **changes):
    """Return one generic call."""
    return {
        "call_id": f"call-{number}",
        "called_at": f"2026-03-01T10:{number:02}:00Z",
        "run_id": f"run-{number // 2}",
        "workflow_id": "answering",
        "model": "gpt-4o",
        "provider": "openai",
        "input_tokens": 1_000_000,
        "output_tokens": 0,
        **changes,
    }


def write_calls(path, numbers, **changes):
    """Write generic calls as JSON lines."""
    path.write_text("".join(json.dumps(call(number, **changes)) + "\n" for number in numbers))
    return path


def rested(path):
    """Make a file look as if nobody had written to it for a while."""
    then = time.time() - SETTLE_SECONDS - 5
    os.utime(path, (then, then))
    return path
