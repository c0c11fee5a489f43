"""A transcript of Claude Code, line by line, with what it costs."""

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from orchestration.demo.company.prices import Tokens, cost_of
from orchestration.demo.company.writing import File, json_lines, new_uuid
from orchestration.demo.events import iso

__all__ = ["Transcript"]

_SYSTEM_TOKENS = 14_000


class Transcript:
    """Lines of a session and of its sub-agents, and the calls in them.

    Parameters
    ----------
    dice : Random
        Randomness.
    folder : Path
        Where projects lie.
    project : str
        Name of the folder that is worked in.
    started_ms : int
        When it begins, in milliseconds since 1970.
    model : str
        Who answers.

    Attributes
    ----------
    tool_use_id : str
        The tool call that the next result answers.
    calls : list of tuple
        Of each call its run, its tokens and its cost, in order.
    """

    def __init__(
        self,
        dice: Random,
        folder: Path,
        project: str,
        started_ms: int,
        model: str = "claude-sonnet-4-5-20250929",
    ):
        self.dice = dice
        self.id = new_uuid(dice)
        self.file = folder / f"-srv-{project}" / f"{self.id}.jsonl"
        self.project = project
        self.moment = started_ms
        self.model = model
        self.lines: dict[Path, list[dict[str, Any]]] = {self.file: []}
        self.calls: list[tuple[str, Tokens, Decimal]] = []
        self.context = 0
        self.tool_use_id = ""

    @property
    def cost_usd(self) -> Decimal:
        """Return what all calls so far cost."""
        return sum((cost for _, _, cost in self.calls), Decimal(0))

    def prompt(self, text: str, agent: str = "") -> None:
        """Write what the person says, or what a sub-agent is to do."""
        self._write("user", {"role": "user", "content": text}, agent)

    def call(
        self,
        new_tokens: int,
        output: int,
        tool: str = "",
        *,
        tool_input: str = "",
        agent: str = "",
        model: str = "",
        hour: bool = False,
        is_cold: bool = False,
    ) -> None:
        """Write an answer: a line for its text, and one for the tool that it calls.

        Parameters
        ----------
        new_tokens : int
            What the context has gained; it is written to the cache.
        output : int
            Tokens of the answer.
        tool, tool_input : str
            The tool and what it is given; empty for none.
        agent : str
            The sub-agent that answers; empty for the session itself.
        model : str
            Another model than the session's.
        hour : bool
            Whether the cache holds for an hour instead of five minutes.
        is_cold : bool
            Whether the cache is gone: the whole context is written again.
        """
        model = model or self.model
        held = 0 if agent or is_cold else self.context
        written = new_tokens + (0 if self.context and not agent else _SYSTEM_TOKENS)
        written += self.context if is_cold else 0
        tokens = Tokens(
            self.dice.randint(3, 12), held, 0 if hour else written, written if hour else 0, output
        )
        usage = {
            "input_tokens": tokens.fresh,
            "cache_read_input_tokens": tokens.cache_read,
            "cache_creation_input_tokens": written,
            "cache_creation": {
                "ephemeral_5m_input_tokens": tokens.cache_write_5m,
                "ephemeral_1h_input_tokens": tokens.cache_write_1h,
            },
            "output_tokens": output,
            "service_tier": "standard",
        }
        body = {
            "id": f"msg_{self.dice.getrandbits(80):020x}",
            "type": "message",
            "role": "assistant",
            "model": model,
            "stop_reason": "tool_use" if tool else "end_turn",
            "usage": usage,
        }
        request = f"req_{self.dice.getrandbits(80):020x}"
        blocks: list[dict[str, Any]] = [{"type": "text", "text": "I will look at it."}]
        if tool:
            self.tool_use_id = f"toolu_{self.dice.getrandbits(80):020x}"
            given = {"command": tool_input} if tool == "Bash" else {"text": tool_input}
            blocks.append(
                {"type": "tool_use", "id": self.tool_use_id, "name": tool, "input": given}
            )
        for block in blocks:
            # Each block is a line that repeats the usage.
            self._write("assistant", body | {"content": [block]}, agent, requestId=request)
        self.calls.append(
            (f"{self.id}/{agent}" if agent else self.id, tokens, cost_of(model, tokens))
        )
        if not agent:
            self.context = held + written

    def result(
        self, chars: int, *, is_error: bool = False, agent: str = "", of_agent: str = ""
    ) -> None:
        """Write what the tool answers; ``of_agent`` names the sub-agent that was the tool."""
        block = {
            "type": "tool_result",
            "tool_use_id": self.tool_use_id,
            "content": ("error: " if is_error else "") + "x" * chars,
            "is_error": is_error,
        }
        more = {"toolUseResult": {"agentId": of_agent}} if of_agent else {}
        self._write("user", {"role": "user", "content": [block]}, agent, **more)

    def wait(self, minutes: float) -> None:
        """Let time pass."""
        self.moment += round(minutes * 60_000)

    def copy(self, other: "Transcript", calls: int) -> None:
        """Begin with another session's lines, as an older client does when it is resumed."""
        seen: list[str] = []
        for line in other.lines[other.file]:
            message = line["message"].get("id", "")
            if message and message not in seen:
                if len(seen) == calls:
                    break
                seen.append(message)
            self.lines[self.file].append(line | {"sessionId": self.id})
        self.context = other.context

    def files(self) -> list[File]:
        """Return the files."""
        return [json_lines(file, lines) for file, lines in self.lines.items()]

    def _write(self, kind: str, body: dict[str, Any], agent: str, **more: Any) -> None:
        self.moment += self.dice.randint(2000, 12_000)
        line = {
            "parentUuid": None,
            "isSidechain": bool(agent),
            "userType": "external",
            "cwd": f"/srv/{self.project}",
            "sessionId": self.id,
            "version": "2.0.60",
            "gitBranch": "main",
            "type": kind,
            "message": body,
            "uuid": new_uuid(self.dice),
            "timestamp": iso(self.moment),
        }
        file = self.file
        if agent:
            line["agentId"] = agent
            file = self.file.with_suffix("") / "subagents" / f"agent-{agent}.jsonl"
        self.lines.setdefault(file, []).append(line | more)
