"""Statements that clients send and people write, which must be answered."""

from serving.served import mart_columns

# What the drivers of BI tools ask when they connect and when they list tables.
CLIENTS = """
SELECT version(), timezone()
SELECT name, value, readonly FROM system.settings LIMIT 10000
SELECT 1 AS check
SELECT currentDatabase()
SHOW DATABASES
SHOW TABLES FROM `marts`
SHOW TABLES FROM "marts"
SHOW FULL TABLES FROM marts
SHOW TABLES
SHOW TABLES LIKE '%run%'
SHOW TABLES FROM marts NOT LIKE '%run%' LIMIT 3
DESCRIBE TABLE `marts`.`run_analytics`
DESC marts.run_analytics
DESC TABLE marts.run_analytics
EXISTS TABLE `marts`.`run_analytics`
EXISTS marts.nothing
EXISTS DATABASE `marts`
SHOW CREATE TABLE marts.run_analytics
SHOW CREATE DATABASE marts
SHOW COLUMNS FROM run_analytics FROM marts
SHOW FULL COLUMNS FROM marts.run_analytics LIKE '%cost%'
SHOW INDEX FROM marts.run_analytics
SHOW SETTINGS LIKE 'max_threads'
SHOW FUNCTIONS LIKE 'toDate'
SHOW ENGINES
SHOW CLUSTERS
SHOW DICTIONARIES
SELECT engine, engine_full, comment FROM system.tables WHERE database = 'marts' AND name = 'run_analytics'
SELECT name FROM system.functions UNION ALL SELECT name FROM system.table_functions LIMIT 10000
SELECT currentUser() AS user, timezone() AS timezone, version() AS version LIMIT 1
SELECT currentUser(), timezone(), version(), getSetting('readonly') as readonly FORMAT RowBinaryWithNamesAndTypes
SELECT 1
select 1;
/* ApplicationName=DBeaver */ SELECT 1
-- ping
select 1
SELECT displayName(), version(), revision(), timezone()
SELECT name, is_aggregate, case_insensitive, alias_to, origin, description, syntax, arguments, returned_value, examples, categories FROM system.functions
SELECT * FROM system.data_type_families
SELECT name, case_insensitive, alias_to FROM system.data_type_families ORDER BY name
SELECT value = '1' FROM system.settings WHERE name = 'cloud_mode'
SELECT timezone() AS tz
WITH s AS (SELECT version() AS ver, splitByChar('.', ver) AS verSplit) SELECT s.ver, toInt32(verSplit[1]), toInt32(verSplit[2]) FROM s
SELECT t.database AS TABLE_SCHEM, t.name AS TABLE_NAME, if(t.engine LIKE '%View%', 'VIEW', 'TABLE') AS TABLE_TYPE, t.comment AS REMARKS FROM system.tables t JOIN system.databases d ON system.tables.database = system.databases.name WHERE t.database LIKE '%' ORDER BY 1, 2
SELECT t.database, t.name, d.engine FROM system.tables AS t INNER JOIN system.databases AS d ON t.database = d.name WHERE t.name LIKE '%'
SELECT database, table, name, type, position, numeric_precision, numeric_scale, character_octet_length, datetime_precision, comment, default_kind, is_in_primary_key FROM system.columns WHERE database = 'marts' ORDER BY table, position
SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_schema NOT IN ('system', 'information_schema')
SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = 'run_analytics'
SELECT * FROM INFORMATION_SCHEMA.SCHEMATA
SELECT name FROM system.databases WHERE name NOT IN ('system', 'information_schema', 'INFORMATION_SCHEMA')
SELECT count() FROM system.tables WHERE database = 'marts'
SELECT name, type FROM system.columns WHERE database = 'marts' AND table = 'run_analytics' LIMIT 5
SELECT * FROM system.formats
SELECT * FROM system.table_engines
SELECT * FROM system.time_zones LIMIT 3
SELECT * FROM system.collations LIMIT 3
SELECT keyword FROM system.keywords LIMIT 3
SELECT * FROM system.one
SELECT dummy FROM system.one
SELECT number FROM system.numbers LIMIT 3
SELECT name, expr FROM system.data_skipping_indices WHERE database = 'marts'
SELECT DISTINCT cluster FROM system.clusters
SET max_execution_time = 10
SET join_use_nulls = 1, max_threads = 2
SET ROLE NONE
USE marts
USE `reference`
EXPLAIN SELECT 1
EXPLAIN AST SELECT 1
EXPLAIN SYNTAX SELECT 1
EXPLAIN PLAN SELECT count() FROM marts.run_analytics
EXPLAIN PLAN indexes = 1 SELECT count() FROM marts.run_analytics
EXPLAIN PIPELINE SELECT count() FROM marts.run_analytics
EXPLAIN QUERY TREE SELECT 1
EXPLAIN ESTIMATE SELECT * FROM marts.run_analytics
SELECT * FROM (SELECT * FROM marts.types) AS virtual_table LIMIT 1000
SELECT * FROM (\\nSELECT 1 AS a\\n) q LIMIT 0
SELECT "source"."id" AS "id" FROM (SELECT id FROM marts.types) AS "source" LIMIT 2000
SELECT `marts`.`types`.`id` AS `id` FROM `marts`.`types` LIMIT 10
SELECT toStartOfInterval(toDateTime(at), INTERVAL 60 second) AS time, avg(id) FROM marts.types WHERE at >= toDateTime(1700000000) AND at <= toDateTime(1800000000) GROUP BY time ORDER BY time ASC
SELECT toStartOfMonth(day) AS __timestamp, sum(usd) AS "SUM(usd)" FROM types GROUP BY toStartOfMonth(day) ORDER BY "SUM(usd)" DESC LIMIT 10000
SELECT count(*) AS `count` FROM `marts`.`types` WHERE (`word` = 'a' OR `word` IS NULL)
"""

