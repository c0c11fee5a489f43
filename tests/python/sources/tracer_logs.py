"""Logs of Phoenix and Vertex AI, which are translated; as in ``tool_logs``."""

import csv
import json
from pathlib import Path

from sources.tool_logs import iso, write

__all__ = ["WRITERS"]


def _phoenix(folder: Path) -> list:
    count = "attributes.llm.token_count."
    names = ["name", "span_kind", "parent_id", "start_time", "end_time", "status_code"]
    names += ["context.span_id", "context.trace_id", "attributes.llm.model_name"]
    names += [f"{count}prompt", f"{count}completion", f"{count}prompt_details.cache_read"]
    times = ["2026-05-28T21:00:00+00:00", "2026-05-28T21:00:01+00:00", "OK"]
    rows = [
        ["agent", "AGENT", "", *times, "s0", "t1", "", 1000, 100, ""],
        # A wrapper repeats what the request in it counts.
        ["outer", "LLM", "s0", *times, "s1", "t1", "gpt-4o", 1000, 100, 400],
        ["find", "TOOL", "s0", *times, "s3", "t1", "", "", "", ""],
        ["inner", "LLM", "s1", *times, "s2", "t1", "gpt-4o", 1000, 100, 400],
    ]
    path = folder / "phoenix/spans.csv"
    path.parent.mkdir(parents=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([names, *rows])
    span = {
        "name": "ChatCompletion",
        "span_kind": "LLM",
        "parent_id": None,
        "start_time": iso(3),
        "end_time": iso(4),
        "status_code": "OK",
        "context": {"trace_id": "t2", "span_id": "s9"},
        "attributes": {
            "llm.model_name": "gpt-4o",
            "llm.token_count.prompt": 50,
            "llm.token_count.completion": 5,
            "llm.cost.prompt": 0.0002,
            "llm.cost.completion": 0.0001,
        },
    }
    write(folder / "phoenix/page.json", {"data": [span], "next_cursor": None})
    counts = {"prompt": 60, "completion": 6, "prompt_details": {"cache_read": 20}}
    node = {
        "name": "ChatCompletion",
        "spanKind": "llm",
        "parentId": None,
        "startTime": iso(5),
        "endTime": iso(6),
        "statusCode": "OK",
        "context": {"traceId": "t3", "spanId": "s10"},
        "attributes": json.dumps({"llm": {"model_name": "gpt-4o", "token_count": counts}}),
        "tokenCountPrompt": 60,
        "tokenCountCompletion": 6,
    }
    chain = node | {"spanKind": "chain", "context": {"traceId": "t3", "spanId": "s11"}}
    edges = [{"node": node}, {"node": chain}]
    answer = {"data": {"node": {"spans": {"edges": edges, "pageInfo": {}}}}}
    write(folder / "phoenix/graphql.json", answer)
    return [
        ("gpt-4o", 1000, 400, 100, None),
        ("gpt-4o", 50, 0, 5, "0.0003"),
        ("gpt-4o", 60, 20, 6, None),
    ]


def _vertex(folder: Path) -> list:
    def request(number, answer, **more):
        return {
            "endpoint": "projects/1/locations/europe-west4/publishers/google/models/gemini-2.5-pro",
            "logging_time": iso(number),
            "request_id": 1000 + number,
            "model": "gemini-2.5-pro",
            "api_method": "generateContent",
            "full_response": answer,
            "response_payload": [],
            **more,
        }

    counts = {
        "promptTokenCount": 1000,
        "cachedContentTokenCount": 400,
        "candidatesTokenCount": 100,
        "thoughtsTokenCount": 50,
        "totalTokenCount": 1150,
        "promptTokensDetails": [
            {"modality": "TEXT", "tokenCount": 800},
            {"modality": "AUDIO", "tokenCount": 200},
        ],
        "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 50}],
        "trafficType": "ON_DEMAND",
    }
    answer = {"usageMetadata": counts, "responseId": "vx-1", "modelVersion": "gemini-2.5-flash"}
    # Thoughts that are a part of the answer; a stream, whose last chunk counts all of it.
    inside = answer | {"usageMetadata": counts | {"totalTokenCount": 1100}, "responseId": "vx-2"}
    chunks = [json.dumps({"responseId": "vx-3"}), json.dumps(answer | {"responseId": "vx-3"})]
    write(
        folder / "vertex/bigquery.jsonl",
        request(1, answer),
        request(2, json.dumps(inside)),
        request(3, None, response_payload=chunks),
        request(4, {"error": {"code": 429}}),
    )
    model = "gemini-2.5-flash"
    return [
        (model, 1000, 400, 150, None),
        (model, 1000, 400, 100, None),
        (model, 1000, 400, 150, None),
        ("gemini-2.5-pro", None, None, None, None),
    ]


WRITERS = {"phoenix": _phoenix, "vertex": _vertex}
