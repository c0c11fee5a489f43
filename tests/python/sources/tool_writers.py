"""What writes the logs of each tool that tests have an example of, by the tool's name."""

from sources import (
    editor_logs,
    gateway_logs,
    gemini_logs,
    more_tool_logs,
    tool_logs,
    tracer_logs,
)

__all__ = ["WRITERS"]

WRITERS = (
    gemini_logs.WRITERS
    | tool_logs.WRITERS
    | editor_logs.WRITERS
    | more_tool_logs.WRITERS
    | gateway_logs.WRITERS
    | tracer_logs.WRITERS
)
