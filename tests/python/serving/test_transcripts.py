"""What drivers that are not here send, byte for byte: Java (JDBC), ODBC, Go."""

import json
import socket
import struct

import pytest
from backports import zstd

from orchestration.serving.blocks import unpack
from serving.native_reader import without_version


def send(served, text, body=b""):
    """Send a request as it is written, with lines that end as HTTP wants it."""
    head = text.strip().replace("HOST", f"127.0.0.1:{served.port}").replace("\n", "\r\n")
    with socket.create_connection(("127.0.0.1", served.port), 30) as connection:
        connection.sendall(head.encode() + b"\r\n\r\n" + body)
        return Answer(connection)


class Answer:
    """An answer of HTTP/1.1, read to its end."""

    def __init__(self, connection):
        self.file = connection.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(":")
            self.headers[name.lower()] = value.strip()
        self.body = self._chunks() if "transfer-encoding" in self.headers else self._whole()

    def _whole(self):
        return self.file.read(int(self.headers.get("content-length", 0)))

    def _chunks(self):
        body = b""
        while size := int(self.file.readline(), 16):
            body += self.file.read(size)
            self.file.readline()
        return body


def chunked(*parts):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


JDBC = """
POST /?query_id=5a1d9b4e&compress=1&max_execution_time=20&session_timezone=UTC HTTP/1.1
Accept-Encoding: gzip, x-gzip, deflate
Content-Type: text/plain; charset=UTF-8
X-ClickHouse-Database: marts
X-ClickHouse-Format: RowBinaryWithNamesAndTypes
User-Agent: jdbc-v2/0.9.2 clickhouse-java-v2/0.9.2 (Linux; jvm:21.0.4) Apache-HttpClient/5.4.4
Authorization: Basic ZGVmYXVsdDo=
Content-Length: LENGTH
Host: HOST
Connection: keep-alive
"""


def jdbc(served, sql):
    body = sql.encode()
    return send(served, JDBC.replace("LENGTH", str(len(body))), body)


def row_binary_names(data):
    """Return the names and types, and what follows."""
    place = 1
    texts = []
    for _ in range(2 * data[0]):
        length = data[place]
        texts.append(data[place + 1 : place + 1 + length].decode())
        place += 1 + length
    return texts, data[place:]


def test_jdbc_connects_and_reads_compressed_blocks(served):
    sql = "SELECT currentUser() AS user, timezone() AS timezone, version() AS version LIMIT 1"
    answer = jdbc(served, sql)
    assert answer.status == 200
    assert answer.headers["x-clickhouse-format"] == "RowBinaryWithNamesAndTypes"
    assert answer.headers["x-clickhouse-query-id"] == "5a1d9b4e"
    assert answer.headers["x-clickhouse-timezone"] == "UTC"
    assert answer.body[16] == 0x82, "the method of an LZ4 block"
    names, values = row_binary_names(unpack(answer.body, 1 << 20))
    assert names == ["user", "timezone", "version", "String", "String", "String"]
    assert values.startswith(b"\x07default\x03UTC")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "SELECT t.database AS TABLE_SCHEM, t.name AS TABLE_NAME, d.engine FROM system.tables t "
        "JOIN system.databases d ON t.database = d.name WHERE t.database LIKE '%' ORDER BY 2",
        "SELECT database, table, name, type, numeric_precision, character_octet_length "
        "FROM system.columns WHERE database LIKE 'marts' AND table LIKE 'types' ORDER BY position",
        "SELECT name, case_insensitive FROM system.data_type_families",
        "SELECT timezone() AS tz",
        "-- Metabase:: userID: 1 queryType: MBQL queryHash: 0f\n"
        "SELECT toDate(`marts`.`types`.`at`) "
        "AS `at`, COUNT(*) AS `count` FROM `marts`.`types` GROUP BY `at` ORDER BY `at` ASC",
    ],
)
def test_what_metabase_and_tableau_ask_through_jdbc(served, sql):
    answer = jdbc(served, sql)
    assert answer.status == 200, answer.body
    names, _ = row_binary_names(unpack(answer.body, 1 << 24))
    assert names


