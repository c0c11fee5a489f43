"""A source alone in a warehouse builds and answers; the benchmark each_source.py tries all."""

import hashlib

from orchestration.loading.sources import SOURCES
from orchestration.warehouse.snapshots import publish
from source_answers import ask_everything
from source_samples import write_samples
from warehouses import EVERY_SOURCE, Warehouse


def test_a_drawn_tool_builds_and_answers_alone(warehouses, tmp_path):
    """The draw is of the tools' names, so it stays until one is added that comes before."""
    write_samples(tmp_path / "logs")
    tools = sorted(path.name for path in (tmp_path / "logs").iterdir())
    known = {source.name for source in SOURCES}
    drawn = min(known.intersection(tools), key=lambda name: hashlib.sha256(name.encode()).digest())
    warehouse = Warehouse(warehouses / "alone", tmp_path / "logs" / drawn)
    warehouse.load()
    warehouse.build(*EVERY_SOURCE)
    with warehouse.selected():
        publish()
    answers = ask_everything(warehouse.home)
    assert not answers.problems
    assert answers.calls > 0
    assert answers.asked > 100
