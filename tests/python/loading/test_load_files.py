"""Files into raw tables: once, whole or not at all, whatever they look like."""

import json
import os
from pathlib import Path

import pytest

from orchestration.errors import BadInputError, UserError
from orchestration.loading import ledger, load, unload
from orchestration.loading.engine import Engine
from orchestration.loading.loader import Loader


def statuses(report):
    return {Path(file.path).name: file.status for file in report.files}


def test_lines_are_kept_as_written_with_their_place(write, visible, transcript):
    text = '{"type": "user",  "sessionId":"s9", "n": 1.50}'
    path = write("a.jsonl", [text, "", transcript(2)])

    report = load([path])

    rows = visible("claude_code_lines", "record, _run_key, _line_number, _source_file")
    assert rows == [
        (text, "s9", 1, str(path)),
        (json.dumps(transcript(2)), "s1", 3, str(path)),
    ]
    assert (report.loaded_rows, report.rejected_rows, report.exit_code) == (2, 0, 0)


def test_a_second_load_skips_unchanged_files(write, visible, transcript):
    path = write("a.jsonl", [transcript()])
    load([path])

    report = load([path.parent])

    assert statuses(report) == {"a.jsonl": "unchanged"}
    assert len(visible("claude_code_lines")) == 1


def test_the_same_content_under_another_name_is_skipped_and_said_so(write, visible, transcript):
    first, second = write("a.jsonl", [transcript()]), write("b.jsonl", [transcript()])

    report = load([first.parent])

    assert statuses(report) == {"a.jsonl": "loaded", "b.jsonl": "unchanged"}
    assert report.files[1].message == f"{second} has the content of {first}."
    assert len(visible("claude_code_lines")) == 1


def test_a_changed_file_is_appended(write, visible, transcript):
    load([write("a.jsonl", [transcript(1)])])

    load([write("a.jsonl", [transcript(1), transcript(2)])])

    assert len(visible("claude_code_lines")) == 3


def test_force_replaces_what_the_file_brought(write, visible, warehouse, transcript):
    path = write("a.jsonl", [transcript(1)])
    load([path])
    load([path], force=True)
    assert len(visible("claude_code_lines")) == 1

    load([write("a.jsonl", [transcript(2)])], force=True)

    assert visible("claude_code_lines") == [(json.dumps(transcript(2)),)]
    states = warehouse("select status, count() from raw.loads final group by status order by 1")
    assert states == [("loaded", 1), ("removed", 2)]


def test_force_loads_copies_once(write, visible, transcript):
    path = write("a.jsonl", [transcript()])
    write("b.jsonl", [transcript()])

    report = load([path.parent], force=True)

    assert sorted(statuses(report).values()) == ["loaded", "unchanged"]
    assert len(visible("claude_code_lines")) == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"sessionId": "s1", "ty', "not valid JSON"),
        (b"[1, 2]", "a JSON array, not an object"),
        (b'"words"', "a JSON string, not an object"),
        (b'{"a": "\xff"}', "not valid UTF-8"),
        (b"\x00\x01\x02", "not valid JSON"),
    ],
)
def test_a_bad_line_is_kept_aside_and_the_others_load(write, visible, warehouse, line, reason):
    good = b'{"sessionId": "s1", "type": "user"}'
    path = write("a.jsonl", good + b"\n" + line + b"\n\n" + good)

    report = load([path])

    assert len(visible("claude_code_lines")) == 2
    assert warehouse(
        "select source, entity, _source_file, _line_number, reason, hex(line_text) "
        "from raw.rejected_lines"
    ) == [("claude_code", "claude_code_lines", str(path), 2, reason, line.hex().upper())]
    assert (report.loaded_rows, report.rejected_rows, report.exit_code) == (2, 1, 0)


def test_a_long_bad_line_is_cut_and_says_so(write, warehouse, transcript):
    load([write("a.jsonl", [transcript(), "{" + "x" * 100_000])])

    assert warehouse("select length(line_text), reason from raw.rejected_lines") == [
        (65_536, "not valid JSON (text cut at 64 KiB)")
    ]


