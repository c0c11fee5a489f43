"""Files that logs may turn out to be, by kind, each with what must become of it."""

import gzip
import json
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from backports import zstd

__all__ = ["Hostile", "call", "hostile_files", "line"]

LOADED, FAILED, SKIPPED, EMPTY = "loaded", "failed", "skipped", "empty"
MOMENT = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Hostile:
    """One hostile file.

    Attributes
    ----------
    kind : str
        What is wrong with it, in general.
    name : str
        Its name below the folder of its kind.
    make : callable
        Writes it at a path.
    status : str
        What must become of it: ``loaded``, ``failed``, ``skipped``, ``empty``, ``passed over``
        where it must not be looked at, or ``unreadable`` where it must be named without being
        a file.
    rows, rejected : int
        Records and rejected lines that must come of it.
    words : str
        What its message must hold, or one of the reasons of its rejected lines.
    """

    kind: str
    name: str
    make: Callable[[Path], object]
    status: str = LOADED
    rows: int = 0
    rejected: int = 0
    words: str = ""


def line(session: str, number: int = 1, **others: object) -> bytes:
    """Return a transcript's line; session and number tell lines apart."""
    record = {"sessionId": session, "type": "user", "uuid": f"{session}-{number}", **others}
    return json.dumps(record, ensure_ascii=False).encode()


def call(name: str, number: int = 1, **others: object) -> dict[str, object]:
    """Return a generic call; name and number tell calls apart."""
    return {"call_id": f"{name}-{number}", "called_at": MOMENT, "model": "gpt-4o", **others}


def hostile_files() -> Iterator[Hostile]:
    """Yield every hostile file but those that are large when decompressed."""
    yield from _encodings()
    yield from _truncations()
    yield from _csv_dialects()
    yield from _json_dialects()
    yield from _envelopes()
    yield from _names()
    yield from _links()
    yield from _contents()
    yield from _times()


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _zstd(content: bytes) -> bytes:
    return zstd.compress(content, options={zstd.CompressionParameter.checksum_flag: 1})


def _lines(name: str, count: int) -> bytes:
    return b"".join(line(name, number) + b"\n" for number in range(count))


def _encodings() -> Iterator[Hostile]:
    def text(name: str, content: bytes, rows: int, rejected: int = 0, words: str = "") -> Hostile:
        return Hostile("encodings", name, _bytes(content), LOADED, rows, rejected, words)

    good = _lines("utf", 2)
    yield text("utf8_mark.jsonl", b"\xef\xbb\xbf" + good, 2)
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        mark = "\ufeff".encode(encoding)
        yield text(f"{encoding}.jsonl", mark + _lines(encoding, 3).decode().encode(encoding), 3)
    table = "called_at\tmodel\n2026-01-01\tgpt-4o\n"
    yield text("excel_unicode.csv", b"\xff\xfe" + table.encode("utf-16-le"), 1)
    yield text("mac_lines.jsonl", _lines("mac", 3).replace(b"\n", b"\r"), 3)
    yield text("mac_rows.csv", b"called_at,model\r2026-01-02,m\r2026-01-03,m\r", 2)
    yield text("windows_lines.jsonl", _lines("win", 3).replace(b"\n", b"\r\n"), 3)
    yield text("mixed_ends.jsonl", line("mix", 1) + b"\r\n" + line("mix", 2) + b"\n\r\n", 2)
    yield text("no_last_end.jsonl", line("end", 1) + b"\n" + line("end", 2), 2)
    yield text("indented.jsonl", b" \t" + line("ind", 1) + b" \n\n \t \n", 1)
    yield text("latin1.jsonl", line("l1") + b"\n" + '{"type":"caf\xe9"}'.encode("latin-1"), 1, 1)
    yield text("overlong.jsonl", line("ol") + b'\n{"a":"\xc0\xaf"}\n', 1, 1, "not valid UTF-8")
    yield text("half_character.jsonl", line("hc") + b'\n{"a":"\xe2\x82', 1, 1)
    yield text("nul_line.jsonl", line("nul") + b"\n\0\0\0\0\n", 1, 1)
    yield text("marks_between.jsonl", b"\xef\xbb\xbf".join([b"", *[_lines("mb", 1)] * 2]), 2)
    yield text("nul_in_text.jsonl", line("nt", text="a\0b") + b"\n", 1)
    yield text("separators.jsonl", line("sep", text="a\u2028b\u2029c\x85d") + b"\n", 1)
    yield text("control_z.jsonl", _lines("cz", 2) + b"\x1a", 2, 1)
    yield text("colours.jsonl", b"\x1b[32m" + line("co") + b"\x1b[0m\n" + line("co", 2), 1, 1)
    unmarked = _lines("um", 2).decode().encode("utf-16-le")
    yield text("utf16_unmarked.jsonl", unmarked, 2)


