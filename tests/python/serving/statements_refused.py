"""Statements that must be refused: one a line, grouped by what they try."""

READ_FILES = """
select file('/etc/hostname')
select FILE('/etc/hostname')
select `file`('/etc/hostname')
select "file"('/etc/hostname')
select file ('/etc/hostname')
select file/* comment */('/etc/hostname')
select file -- comment
('/etc/hostname')
select 1 where file('/etc/passwd') != ''
select * apply(file) from (select '/etc/hostname' as c)
select * apply file from (select '/etc/hostname' as c)
select * apply(x -> file(x)) from (select '/etc/hostname' as c)
select columns('c') apply(file) from (select '/etc/hostname' as c)
select arrayMap(x -> file(x), ['/etc/hostname'])
with file('/etc/hostname') as f select f
with (select file('/etc/hostname')) as f select f
with x as (select file('/etc/hostname') as f) select * from x
select (select file('/etc/hostname'))
select 1 union all select length(file('/etc/hostname'))
select 1 intersect select length(file('/etc/hostname'))
select 1 except select length(file('/etc/hostname'))
select sum(length(file('/etc/hostname'))) over ()
select number from numbers(3) order by file('/etc/hostname')
select number from numbers(3) group by number having file('/etc/hostname') = ''
select number from numbers(3) limit length(file('/etc/hostname'))
select number from numbers(3) order by number with fill from length(file('/etc/hostname')) to 9
select sum(number) over (order by number rows between length(file('/etc/x')) preceding and current row) from numbers(3)
select if(1, file('/etc/hostname'), '')
select case when 1 then file('/etc/hostname') end
select [file('/etc/hostname')][1]
select (file('/etc/hostname'), 1).1
select map('a', file('/etc/hostname'))
select cast(file('/etc/hostname') as String)
select file('/etc/hostname')::String
select 'a' in (file('/etc/hostname'))
select number from numbers(1) array join [file('/etc/hostname')] as f
select * from numbers(1) as a join numbers(1) as b on length(file('/etc/hostname')) = a.number
select * from file('/etc/passwd', 'LineAsString', 'line String')
select * from file('/etc/passwd')
select * from `file`('/etc/passwd', LineAsString)
select * from fileCluster('default', '/etc/passwd', 'LineAsString')
select * from filesystem('/etc')
select * from view(select * from file('/etc/passwd', 'LineAsString'))
select * from (select * from file('/etc/passwd', 'LineAsString'))
select 1 in file('/etc/passwd', 'LineAsString')
describe file('/etc/passwd')
describe table file('/etc/passwd', 'LineAsString')
describe (select file('/etc/hostname'))
explain select file('/etc/hostname')
explain ast select file('/etc/hostname')
explain syntax select file('/etc/hostname')
explain query tree select file('/etc/hostname')
explain pipeline select file('/etc/hostname')
explain estimate select * from file('/etc/passwd')
show tables where file('/etc/hostname') != ''
show tables from marts where name in (select file('/etc/hostname'))
show columns from run_analytics where file('/etc/hostname') != ''
show databases where file('/etc/hostname') != ''
show functions where file('/etc/hostname') != ''
select dictGet('x', 'y', 1)
select joinGet('marts.x', 'y', 1)
select catboostEvaluate('/etc/passwd', 1)
select evalMLMethod(1, 2)
select regionToName(toUInt32(1))
select naiveBayesClassifier('m', 'text')
select filesystemAvailable()
select filesystemCapacity()
select filesystemUnreserved()
select showCertificate()
select getOSKernelVersion()
select formatRow('Protobuf', 1)
select flameGraph(1)
select logTrace('x')
select getServerSetting('max_server_memory_usage')
select getMacro('shard')
select getServerPort('http_port')
select addressToLine(1)
select demangle('x')
select __getScalar('x')
select * from sqlite('/etc/passwd', 't')
select * from icebergLocal('/etc')
select * from deltaLakeLocal('/etc')
select * from dictionary('x')
"""