def test_a_line_with_half_an_emoji_loads(write, visible, transcript):
    line = r'{"sessionId":"s1","type":"user","a":"\ud83d\ude00","b":"cut \ud83d","c":"\\ud83d"}'

    report = load([write("a.jsonl", [transcript(), line])])

    assert report.rejected_rows == 0
    assert visible("claude_code_lines")[1] == (line.replace(r"cut \ud83d", "cut "),)


@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n"])
def test_an_empty_file_is_no_error(write, warehouse, content):
    report = load([write("a.jsonl", content)])

    assert statuses(report) == {"a.jsonl": "empty"}
    assert report.exit_code == 0
    assert warehouse("select count() from raw.loads") == [(0,)]


@pytest.mark.parametrize("source", [None, "claude_code"])
def test_a_binary_file_is_rejected_as_a_whole(write, warehouse, visible, transcript, source):
    path = write("a.jsonl", bytes(range(256)) * 1000)
    write("b.jsonl", [transcript()])

    for _ in range(2):
        report = load([path.parent], source=source)

    assert statuses(report) == {"a.jsonl": "failed", "b.jsonl": "unchanged"}
    assert report.exit_code == 1
    assert str(path) in report.files[0].message
    assert warehouse("select count(), any(_source_file) from raw.rejected_lines") == [
        (1, str(path))
    ]
    assert warehouse("select status from raw.loads final where source_file like '%a.jsonl'") == [
        ("failed",)
    ]


def test_a_truncated_file_shows_nothing(write, visible, transcript):
    path = write("a.jsonl.gz", [{**transcript(n), "x": os.urandom(99).hex()} for n in range(9999)])
    path.write_bytes(path.read_bytes()[:-5000])

    report = load([path])

    assert statuses(report) == {"a.jsonl.gz": "failed"}
    assert "cut off or damaged" in report.files[0].message
    assert visible("claude_code_lines") == []


def test_byte_order_mark_and_windows_lines(write, visible, transcript):
    line = json.dumps(transcript())
    load([write("a.jsonl", b"\xef\xbb\xbf" + f"{line}\r\n{line}".encode())])

    assert visible("claude_code_lines") == [(line,), (line,)]


def test_names_that_look_like_patterns(write, visible, transcript):
    load([write("a{b,c}*[1] 'q' :: é.jsonl.gz", [transcript()]).parent])

    assert len(visible("claude_code_lines")) == 1


def test_zstandard(write, warehouse, visible, transcript, tmp_path):
    plain = write("a.jsonl", [transcript()])
    packed = tmp_path / "b.jsonl.zst"
    warehouse(
        f"insert into function file('{packed}', LineAsString, 'line String', 'zstd') "
        f"select line from file('{plain}', LineAsString, 'line String')"
    )
    load([packed])

    assert visible("claude_code_lines") == [(json.dumps(transcript()),)]


