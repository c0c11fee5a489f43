"""Tool calls that a tool's own logs tell, as the list that a generic call or run has of them."""

import json
from typing import Any

from orchestration.loading.translator import at, row, text

__all__ = ["tool_call", "tool_row"]


def tool_call(
    identity: Any,
    name: Any = "",
    *,
    begun: Any = None,
    ended: Any = None,
    asked: Any = None,
    answered: Any = None,
    is_error: bool | None = None,
) -> dict[str, Any]:
    """Return what is known of a tool call; its result may come in another record with its id.

    Parameters
    ----------
    identity : object
        The call's id, by which call and result are one.
    name : object
        The tool.
    begun, ended : object
        Moments.
    asked, answered : object
        Arguments and result, of which the length is kept alone.
    is_error : bool or None
        Whether it failed; None where this record does not say.

    Returns
    -------
    dict
        Only what is known.
    """
    return row(
        id=str(identity or ""),
        name=text(name),
        called_at=at(begun),
        ended_at=at(ended),
        input_chars=_chars(asked),
        result_chars=_chars(answered),
        is_error=is_error,
    )


def tool_row(run_id: str, called_at: Any, calls: list[dict[str, Any]], **columns: Any) -> Any:
    """Return a row that holds tool calls alone: without a model it is no call of one."""
    return row(run_id=run_id, called_at=at(called_at), tool_calls=calls, **columns)


def _chars(content: Any) -> int | None:
    if content is None:
        return None
    return len(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False))