REACH_OUT = """
select * from url('http://127.0.0.1:1/', 'CSV', 'a String')
select * from URL('http://127.0.0.1:1/')
select * from urlCluster('default', 'http://127.0.0.1:1/', 'CSV', 'a String')
select * from s3('http://127.0.0.1:1/b/k', 'CSV')
select * from s3Cluster('default', 'http://127.0.0.1:1/b/k', 'CSV')
select * from gcs('http://127.0.0.1:1/b/k', 'CSV')
select * from oss('http://127.0.0.1:1/b/k', 'CSV')
select * from cosn('http://127.0.0.1:1/b/k', 'CSV')
select * from hdfs('hdfs://127.0.0.1:1/x', 'CSV')
select * from azureBlobStorage('x', 'y', 'z')
select * from remote('127.0.0.1:1', system.one)
select * from remoteSecure('127.0.0.1:1', system.one)
select * from cluster('default', system.one)
select * from clusterAllReplicas('default', system.one)
select * from mysql('127.0.0.1:1', 'd', 't', 'u', 'p')
select * from postgresql('127.0.0.1:1', 'd', 't', 'u', 'p')
select * from mongodb('127.0.0.1:1', 'd', 'c', 'u', 'p', 'a String')
select * from redis('127.0.0.1:1', 'k', 'k String')
select * from jdbc('x', 'y')
select * from odbc('DSN=x', 'y', 'z')
select * from iceberg('http://127.0.0.1:1/b')
select * from deltaLake('http://127.0.0.1:1/b')
select * from hudi('http://127.0.0.1:1/b')
select * from paimon('http://127.0.0.1:1/b')
select * from ytsaurus('x', 'y', 'z', 'a String')
select * from bigquery('x', 'y', 'z')
select * from arrowstream('x')
select aiGenerate('model', 'text')
select aiEmbed('model', 'text')
select aiClassify('text', ['a'])
select aiTranslate('text', 'de')
select * apply(aiEmbed) from (select 'a')
"""

RUN_CODE = """
select * from python(globals)
select * from Python(os)
select chdb()
select * from executable('id', 'TSV', 'a String')
select * from eval('select 1')
select * from viewExplain('EXPLAIN', '', (select 1))
select * from fuzzQuery('select 1')
select fuzzQuery('select 1')
select sleep(3)
select sleepEachRow(1) from numbers(3)
select * from loop(marts.run_analytics)
select * from input('a String')
select * from generateRandom('a UInt8')
"""

WRITE = """
select 1 into outfile '/tmp/tokenhouse_refused'
select 1 INTO  OUTFILE '/tmp/tokenhouse_refused' format CSV
select 1 into/**/outfile '/tmp/tokenhouse_refused'
select 1 into outfile '/tmp/tokenhouse_refused' and stdout
select 1 into outfile '/tmp/tokenhouse_refused' append
select 1 into outfile '/tmp/tokenhouse_refused' truncate
explain select 1 into outfile '/tmp/tokenhouse_refused'
show tables into outfile '/tmp/tokenhouse_refused'
insert into marts.run_analytics select * from marts.run_analytics
insert into function file('/tmp/tokenhouse_refused') select 1
insert into table function url('http://127.0.0.1:1/') select 1
insert into marts.daily_costs values (1)
create table marts.x (a UInt8) engine = Memory
create temporary table x (a UInt8)
create table x engine = Memory as select 1
create view marts.v as select 1
create materialized view marts.v engine = Memory as select 1
create database x
create function f as x -> x
create dictionary marts.d (a UInt8) primary key a source(null()) layout(flat()) lifetime(1)
create user x
create named collection x as a = 1
alter table marts.run_analytics delete where 1
alter table marts.run_analytics drop column run_id
delete from marts.run_analytics where 1
update marts.run_analytics set run_id = '' where 1
drop table marts.run_analytics
drop database marts
drop view marts.v_session_analytics
truncate table marts.run_analytics
rename table marts.run_analytics to marts.x
exchange tables marts.run_analytics and marts.daily_costs
optimize table marts.run_analytics final
attach table marts.x
detach table marts.run_analytics
undrop table marts.x
backup table marts.run_analytics to File('/tmp/tokenhouse_refused')
restore table marts.run_analytics from File('/tmp/tokenhouse_refused')
export table marts.run_analytics
"""