def _truncations() -> Iterator[Hostile]:
    def cut(name: str, content: bytes, words: str = "cut off or damaged") -> Hostile:
        return Hostile("truncations", name, _bytes(content), FAILED, words=words)

    def whole(name: str, content: bytes, rows: int, rejected: int = 0, words: str = "") -> Hostile:
        return Hostile("truncations", name, _bytes(content), LOADED, rows, rejected, words)

    packed = {".gz": gzip.compress, ".zst": _zstd}
    for suffix, compress in packed.items():
        noise = b"".join(line(f"{suffix}", n, x=os.urandom(40).hex()) + b"\n" for n in range(4000))
        full = compress(noise)
        for name, size in (("head", 7), ("half", len(full) // 2), ("last_byte", len(full) - 1)):
            yield cut(f"{name}.jsonl{suffix}", full[:size])
        yield cut(f"flipped.jsonl{suffix}", full[:5000] + b"\0\0\0\0" + full[5004:])
        yield cut(f"garbage_behind.jsonl{suffix}", compress(_lines("gb" + suffix, 2)) + b"garbage")
        two = compress(_lines("c" + suffix, 2)) + compress(_lines("d" + suffix, 3))[:-6]
        yield cut(f"second_stream.jsonl{suffix}", two)
        two = compress(_lines("a" + suffix, 2)) + compress(_lines("b" + suffix, 3))
        yield whole(f"two_streams.jsonl{suffix}", two, 5)
        yield whole(f"padded.jsonl{suffix}", compress(_lines("p" + suffix, 2)) + b"\0" * 512, 2)
        yield Hostile("truncations", f"nothing.jsonl{suffix}", _bytes(compress(b"")), EMPTY)
        yield Hostile("truncations", f"no_bytes.jsonl{suffix}", _bytes(b""), EMPTY)
    skippable = b"\x50\x2a\x4d\x18\x04\0\0\0note"
    yield whole("skippable.jsonl.zst", skippable + zstd.compress(_lines("sk", 2)), 2)
    yield whole("cut_line.jsonl", _lines("cl", 2) + line("cl", 3)[:-9], 2, 1, "not valid JSON")
    calls = json.dumps([call("ca", n) for n in range(3)])
    yield whole("cut_array.json", calls[:-20].encode(), 2, 1, "not valid JSON")
    yield whole("array_without_end.json", calls[:-1].encode(), 3, 1, "ends before it is closed")
    rows = b"called_at,model\n2026-01-01,m1\n2026-01-01,m2\n"
    yield whole("cut_row.csv", rows + b"2026-01-01", 2, 1, "1 fields where the header has 2")
    yield whole("cut_quote.csv", rows + b'2026-01-02,"m', 2, 1, "not valid CSV")


def _csv_dialects() -> Iterator[Hostile]:
    def table(name: str, text: str, rows: int, rejected: int = 0, words: str = "") -> Hostile:
        return Hostile("CSV dialects", name, _bytes(text.encode()), LOADED, rows, rejected, words)

    for name, mark in (("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("bar", "|")):
        yield table(f"{name}.csv", f"called_at{mark}model\n2026-01-01{mark}{name}\n", 1)
        yield table(
            f"said_{name}.csv", f"sep={mark}\r\ncalled_at{mark}model\r\n2026-01-02{mark}{name}", 1
        )
    rows = "called_at,model\n2026-01-01,{}\n"
    yield table("header_again.csv", rows.format("ha1") + rows.format("ha2"), 2, 1, "no timestamp")
    yield table("total_below.csv", rows.format("tb") + "Total,\n\n", 1, 1, "no timestamp")
    yield table("doubled_ends.csv", rows.format("de").replace("\n", "\r\r\n"), 1)
    yield table("hard_blanks.csv", "\xa0called_at,model\xa0\n2026-01-01,hb\n", 1)
    yield table("blank_lines_first.csv", "\n\r\n \ncalled_at,model\n2026-01-01,blank\n", 1)
    yield table("quoted.csv", '"called_at","model"\n"2026-01-01","a ""b"", c"\n', 1)
    yield table("line_in_field.csv", 'called_at,model\n2026-01-01,"two\nlines"\n', 1)
    yield table("blanks_in_header.csv", " called_at , model \n2026-01-01,blanks\n", 1)
    yield table("nameless.csv", "called_at,model,,\n2026-01-01,nameless,1,2\n", 1)
    yield table("ragged.csv", "called_at,model\n2026-01-01,r\na\nb,c,d\n2026-01-02,r\n", 2, 2)
    yield table("open_quote.csv", 'called_at,model\n2026-01-01,"o\n2026-01-02,o\n', 1, 1)
    yield table("quotes_inside.csv", 'called_at,model\n2026-01-01,5" disk\n', 1)
    yield table("no_last_end.csv", "called_at,model\n2026-01-01,nle", 1)
    yield table(
        "wide.csv",
        f"called_at,model,{','.join(f'c{n}' for n in range(2000))}\n"
        f"2026-01-01,wide,{','.join('1' for _ in range(2000))}\n",
        1,
    )
    yield table("long_field.csv", f"called_at,model,input\n2026-01-01,lf,{'x' * 200_000}\n", 1)
    yield table("nul.csv", "called_at,model\n2026-01-01,n\0l\n", 1)
    for name, text, status, words in (
        ("header_alone.csv", "called_at,model\n", EMPTY, ""),
        ("twice.csv", "called_at,model,model\n2026-01-01,a,b\n", FAILED, "two columns are named"),
        ("one_column.csv", "words\nhello\n", SKIPPED, "fits no source"),
        ("said_alone.csv", "sep=;\n", EMPTY, ""),
    ):
        yield Hostile("CSV dialects", name, _bytes(text.encode()), status, words=words)


def _json_dialects() -> Iterator[Hostile]:
    def dialect(name: str, text: str, rows: int = 1, rejected: int = 0, words: str = "") -> Hostile:
        return Hostile("JSON dialects", name, _bytes(text.encode()), LOADED, rows, rejected, words)

    def with_value(name: str, value: str, rejected: int = 0, words: str = "") -> Hostile:
        good = line(name).decode()
        text = f'{good}\n{{"sessionId":"{name}","type":"user","x":{value}}}\n'
        return dialect(f"{name}.jsonl", text, 2 - rejected, rejected, words)

    for name, value in {
        "nan": "NaN",
        "infinity": "[Infinity, -Infinity]",
        "beyond_double": "1e400",
        "beyond_64_bits": "123456789012345678901234567890",
        "half_emoji": r'"cut \ud83d"',
        "raw_tab": '"a\tb"',
        "duplicate_key": '1,"x":2',
        "deep": "[" * 500 + "]" * 500,
        "long_number": "1" * 5000,
        "escaped_backslash": r'"\\ud83d"',
    }.items():
        yield with_value(name, value)
    for name, value in {
        "single_quotes": "'a'",
        "comma_behind": "1,",
        "comment": "1 /* one */",
        "undefined": "undefined",
        "bare_word": "yes",
        "missing": "",
        "hexadecimal": "0x1f",
        "leading_zero": "007",
        "too_deep": "[" * 100_000,
        "python": "None",
        "open_text": '"a',
    }.items():
        yield with_value(name, value, rejected=1, words="not valid JSON")
    good = line("scalars").decode()
    for number, value in enumerate(("5", '"words"', "[1, 2]", "true", "null")):
        text = f"{line(f'scalar{number}').decode()}\n{value}\n"
        yield dialect(f"scalar_{number}.jsonl", text, 1, 1, "not an object")
    yield dialect(
        "two_on_a_line.jsonl", f"{good}\n{line('t1').decode()} {line('t2').decode()}", 1, 1
    )
    calls = [json.dumps(call("array", n)) for n in range(4)]
    yield dialect("array.json", f"[{', '.join(calls)}]", 4)
    for name, text in (
        ("one", f"[{', '.join(calls)}]"),
        ("many", "[\n" + ",\n".join(calls) + "\n]"),
    ):
        yield dialect(f"array_in_{name}_lines.jsonl", text.replace('"array', f'"{name}'), 4)
    one = [json.dumps(call("one_bad", n), indent=1) for n in range(3)]
    yield dialect("one_bad.json", f"[{one[0]},\n{{'x': 1}},\n{one[1]},\n{one[2]}]", 3, 1)
    two = [json.dumps(call("open_text", n)) for n in range(3)]
    text = f'[\n{two[0]},\n{{"a": "never closed}},\n{two[1]},\n{two[2]}\n]'
    yield dialect("open_text_in_array.json", text, 3, 1)
    yield dialect("numbers_between.json", f'[{json.dumps(call("nb"))}, 5, "a, b", null]', 1, 3)
    yield dialect(
        "behind_each_other.json",
        "\n".join(json.dumps(call("beo", n), indent=2) for n in range(3)),
        3,
    )
    broken_first = '{"called_at": "2026-01-01", "model\n' + json.dumps(call("bf"))
    yield dialect("broken_first_line.json", broken_first, 1, 1)
    for name, text in (("empty_array.json", "[]"), ("blank.json", " \n\t\n")):
        status = EMPTY if name == "blank.json" else SKIPPED
        yield Hostile("JSON dialects", name, _bytes(text.encode()), status)


def _span(number: int) -> dict[str, object]:
    return {
        "traceId": f"{number:032x}",
        "spanId": f"{number:016x}",
        "name": "chat",
        "startTimeUnixNano": "1767225600000000000",
        "endTimeUnixNano": "1767225601000000000",
    }


def _spans(*spans: object) -> dict[str, object]:
    return {
        "resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": list(spans)}]}]
    }


