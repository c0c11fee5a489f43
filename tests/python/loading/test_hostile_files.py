"""Files that no program should write, of every kind of the catalogue, loaded at once."""

import os
import time

from hostile_files import hostile_files
from hostile_trial import try_all
from orchestration.loading.load import load

SECONDS_PER_FILE = 0.005


def test_each_file_becomes_what_it_must(tmp_path, monkeypatch):
    monkeypatch.chdir(os.curdir)  # a socket is made where its short name fits
    trials = try_all(hostile_files(), tmp_path / "hostile")

    problems = [
        f"{trial.hostile.kind}: {trial.hostile.name}: {trial.problem}"
        for trial in trials
        if trial.problem
    ]
    assert trials
    assert problems == []


def test_another_file_costs_next_to_nothing(write, transcript):
    """What a file costs is what another four hundred add, whoever else uses the machine."""

    def seconds_of(count):
        write(f"{count}/first.jsonl", [transcript(session=f"first-{count}")])
        for number in range(count):
            path = write(f"{count}/{number}.jsonl", [transcript(session=f"{count}-{number}")])
        started = time.process_time()
        assert load([path.parent]).count("loaded") == count + 1
        return time.process_time() - started

    few = seconds_of(1)

    assert (seconds_of(401) - few) / 400 < SECONDS_PER_FILE
