"""The files of the journal: whole, few, and never in the way of a build."""

from orchestration import journal
from orchestration.journal import Entry


def built(layer, version):
    return Entry(asset=[layer, "calls"], version=version)


def test_a_damaged_line_is_left_out(home):
    journal.write([built("marts", "1"), built("raw", "1")])
    (path,) = journal.folder().iterdir()
    path.write_text(path.read_text() + '{"unknown": 1}\n{"asset": [')
    assert [entry.asset for entry in journal.read(path)] == [["marts", "calls"], ["raw", "calls"]]


def test_the_journal_forgets_what_has_a_newer_entry(home, monkeypatch):
    monkeypatch.setattr(journal, "KEPT_FILES", 2)
    journal.write([built("staging", "0")])
    for version in "1234":
        journal.write([built("marts", version)])
    kept = [journal.read(path)[0] for path in sorted(journal.folder().iterdir())]
    assert [(entry.asset[0], entry.version) for entry in kept] == [
        ("staging", "0"),
        ("marts", "3"),
        ("marts", "4"),
    ]


def test_a_home_that_cannot_be_written_to_stops_no_build(home):
    home.mkdir()
    journal.folder().write_text("a file in its place")
    journal.write([built("marts", "1")])
    assert journal.folder().is_file()