def _envelopes() -> Iterator[Hostile]:
    def document(  # noqa: PLR0917 - a line a file reads as a table
        name: str, text: str, rows: int, rejected: int = 0, words: str = "", status: str = LOADED
    ) -> Hostile:
        return Hostile("envelopes", name, _bytes(text.encode()), status, rows, rejected, words)

    job = {"status": "queued", "project_dir": "site", "created_at": MOMENT}
    yield document("spans.jsonl", json.dumps(_spans(_span(1), _span(2))), 2)
    yield document("spans.json", json.dumps(_spans(_span(3), _span(4)), indent=2), 2)
    yield document("list_of_documents.json", json.dumps([_spans(_span(5)), _spans(_span(6))]), 2)
    yield document("bad_span.jsonl", json.dumps(_spans(_span(7), {"traceId": "x"}, 5)), 1, 2)
    two = json.dumps({"resourceSpans": _spans(_span(8))["resourceSpans"] * 2}, indent=1)
    yield document("cut_spans.json", two[:-40], 1, 1)
    nan = json.dumps(_spans(_span(9) | {"kind": float("nan")}))
    yield document("nan_in_span.jsonl", nan, 1)
    good, bad = json.dumps(_spans(_span(10))), '{"resourceSpans": [{"scopeSpans": nope}]}'
    yield document("bad_document.jsonl", f"{good}\n{bad}\n", 1, 1)
    one = json.dumps(_spans(_span(11))["resourceSpans"][0])  # type: ignore[index]
    yield document("one_bad_resource.jsonl", f'{{"resourceSpans": [{one}, {{"a": nope}}]}}', 1, 1)
    yield document(
        "other_key.jsonl", json.dumps(_spans(_span(12))) + '\n{"resourceSpans": 5}', 1, 1
    )
    yield document("no_spans.jsonl", '{"resourceSpans": []}', 0, status=EMPTY)
    jobs = {"jobs": {"a": job, "b": job}}
    yield document("map_of_jobs.json", json.dumps(jobs, indent=2), 2)
    yield document("list_of_jobs.json", json.dumps({"jobs": [{"job_id": "c", **job}, "d"]}), 1, 1)
    listed = ",\n".join(json.dumps({"job_id": f"e{n}", **job}) for n in range(2))
    yield document(
        "bad_job.json", f'{{"version": 2,\n"jobs": [{listed},\n{{"job_id": nope}}]}}', 2, 1
    )
    yield document("other_jobs.json", '{"jobs": {"build": {"runs-on": "x"}}}', 0, status=SKIPPED)


