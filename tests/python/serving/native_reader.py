"""A reader of Native with a protocol version, written from its description, for comparison."""

import struct


def without_version(data, version):
    """Take the headers out again: a reader of its own, which knows where each column is."""
    plain, place = bytearray(), 0
    while place < len(data):
        assert data[place : place + 8] == b"\x01\x00\x02\xff\xff\xff\xff\x00"
        place += 8
        block = Block(data, place, version)
        plain += block.plain
        place = block.place
    return bytes(plain)


class Block:
    """Reads one block column by column, by types, as clients do."""

    def __init__(self, data, place, version):
        self.data, self.place, self.plain = data, place, bytearray()
        columns, rows = self.number(), self.number()
        for _ in range(columns):
            self.text()
            kind = self.text()
            if version >= 54454:
                assert data[self.place] == 0, kind
                self.place += 1
            if rows:
                self.begin(kind)
                self.column(kind, rows)

    def take(self, length):
        piece = self.data[self.place : self.place + length]
        assert len(piece) == length
        self.plain += piece
        self.place += length
        return piece

    def number(self):
        value = shift = 0
        while True:
            (byte,) = self.take(1)
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def text(self):
        return self.take(self.number()).decode()

    def begin(self, kind):
        """Read the version of a dictionary, which stands before everything else."""
        if "LowCardinality" in kind:
            assert kind.count("LowCardinality") == 1
            assert struct.unpack("<Q", self.take(8)) == (1,)

    def column(self, kind, rows):
        name, _, inner = kind.partition("(")
        inner = inner.removesuffix(")")
        if kind == "String":
            for _ in range(rows):
                self.text()
        elif name == "Nullable":
            self.take(rows)
            self.column(inner, rows)
        elif name == "Array":
            total = struct.unpack("<Q", self.take(8 * rows)[-8:])[0]
            self.column(inner, total)
        elif name == "Map":
            total = struct.unpack("<Q", self.take(8 * rows)[-8:])[0]
            for part in inner.split(", "):
                self.column(part, total)
        elif name == "Tuple":
            for part in TUPLES[kind]:
                self.column(part, rows)
        elif name == "LowCardinality" and rows:
            flags, size = struct.unpack("<QQ", self.take(16))
            self.column(inner.removeprefix("Nullable(").removesuffix(")"), size)
            assert struct.unpack("<Q", self.take(8)) == (rows,)
            self.take(rows * 2 ** (flags & 0xFF))
        else:
            self.take(rows * WIDTHS[name] if name in WIDTHS else rows * WIDTHS[kind])


TUPLES = {
    "Tuple(n UInt64, `a b` Array(String))": ["UInt64", "Array(String)"],
    "Tuple(UInt64, String, Nullable(UInt8))": ["UInt64", "String", "Nullable(UInt8)"],
}
WIDTHS = {
    **{
        "UInt8": 1,
        "Bool": 1,
        "Enum8": 1,
        "Date": 2,
        "Date32": 4,
        "UInt32": 4,
        "DateTime": 4,
        "IPv4": 4,
    },
    **{"UInt64": 8, "Float64": 8, "DateTime64": 8, "Decimal(18, 4)": 8, "Decimal(38, 12)": 16},
    **{"UUID": 16, "IPv6": 16, "Int256": 32, "FixedString(4)": 4},
}