ADMINISTER = """
system flush logs
system shutdown
system reload config
system stop merges
system drop mark cache
kill query where 1
kill mutation where 1
grant select on *.* to x
revoke select on *.* from x
set default role none to x
show processlist
show grants
show access
show users
show roles
show create user default
show quotas
show profiles
check table marts.run_analytics
begin transaction
commit
rollback
watch marts.run_analytics
move user x to disk
execute as x select 1
select 1 parallel with select 2
prepare x as select 1
"""

READ_ELSEWHERE = """
select * from system.processes
select * from system.users
select * from `system`.`users`
select * from "system"."query_log"
select * from system . server_settings
select * from system/**/.disks
select * from system.parts
select * from system.environment
select * from system.stack_trace
select * from system.query_cache
select * from system.named_collections
select * from system.remote_data_paths
select * from system.detached_parts
select 1 in system.users
select 1 in (select 1 from system.users)
with u as (select * from system.users) select * from u
show create table system.users where 1
describe system.users
exists system.users
select * from merge('system', '.*')
select * from merge('raw', '.*')
select * from merge(REGEXP('.*'), '.*')
select * from mergeTreeIndex('marts', 'run_analytics')
select * from mergeTreeProjection('marts', 'run_analytics', 'x')
select * from raw.loads
select * from staging.stg_generic__runs
select * from intermediate.int_runs
select count() from raw.rejected_lines
use system
use raw
"""

CONFUSE = """
select 1; select 2
select 1; drop table marts.run_analytics
select 1;;select file('/etc/hostname')
;
--
/* only a comment */
select 1 /* /* nested */ */, file('/etc/hostname')
select 1 // comment
select 1 # comment
select 1 #! comment
select $x$a$x$
select $$; select file('/etc/hostname'); $$
select ‘a’
select “a”
select 1 as größe
select file\u00a0('/etc/hostname')
select\u2003file('/etc/hostname')
select 'not closed
select "not closed
select `not closed
select 1 /* not closed
select `a\\nFunction file` from numbers(1)
select "a\\nb" from numbers(1)
select 1 settings readonly = 0, max_threads = 1 union all select 2
select * from (select 1 settings max_execution_time = 0)
select * from (select 1 settings readonly = 0) settings max_threads = 1
select 1 format Protobuf
select 1 format CapnProto
select 1 format Template
select 1 format MySQLWire
select 1 format DataFrame
select 1 format ArrowTable
select 1 format CSV format JSON
select 1 settings nonsense = 1
select 1 settings max_threads = (select 1)
select 1 settings max_threads = file('/etc/hostname')
select 1 settings additional_result_filter = 'file(\\'/etc/hostname\\') != \\'\\''
select 1 settings additional_table_filters = {'marts.run_analytics': 'file(\\'/etc/hostname\\') = 1'}
select 1 settings additional_table_filters = {'marts.run_analytics': '1 in (select 1 from system.users)'}
select 1 from infile '/etc/passwd'
graph = 1 select 1
optimize = 1 select 1
explain table override file('/etc/passwd')
explain insert into x select 1
explain drop table x
select
selekt 1
"""

def lines(text):
    """Return the statements; a line that begins with a parenthesis belongs to the one before."""
    found = []
    for line in text.strip("\n").split("\n"):
        if line.startswith("("):
            found[-1] += "\n" + line
        else:
            found.append(line.replace("\\u00a0", "\u00a0").replace("\\u2003", "\u2003"))
    return found


REFUSED = [
    statement
    for group in (READ_FILES, REACH_OUT, RUN_CODE, WRITE, ADMINISTER, READ_ELSEWHERE, CONFUSE)
    for statement in lines(group)
]
