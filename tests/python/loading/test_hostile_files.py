"""Files that no program should write, of every kind of the catalogue, loaded at once."""

import os

from hostile_files import hostile_files
from hostile_trial import try_all


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