def _names() -> Iterator[Hostile]:
    for number, name in enumerate(
        (
            "a b",
            "it's",
            'say "x"',
            "tab\there",
            "line\nfeed",
            "{a,b}",
            "*?[1]",
            "::",
            "é",
            "e\u0301",
            "-rf",
            "back\\slash",
            "100%25",
            "a;b&c",
            "\U0001f600",
            "x" * 240,
            "$HOME",
            "dots..",
            "a=b",
            "~",
            "UPPER",
        )
    ):
        suffix = ".JSONL" if name == "UPPER" else ".jsonl"
        yield Hostile("names", f"{name}{suffix}", _bytes(_lines(f"name{number}", 1)), LOADED, 1)
    yield Hostile("names", os.fsdecode(b"caf\xe9.jsonl"), _bytes(_lines("nameé", 1)), LOADED, 1)
    yield Hostile(
        "names", os.fsdecode(b"\xff\xfe'.csv"), _bytes(b"called_at,model\n2026-01-01,fe"), LOADED, 1
    )
    yield Hostile("names", "a.b.c.jsonl.gz", _bytes(gzip.compress(_lines("dots", 1))), LOADED, 1)
    yield Hostile("names", "notes.txt", _bytes(b"words"), "passed over")
    yield Hostile("names", ".hidden.jsonl", _bytes(_lines("hidden", 1)), "passed over")