def test_jdbc_gets_errors_that_it_knows(served):
    missing = jdbc(served, "SELECT * FROM nothing")
    assert missing.headers["x-clickhouse-exception-code"] == "60"
    assert missing.body.startswith(b"Code: 60."), "Metabase takes this for: no such table"


ODBC = """
POST /?database=marts&default_format=ODBCDriver2&enable_http_compression=1\
&cast_keep_nullable=1&prefer_column_name_to_alias=1\
&param_odbc_positional_1=3 HTTP/1.1
Accept-Encoding: zstd
Authorization: Basic ZGVmYXVsdDo=
Content-Type: application/octet-stream
Host: HOST
Transfer-Encoding: chunked
User-Agent: clickhouse-odbc/1.4.3 (Windows)
"""


def test_odbc_sends_chunks_and_reads_zstd(served):
    sql = b"SELECT id, word FROM types WHERE id < {odbc_positional_1:Int32} ORDER BY id"
    answer = send(served, ODBC, chunked(sql[:20], sql[20:]))
    assert answer.status == 200, answer.body
    assert answer.headers["content-encoding"] == "zstd"
    assert answer.headers["x-clickhouse-format"] == "ODBCDriver2"
    data = zstd.decompress(answer.body)
    (sections,) = struct.unpack_from("<i", data)
    assert sections >= 2, "a header of names and types"
    assert b"word" in data and b"UInt64" in data


@pytest.mark.parametrize(
    "sql",
    [
        b"SELECT 1",
        b"SELECT database AS TABLE_CAT, '' AS TABLE_SCHEM, name AS TABLE_NAME, "
        b"'TABLE' AS TABLE_TYPE FROM system.tables WHERE isNull(database) == 0 "
        b"ORDER BY TABLE_TYPE, TABLE_NAME",
        b"SELECT name, type, position FROM system.columns WHERE database == 'marts' "
        b"AND table == 'types'",
    ],
)
def test_what_power_bi_asks_through_odbc(served, sql):
    answer = send(served, ODBC, chunked(sql))
    assert answer.status == 200, answer.body
    assert zstd.decompress(answer.body)


GO = """
POST /?client_protocol_version=54460&default_format=Native&enable_http_compression=1\
&max_execution_time=60&database=marts&limit=100000 HTTP/1.1
Host: HOST
User-Agent: grafana-clickhouse-datasource/4.10.2 clickhouse-go/2.37.2 (lv:go/1.24.4; os:linux)
Content-Length: LENGTH
Accept-Encoding: gzip
Authorization: Basic ZGVmYXVsdDo=
"""


def go(served, sql):
    body = sql.encode()
    return send(served, GO.replace("LENGTH", str(len(body))), body)


def test_go_reads_native_blocks_of_its_version(served):
    import gzip

    answer = go(served, "SELECT displayName(), version(), revision(), timezone()")
    assert answer.status == 200
    assert answer.headers["content-encoding"] == "gzip"
    framed = gzip.decompress(answer.body)
    plain = without_version(framed, 54460)
    assert b"tokenhouse" in plain and b"UTC" in plain
    assert framed[:8] == b"\x01\x00\x02\xff\xff\xff\xff\x00"


@pytest.mark.parametrize(
    "sql",
    [
        "SHOW DATABASES",
        'SHOW TABLES FROM "marts"',
        'DESC TABLE "marts"."types"',
        "SELECT name, type FROM system.columns WHERE database = 'marts' AND table = 'types'",
        "SELECT toStartOfInterval(toDateTime(at), INTERVAL 60 second) as time, avg(id) as n "
        "FROM marts.types WHERE time >= toDateTime(1700000000) AND time <= toDateTime(1900000000) "
        "GROUP BY time "
        "ORDER BY time ASC LIMIT 1000",
        "SELECT id FROM marts.types settings additional_table_filters="
        "{'marts.types': ' id = ''3'' '}",
    ],
)
def test_what_grafana_asks_through_go(served, sql):
    import gzip

    answer = go(served, sql)
    assert answer.status == 200, answer.body
    assert without_version(gzip.decompress(answer.body), 54460)


def test_the_summary_is_json_of_texts(served):
    answer = go(served, "SELECT 1")
    assert all(
        isinstance(value, str)
        for value in json.loads(answer.headers["x-clickhouse-summary"]).values()
    )