def test_an_interrupted_load_shows_nothing_and_is_repeated(
    write, visible, warehouse, transcript, monkeypatch
):
    path = write("a.jsonl", [transcript()])
    with monkeypatch.context() as patch:
        patch.setattr(Loader, "_show", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            load([path])
    assert warehouse("select count() from raw.claude_code_lines") == [(1,)]
    assert visible("claude_code_lines") == []

    load([path])

    assert len(visible("claude_code_lines")) == 1
    assert warehouse("select count() from raw.claude_code_lines") == [(1,)]
    assert warehouse("select status, message from raw.loads final order by status") == [
        ("failed", "interrupted"),
        ("loaded", ""),
    ]


def test_what_was_stored_is_counted(write, visible, transcript, monkeypatch):
    """Rows that were prepared and are not there: nothing of the file shows, and it loads again."""
    path = write("a.jsonl", [transcript(1), transcript(2)])
    whole = Engine.insert
    with monkeypatch.context() as patch:
        patch.setattr(
            Engine, "insert", lambda self, *given: whole(self, *given[:2], f"{given[2]} limit 1")
        )
        with pytest.raises(UserError, match="1 were stored"):
            load([path])
    assert visible("claude_code_lines") == []

    assert load([path]).loaded_rows == 2
    assert len(visible("claude_code_lines")) == 2


def test_a_file_that_vanishes_does_not_stop_the_others(
    write, visible, warehouse, transcript, monkeypatch
):
    gone, kept = write("a.jsonl", [transcript(1)]), write("b.jsonl", [transcript(2)])
    flush = Loader.flush
    monkeypatch.setattr(Loader, "flush", lambda self: (gone.unlink(missing_ok=True), flush(self)))

    report = load([gone.parent])

    # Both were read by then: what is inserted is what was read, whatever becomes of the file.
    assert statuses(report) == {"a.jsonl": "loaded", "b.jsonl": "loaded"}
    assert visible("claude_code_lines", "_source_file") == [(str(gone),), (str(kept),)]
    assert warehouse("select count() from raw.claude_code_lines") == [(2,)]


def test_loading_leaves_the_logs_as_they_are(write, transcript, monkeypatch):
    """R017: a run and its analysis share nothing but the log, which a load only reads."""
    good = write("a.jsonl", [transcript(1), "no JSON"])
    broken = write("b.jsonl", [])
    broken.write_bytes(b"\x00\xff" * 100)
    before = {path: (path.read_bytes(), path.stat()) for path in (good, broken)}
    opened = []
    open_path = Path.open

    def spied(self, mode="r", *arguments, **options):
        opened.append((self, mode))
        return open_path(self, mode, *arguments, **options)

    monkeypatch.setattr(Path, "open", spied)
    report = load([good.parent])

    assert statuses(report) == {"a.jsonl": "loaded", "b.jsonl": "failed"}
    assert {mode for path, mode in opened if path in before} <= {"r", "rb"}
    assert sorted(good.parent.iterdir()) == [good, broken]
    for path, (content, stat) in before.items():
        assert path.read_bytes() == content
        assert (path.stat().st_mtime_ns, path.stat().st_mode) == (stat.st_mtime_ns, stat.st_mode)


def test_unloading_hides_and_loading_brings_back(write, visible, transcript):
    path = write("a.jsonl", [transcript(1)])
    write("b.jsonl", [transcript(2)])
    load([path.parent])

    report = unload([path])
    assert (report.files, report.loads, report.rows) == ([str(path)], 1, 1)
    assert visible("claude_code_lines") == [(json.dumps(transcript(2)),)]

    load([path])
    assert len(visible("claude_code_lines")) == 2

    assert unload([path.parent]).loads == 2
    assert visible("claude_code_lines") == []


def test_a_clock_that_steps_back_hides_nothing(write, visible, transcript, monkeypatch):
    """Loads are ordered by a counter: what the clock says then is only a note."""
    path = write("a.jsonl", [transcript()])
    monkeypatch.setattr(ledger, "_now", lambda: "2026-05-02 10:00:00.000000")
    load([path])
    monkeypatch.setattr(ledger, "_now", lambda: "2026-05-01 10:00:00.000000")

    assert load([path], force=True).count("loaded") == 1
    assert len(visible("claude_code_lines")) == 1
    unload([path])
    assert visible("claude_code_lines") == []
    assert load([path]).count("loaded") == 1
    assert len(visible("claude_code_lines")) == 1


def test_unloading_what_was_never_loaded(write, transcript):
    path = write("a.jsonl", [transcript()])

    with pytest.raises(BadInputError, match="Nothing is loaded from"):
        unload([path])


def test_real_transcripts(visible):
    from orchestration.settings import project_dir

    logs = project_dir().parent / "shared" / "data" / "claude_code"
    if not logs.is_dir():
        pytest.skip(f"the real transcripts are not at {logs}")

    report = load([logs])

    assert (report.count("loaded"), report.loaded_rows, report.rejected_rows) == (297, 63_960, 0)
    assert load([logs]).count("unchanged") == 297
