"""The sensor that shows what commands loaded and built."""

import json
import time
from collections.abc import Iterable
from pathlib import Path

import dagster as dg

from orchestration import journal
from orchestration.defs.automation.jobs import watch
from orchestration.defs.journal.importing import Importer, in_order

__all__ = ["command_line"]

# Dagster gives a sensor 60 seconds. On a slow disk a first build's thousand events take longer:
# the rest waits for the next look.
_SECONDS = 30.0


@dg.sensor(
    name="command_line",
    job=watch,
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Shows what `tokenhouse` loaded, built, tested and forecast in this home, with rows and "
        "durations, as if Dagster had done it; after a build, it runs the job `watch`."
    ),
)
def command_line(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Import the files of the journal that were not imported yet."""
    cursor = json.loads(context.cursor) if context.cursor else {}
    done, begun = set(cursor.get("done", ())), dict(cursor.get("begun", {}))
    paths = {path.name: path for path in sorted(journal.folder().glob("*.jsonl"))}
    new = [path for name, path in paths.items() if name not in done]
    if not new:
        return dg.SkipReason("No command has loaded or built anything since the last look.")
    if context.repository_def is None:
        raise dg.DagsterInvariantViolationError("The sensor needs its code location.")
    importer = Importer(context.instance, context.repository_def.asset_graph)
    imported = _import(importer, new, begun, time.monotonic() + _SECONDS)
    importer.follow_views()
    done |= {path.name for path in imported}
    builds = [
        path.stem for path in imported if any(_is_built(entry) for entry in journal.read(path))
    ]
    requests = [dg.RunRequest(run_key=builds[-1])] if builds else []
    # Only of files that are still there, so that the cursor does not grow.
    kept = {
        "done": sorted(done & paths.keys()),
        "begun": {name: count for name, count in begun.items() if name in paths.keys() - done},
    }
    context.log.info(f"Imported {len(imported)} of {len(new)} files of the journal.")
    return dg.SensorResult(
        run_requests=requests,
        cursor=json.dumps(kept),
    )


def _is_built(entry: journal.Entry) -> bool:
    """Tell whether an entry is of a mart that was built."""
    return entry.asset[:1] == ["marts"] and bool(entry.version)


def _import(
    importer: Importer, paths: Iterable[Path], begun: dict[str, int], until: float
) -> list[Path]:
    """Import files until a time; return those that are done, and note how far the last one is."""
    done: list[Path] = []
    for path in paths:
        entries = in_order(journal.read(path))
        for number in range(begun.get(path.name, 0), len(entries)):
            if time.monotonic() > until:
                begun[path.name] = number
                return done
            importer.add(entries[number], f"{path.stem}.{number}")
        done.append(path)
    return done
