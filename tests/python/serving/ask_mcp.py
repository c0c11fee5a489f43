"""Ask through the MCP server, as an agent does: lists its tools, the tables, and a query's rows."""

import asyncio
import json
import os
import sys
from pathlib import Path

from fastmcp import Client
from fastmcp.client.transports import StdioTransport


async def main():
    transport = StdioTransport(
        command=str(Path(sys.executable).with_name("mcp-clickhouse")),
        args=[],
        env=dict(os.environ),
    )
    got = {}
    async with Client(transport) as client:
        tools = {tool.name for tool in await client.list_tools()}
        got["tools"] = sorted(tools)
        run = "run_query" if "run_query" in tools else "run_select_query"
        got["databases"] = _text(await client.call_tool("list_databases", {}))
        # It answers page by page.
        of_runs = {"database": "marts", "like": "run%"}
        got["tables"] = _text(await client.call_tool("list_tables", of_runs))
        sql = "select id, word from marts.types order by id limit 2"
        got["rows"] = _text(await client.call_tool(run, {"query": sql}))
        hostile = {"query": "select file('/etc/hostname')"}
        got["refused"] = _text(await client.call_tool(run, hostile, raise_on_error=False))
    print(json.dumps(got))


def _text(result):
    return " ".join(getattr(part, "text", "") for part in result.content)


asyncio.run(main())