# What analysts write: every clause that reads.
PEOPLE = """
select id, word from types where id > 3 and word like '1%' order by id desc limit 5
select id from types limit 5 offset 3
select id from types order by id limit 2, 3
select top 3 id from types
select distinct category from types order by category
select distinct on (category) category, id from types
select category, count() as n, sum(usd) as usd from types group by category having n > 1 order by usd desc, category
select category, is_even, count() from types group by cube(category, is_even)
select category, is_even, count() from types group by rollup(category, is_even)
select category, is_even, count() from types group by grouping sets ((category), (is_even), ())
select category, is_even, count(), grouping(category) from types group by grouping sets ((category), (is_even))
select category, count() from types group by category with totals
select category, count() from types group by all
select count(), uniq(word), uniqExact(word), min(id), max(id), avg(id), any(word), anyLast(word) from types
select quantile(0.9)(id), quantiles(0.5, 0.9)(id), quantileExact(0.5)(id), median(id), stddevPop(id), varSamp(id) from types
select sumIf(usd, is_even), countIf(id > 3), avgIf(id, is_even), uniqIf(word, is_even), sumOrNull(id), groupArrayIf(3)(id, is_even) from types
select argMax(word, id), argMin(word, id), topK(3)(category), groupArray(5)(word), groupUniqArray(category) from types
select sum(id) filter (where is_even) from types
select count(distinct word), count(*) from types
select corr(id, id), covarPop(id, id), simpleLinearRegression(id, id) from types
select sumMap(counts), maxMap(counts) from types
select id, row_number() over (partition by category order by id) as n, rank() over w, dense_rank() over w from types window w as (partition by category order by id)
select id, sum(id) over (order by id rows between 3 preceding and current row) as s from types
select id, lagInFrame(id, 1) over (order by id), leadInFrame(id) over (order by id), first_value(id) over (order by id) from types
select id, avg(id) over (partition by category order by id rows between unbounded preceding and unbounded following) from types
select id from types qualify row_number() over (partition by category order by id) = 1
with totals as (select category, sum(id) as n from types group by category) select * from totals order by n
with 3 as n, (select max(id) from types) as top select id, n, top from types limit 1
with recursive t as (select 1 as n union all select n + 1 from t where n < 5) select sum(n) from t
select * from types as a inner join types as b on a.id = b.id limit 3
select a.id, b.word from types a left join types b using (id) limit 3
select a.id from types a full outer join types b on a.id = b.id and a.word = b.word limit 3
select count() from types a cross join types b
select a.id from types a semi join types b on a.id = b.id
select a.id from types a anti left join types b on a.id = b.id
select a.id from types a asof join types b on a.word = b.word and a.id >= b.id
select id, w from types array join words as w limit 3
select id, w from types left array join words as w limit 3
select 1 union all select 2
select 1 union distinct select 1
select 1 intersect select 1
select 1 except select 2
(select 1) union all (select 2 limit 1)
select id in (1, 2, 3), id not in (select id from types where is_even), word in ('a', 'b') from types limit 3
select id from types where id global in (select id from types) limit 1
select exists(select 1 from types where id = 3)
select (select max(id) from types) as top
select if(is_even, 'even', 'odd'), multiIf(id = 1, 'one', id = 2, 'two', 'more') from types limit 3
select case when id > 3 then 'big' else 'small' end, case id when 1 then 'a' end from types limit 3
select id between 1 and 3, not is_even, word is null, word is not null from types limit 3
select coalesce(sometimes, 0), ifNull(sometimes, 0), nullIf(id, 3), assumeNotNull(sometimes) from types limit 3
select cast(id as String), id::String, cast(id, 'Nullable(UInt64)'), toDecimal128(id, 12), accurateCastOrNull(word, 'UInt8') from types limit 3
select id::Decimal(38, 12), [1, 2]::Array(UInt8), (1, 'a')::Tuple(a UInt8, b String) from types limit 1
select toDate('2026-01-01'), date '2026-01-01', timestamp '2026-01-01 00:00:00', toDateTime64('2026-01-01 00:00:00', 3)
select now() - interval 1 day, today() - 7, dateDiff('day', day, today()), addMonths(day, 1), day + interval 2 week from types limit 1
select toStartOfWeek(day, 1), toStartOfQuarter(day), toYYYYMM(day), toDayOfWeek(day), dateTrunc('month', day), date_trunc('week', at) from types limit 1
select formatDateTime(at, '%Y-%m'), toTimeZone(at, 'Europe/Berlin'), extract(year from day), toUnixTimestamp(at_second) from types limit 1
select parseDateTimeBestEffort('2026-01-02T03:04:05Z'), fromUnixTimestamp(1700000000)
select lower(word), upper(word), length(word), substring(word, 1, 2), concat(word, '-', word), word || 'x', trim(both ' ' from word) from types limit 1
select replaceAll(word, '1', '2'), splitByChar(',', 'a,b'), arrayStringConcat(words, ','), match(word, '^1'), extractAll(word, '[0-9]+') from types limit 1
select word ilike '%A%', position('b' in 'abc'), startsWith(word, '1'), leftPad(word, 5, '0'), reverse(word), repeat('a', 3) from types limit 1
select format('{} and {}', 'a', 'b'), printf('%d', 3), toString(1.5), hex(word), base64Encode(word) from types limit 1
select arrayMap(x -> x || '!', words), arrayFilter((x, i) -> i > 1, words, arrayEnumerate(words)), arraySum(range(5)), arrayJoin([1, 2]) from types limit 1
select words[1], words[-1], length(words), has(words, 'a'), arraySort(x -> -x, [1, 2]), arrayZip([1], ['a']), [1, 2, 3][2] from types limit 1
select counts['k'], mapKeys(counts), mapValues(counts), map('a', 1)['a'], pair.1, tupleElement(pair, 2), nested.n from types limit 1
select JSONExtractString('{"a": {"b": "c"}}', 'a', 'b'), JSONExtractInt('{"a": 1}', 'a'), JSON_VALUE('{"a": 1}', '$.a'), simpleJSONExtractInt('{"a":1}', 'a')
select round(1.234, 2), floor(1.5), ceil(1.5), abs(-1), sqrt(4), pow(2, 3), exp(1), log(10), greatest(1, 2), least(1, 2), 7 % 3, intDiv(7, 2), -1, 1 <=> 2
select round(usd, 2), usd * 2, usd / 3, usd + small_usd, toFloat64(usd) from types limit 1
select isNaN(odd_float), isFinite(odd_float), ifNotFinite(odd_float, 0) from types limit 3
select bitAnd(5, 3), bitOr(5, 3), xor(1, 0), cityHash64('a'), MD5('a'), sipHash64(1), generateUUIDv4() != toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')
select * from numbers(10)
select * from numbers(5, 10)
select a.number from numbers(3) as a, numbers(2) as b
select * from generate_series(1, 10, 3)
select * from generateSeries(1, 3)
select * from values('a UInt8, b String', (1, 'x'), (2, 'y'))
select * from view(select 1 as a)
select * except (id) from types limit 1
select * except id from types limit 1
select * replace (id + 1 as id) from types limit 1
select columns('^i') from types limit 1
select * apply(toString) from (select id, day from types) limit 1
select columns('^id$') apply(x -> x + 1) from types limit 1
select types.* from types limit 1
select t.id, t.* from types as t limit 1
select id as `a b`, id as "c d", id e from types limit 1
select id from types order by id nulls last, word collate 'en' limit 1
select toDate('2026-01-01') + number as day, number from numbers(3) where number != 1 order by day with fill step 1
select number from numbers(3) order by number with fill from 0 to 6 step 2 interpolate
select id, category from types order by category, id limit 1 by category
select id from types order by id limit 3 with ties
select id from types prewhere id > 3 where is_even
select 1 as a format JSON
select 1 as a format TSV
select 1 as a FORMAT CSVWithNames settings max_threads = 1
select 1 as a settings max_threads = 1 format JSONEachRow
select 1 as a settings max_threads = 1, join_use_nulls = 1
select id from marts.types settings additional_table_filters = {'marts.types': 'id < 3'}
select id from types settings limit = 3
select 'it''s', 'a\\'b', 'semi;colon', '/* no comment */', '-- none', 'into outfile', "id" from types limit 1
select 'file(\\'/etc/hostname\\')'
select settings from (select 1 as settings)
select format from (select 'x' as format)
select system from (select 1 as system)
select file from (select 1 as file) /* a column */
select url, python, executable from (select 1 as url, 2 as python, 3 as executable)
select s.system.a from (select cast(tuple(tuple(1)), 'Tuple(system Tuple(a UInt8))') as s) limit 0
select apply from (select 1 as apply)
select 1 -- a comment; with a semicolon
select /* a comment; with */ 1
select 0x1F, 1e3, 1_000, .5, 5., 0b11, -3, +4, 1.5e-3
select true, false, null, inf, nan, 1 = 1, 1 == 1, 1 != 2, 1 <> 2, not true, 1 and 0 or 1
select (1, 2), [1, 2], tuple(1), array(1), ()
select (1, 2) = (1, 2), (id, word) in (select id, word from types) from types limit 1
select 1 ? 2 : 3
select initcap('ab'), soundex('a'), levenshteinDistance('a', 'b'), ngramDistance('a', 'b'), tokens('a b')
select IPv4NumToString(1), toIPv4('1.2.3.4'), domain('http://a.b/c'), cutQueryString('http://a/b?c=d'), extractURLParameter('http://a?b=c', 'b')
select bar(3, 0, 10, 5), formatReadableSize(1024), formatReadableQuantity(1000), formatReadableTimeDelta(100), transform(1, [1], ['a'], 'b')
select toTypeName(usd), byteSize(usd), dumpColumnStructure(id) from types limit 1
select min(date), max(date), toStartOfWeek(date) as week from daily_costs group by week order by week
select sum(cost_usd) from marts.daily_costs where date >= today() - 30
from types select id limit 3
select rule_id from reference.alert_rules order by rule_id
select count() from run_analytics as r join reference.alert_rules as a on a.rule_id = r.run_id
select 'größe', 'quote ‘ok’', '日本語'
select 1 as `größe`
"""

PER_MART = (
    "select * from marts.{mart} limit 0",
    "select * from `marts`.`{mart}` limit 3",
    "select count() from {mart}",
    "describe table marts.{mart}",
    "show create table marts.{mart}",
    "select name, type, comment from system.columns where database = 'marts' and table = '{mart}'",
)

ANSWERED = [
    line.replace("\\n", "\n")
    for line in (CLIENTS + PEOPLE).replace("-- ping\n", "-- ping\\n").strip().split("\n")
    if line
] + [statement.format(mart=mart) for mart in mart_columns() for statement in PER_MART]
