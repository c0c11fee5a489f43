"""Compression, ClickHouse's blocks, and Native with a protocol version."""

import gzip
import struct
import zlib

import chdb
import lz4.frame
import pytest
from backports import zstd

from orchestration.serving.blocks import pack, unpack
from orchestration.serving.errors import QueryError
from orchestration.serving.native import UnknownTypeError, with_version
from serving.native_reader import without_version

MIB = 1 << 20


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("zstd", zstd.compress),
        ("lz4", lambda body: lz4.frame.compress(body[:5]) + lz4.frame.compress(body[5:])),
    ],
)
def test_bodies_and_answers_are_compressed(served, name, pack):
    body = pack(b"select number from numbers(1000)")
    answer = served.http.post("/", content=body, headers={"Content-Encoding": name})
    assert answer.text.count("\n") == 1000
    headers = {"Accept-Encoding": name}
    with served.http.stream(
        "POST",
        "/",
        content=b"select number from numbers(1000)",
        headers=headers,
        params={"enable_http_compression": "1"},
    ) as raw:
        packed = b"".join(raw.iter_raw())
        assert raw.headers["Content-Encoding"] == name
    unpack = {
        "gzip": gzip.decompress,
        "deflate": zlib.decompress,
        "zstd": zstd.decompress,
        "lz4": lz4.frame.decompress,
    }[name]
    assert unpack(packed) == answer.content
    plain = served.http.post("/", content=b"select 1", headers=headers)
    assert "Content-Encoding" not in plain.headers, "only on request"


@pytest.mark.parametrize("name", ["gzip", "deflate", "zstd", "lz4", "br"])
def test_a_body_that_is_not_what_it_says(served, name):
    answer = served.http.post("/", content=b"select 1", headers={"Content-Encoding": name})
    assert answer.status_code in (500, 501)
    assert answer.text.startswith("Code: ")


def test_blocks_are_those_that_the_engine_writes(tmp_path):
    """A column's file holds blocks as ClickHouse itself makes them, checksums included."""
    connection = chdb.connect(str(tmp_path / "data"))
    connection.query(
        "create table t (n UInt64 codec(LZ4), s String codec(NONE)) engine = MergeTree order by n "
        "settings min_bytes_for_wide_part = 0, min_rows_for_wide_part = 0"
    )
    connection.query("insert into t select number % 9, 'abc' from numbers(100000) order by 1")
    connection.close()
    numbers = max(tmp_path.rglob("n.bin"), key=lambda path: path.stat().st_size)
    plain = unpack(numbers.read_bytes(), 1 << 30)
    values = struct.unpack("<100000Q", plain)
    assert values == tuple(sorted(number % 9 for number in range(100_000)))
    words = numbers.with_name("s.bin")
    assert unpack(words.read_bytes(), 1 << 30) == b"abc" * 100_000


def test_blocks_are_cut_at_a_mebibyte():
    data = bytes(range(256)) * 10_000
    blocks = list(pack([data]))
    sizes = [struct.unpack_from("<BII", block, 16) for block in blocks]
    assert [size for _, _, size in sizes] == [MIB, MIB, len(data) - 2 * MIB]
    for block, (method, length, _) in zip(blocks, sizes, strict=True):
        assert (method, length) == (0x82, len(block) - 16)
    assert unpack(b"".join(blocks), 1 << 30) == data
    assert list(pack([])) == []


@pytest.mark.parametrize("place", [0, 17, 30])
def test_damaged_blocks_are_refused(place):
    block = bytearray(b"".join(pack([b"abc" * 100])))
    block[place] ^= 0xFF
    with pytest.raises(QueryError):
        unpack(bytes(block), MIB)
    with pytest.raises(QueryError):
        unpack(b"".join(pack([b"abc"]))[:-1], MIB)
    with pytest.raises(QueryError, match="longer than 10 bytes"):
        unpack(b"".join(pack([b"abc" * 100])), 10)


def test_compressed_requests_and_answers(served):
    body = b"".join(pack([b"select number from numbers(300000)"]))
    answer = served.http.post("/", content=body, params={"decompress": "1", "compress": "1"})
    assert unpack(answer.content, 1 << 30) == b"".join(
        b"%d\n" % number for number in range(300_000)
    )
    error = served.http.post("/", content=b"selec", params={"compress": "1"})
    assert error.text.startswith("Code: 62. ")


TYPES = "select * except large, large as big from types order by id format Native"


@pytest.mark.parametrize("version", [1, 54405, 54453, 54454, 54460])
def test_native_with_a_version_is_native_with_headers(served, version):
    plain = served.ask(TYPES).content
    framed = served.ask(TYPES, params={"client_protocol_version": version}).content
    assert framed != plain
    assert without_version(framed, version) == plain


def test_native_of_many_blocks_and_of_none(served):
    many = (
        "select number, toString(number) as s, [number] as a from numbers(200000) "
        "settings max_block_size = 5000 format Native"
    )
    framed = served.ask(many, params={"client_protocol_version": "54460"}).content
    assert without_version(framed, 54460) == served.ask(many).content
    none = "select number from numbers(0) format Native"
    assert served.ask(none, params={"client_protocol_version": "54460"}).status_code == 200


def test_a_type_that_cannot_be_framed_says_what_to_do(served):
    sql = "select sumState(id) as state from types format Native"
    assert served.ask(sql).status_code == 200
    answer = served.ask(sql, params={"client_protocol_version": "54460"})
    assert answer.status_code == 501
    assert "The column state of type AggregateFunction(sum, UInt64)" in answer.text
    with pytest.raises(UnknownTypeError):
        list(with_version(b"\x01\x01\x01a\x04JSON", 54460))
