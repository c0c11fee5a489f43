"""How much disk a model call takes in each layer of a warehouse; write the doc.

python tests/benchmarks/bytes_per_call.py "the demo=HOME" "transcripts=HOME"
"""

import argparse
import os
from pathlib import Path

from orchestration import settings
from orchestration.warehouse.client import connect

DOC = settings.project_dir() / "docs" / "accuracy" / "bytes_per_call.md"
INTRODUCTION = """# Bytes per call

Bytes on disk per model call in each layer, compressed as the engine does by default, and rows per
call. Written by `python tests/benchmarks/bytes_per_call.py "NAME=HOME" …` from warehouses that were
built by `tokenhouse demo --cascade-scale 1` and `tokenhouse run`.

| Layer |{names}
|---|{lines}
"""
# The rest does not grow with calls: seeds, and the demo's truth table.
LAYERS = (
    *("raw", "staging", "conformed", "intermediate", "baselines", "predictions", "regressions"),
    *("scores", "marts"),
)


def measure(home: Path) -> tuple[int, dict[str, tuple[float, float]]]:
    """Return the number of calls of a warehouse, and bytes and rows per call by layer."""
    os.environ["TOKENHOUSE_HOME"] = str(home)
    with connect() as client:
        calls = client.command(f"select count() from {settings.database('intermediate')}.int_calls")
        rows = client.query(
            "select database, sum(bytes_on_disk), sum(rows) from system.parts where active"
            " group by database"
        ).result_rows
    found = {database: (size / calls, count / calls) for database, size, count in rows}
    return calls, {name: found.get(settings.database(name), (0.0, 0.0)) for name in LAYERS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouses", nargs="+", metavar="NAME=HOME")
    asked = [text.rpartition("=") for text in parser.parse_args().warehouses]
    found = [(name, *measure(Path(home).resolve())) for name, _, home in asked]
    text = INTRODUCTION.format(
        names="".join(f" {name}, {calls:,} calls | rows |" for name, calls, _ in found),
        lines="--:|--:|" * len(found),
    )
    for layer in LAYERS:
        cells = [layers[layer] for _, _, layers in found]
        text += f"| {layer} |" + "".join(f" {size:.0f} | {rows:.2f} |" for size, rows in cells)
        text += "\n"
    totals = [sum(size for size, _ in layers.values()) for _, _, layers in found]
    text += "| **all** |" + "".join(f" **{total:,.0f}** | |" for total in totals) + "\n"
    DOC.write_text(text, encoding="utf-8")
    print(f"wrote {DOC}")


if __name__ == "__main__":
    main()