def _links() -> Iterator[Hostile]:
    def to(target: str) -> Callable[[Path], object]:
        return lambda path: path.symlink_to(target)

    def bind(path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as server:
            os.chdir(path.parent)
            server.bind(path.name)

    circle = "is a link that leads in a circle"
    yield Hostile("links", "itself.jsonl", to("itself.jsonl"), "unreadable", words=circle)
    yield Hostile("links", "ping.jsonl", to("pong.jsonl"), "unreadable", words=circle)
    yield Hostile("links", "pong.jsonl", to("ping.jsonl"), "unreadable", words=circle)
    yield Hostile(
        "links",
        "nowhere.jsonl",
        to("/nowhere/at/all.jsonl"),
        "unreadable",
        words="is a link that leads nowhere",
    )
    yield Hostile("links", "up", to(".."), "passed over")
    yield Hostile("links", "here", to("."), "passed over")
    yield Hostile("links", "zeros.jsonl", to("/dev/zero"), "passed over")
    yield Hostile("links", "pipe.jsonl", os.mkfifo, "passed over")
    yield Hostile("links", "socket.jsonl", bind, "passed over")
    yield Hostile("links", "folder.jsonl", Path.mkdir, "passed over")


def _contents() -> Iterator[Hostile]:
    def other(  # noqa: PLR0917 - a line a file reads as a table
        name: str, content: bytes, status: str, words: str = "", rows: int = 0, rejected: int = 0
    ) -> Hostile:
        return Hostile("misnamed", name, _bytes(content), status, rows, rejected, words)

    yield other("text.jsonl.gz", _lines("textgz", 2), LOADED, rows=2)
    yield other("text.jsonl.zst", _lines("textzst", 2), LOADED, rows=2)
    yield other("gzip.jsonl", gzip.compress(_lines("gzip", 2)), LOADED, rows=2)
    yield other("gzip.jsonl.zst", gzip.compress(_lines("gz.zst", 2)), LOADED, rows=2)
    yield other("noise.jsonl.gz", bytes(range(256)), FAILED, "not compressed with gzip", rejected=1)
    for name, magic in (("bzip2", b"BZh91AY&SY"), ("xz", b"\xfd7zXZ\0"), ("zip", b"PK\3\4")):
        yield other(f"{name}.jsonl", magic + os.urandom(99), FAILED, f"compressed with {name}")
    yield other("excel.csv", b"PK\3\4" + os.urandom(99), FAILED, "compressed with zip")
    yield other(
        "image.jsonl", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 50, FAILED, "is binary", rejected=1
    )
    yield other("database.json", b"SQLite format 3\0" * 50, FAILED, "is binary", rejected=1)
    yield other("noise.csv", bytes(range(256)) * 9, FAILED, "is binary", rejected=1)
    yield other("page.json", b"<!doctype html><html></html>", SKIPPED, "holds no JSON object")
    yield other("page.jsonl", b"<!doctype html>\n", FAILED, "holds no JSON object", rejected=1)
    yield other("table.jsonl", b"called_at,model\n2026-01-01,m\n", FAILED, "holds no", rejected=1)
    yield other("settings.json", b'{"theme": "dark"}', SKIPPED, "fits no source")
    yield other("nothing.jsonl", b"", EMPTY)
    yield other("blank.jsonl", b"\n \t\r\n\n", EMPTY)
    yield other("noise.parquet", b"PAR0" + os.urandom(99), FAILED, "is no Parquet file")
    yield other("nothing.parquet", b"", EMPTY)
    yield other("cut.parquet", b"PAR1" + os.urandom(99), FAILED, "cut off or damaged")
    yield other("holed.parquet", b"PAR1" + os.urandom(99) + b"PAR1", FAILED, "cut off or damaged")


def _times() -> Iterator[Hostile]:
    def calls(name: str, *rows: dict[str, object]) -> bytes:
        return b"".join(
            json.dumps({**call(name, n), **row}).encode() + b"\n" for n, row in enumerate(rows)
        )

    def times(
        name: str,
        *moments: object,
        rows: int = 0,
        rejected: int = 0,
        words: str = "",
        key: str = "called_at",
    ) -> Hostile:
        given = [
            {"called_at": None, key: moment} if key != "called_at" else {key: moment}
            for moment in moments
        ]
        content = calls(name, *given) + json.dumps(call(name, 99)).encode()
        return Hostile("times", f"{name}.jsonl", _bytes(content), LOADED, rows + 1, rejected, words)

    no_time = "is no timestamp"
    yield times("offset", "2026-03-01T10:00:00+99:00", rejected=1, words=no_time)
    yield times("hour", "2026-03-01T25:00:00Z", rejected=1, words=no_time)
    yield times("minute", "2026-03-01T10:61:00Z", rejected=1, words=no_time)
    yield times("month", "2026-13-01", "2026-02-30", rejected=2, words=no_time)
    yield times("year_0", "0000-01-01", rejected=1, words=no_time)
    yield times("no_year", "Mar 4 10:00", "10:00:00", rejected=2, words=no_time)
    yield times("year_1", "0001-01-01", rejected=1, words="is before 2015-01-01")
    yield times("year_9999", "9999-12-31", rejected=1, words="days ahead")
    yield times("words", "soon", "yesterday", rejected=2, words=no_time)
    yield times("bare", 17, 20260301, rejected=2, words="names no moment")
    yield times("seconds_as_ms", 1767225600, key="called_at_ms", rejected=1, words="like seconds")
    yield times("ms_as_seconds", 1767225600000, key="called_at_s", rejected=1, words="milliseconds")
    yield times("nan", "nan", "1e999", key="called_at_s", rejected=2, words="is no number")
    yield times("relative", 0, 2500, key="called_at_ms", rows=2)
    yield times(
        "good",
        1767225600,
        "1767225600123",
        "2026-01-01",
        "20260301T101010Z",
        "2026-01-01T23:59:60Z",
        "2026-01-01 10:00:00.1234567 +05:30",
        rows=6,
    )
    for name, settled, rows in (("month_first", "03/25/2026", 2), ("day_first", "25/03/2026", 2)):
        yield times(name, "03/04/2026 10:00", settled, rows=rows)
    yield times(
        "ambiguous",
        "03/04/2026",
        "04-05-2026",
        "06/06/2026",
        rows=1,
        rejected=2,
        words="--set date_order=",
    )
    yield times(
        "both_orders",
        "03/04/2026",
        "03/25/2026",
        "25/03/2026",
        rows=2,
        rejected=1,
        words="--set date_order=",
    )
