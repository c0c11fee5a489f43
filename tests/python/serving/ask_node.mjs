// The official client of Node: ping, parameters, streams, errors. Prints what it got as JSON.
import { createClient } from '@clickhouse/client';

const url = process.argv[2];
const got = {};
const client = createClient({ url, compression: { response: true, request: true } });
got.ping = (await client.ping()).success;
got.ping_select = (await client.ping({ select: true })).success;
const result = await client.query({
  query: 'select id, word, usd from marts.types where id < {most: UInt64} order by id',
  query_params: { most: 3 },
  format: 'JSONEachRow',
});
got.rows = await result.json();
got.read_rows = Number((result.summary ?? {}).read_rows ?? -1);
got.query_id = typeof result.query_id;
let streamed = 0;
const stream = (
  await client.query({ query: 'select number from numbers(100000)', format: 'JSONCompactEachRow' })
).stream();
for await (const rows of stream) streamed += rows.length;
got.streamed = streamed;
try {
  await client.command({ query: 'drop table marts.types' });
} catch (error) {
  got.error = { code: error.code, type: error.type };
}
const session = createClient({
  url,
  database: 'reference',
  session_id: 'node',
  clickhouse_settings: { max_execution_time: 5, join_use_nulls: 1 },
});
const current = await session.query({ query: 'select currentDatabase() as d', format: 'JSON' });
got.database = (await current.json()).data[0].d;
await session.close();
await client.close();
console.log(JSON.stringify(got));
