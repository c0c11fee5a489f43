"""A company's other logs: chat, gateway, pipelines, agents, traces, batch jobs; budgets."""

from collections.abc import Callable, Collection
from pathlib import Path

from orchestration.demo.company.batch import write_batch
from orchestration.demo.company.budgets import SPENDERS, write_budgets
from orchestration.demo.company.chat import Chat
from orchestration.demo.company.claude_code import write_claude_code
from orchestration.demo.company.codex import write_codex
from orchestration.demo.company.gateway import Gateway
from orchestration.demo.company.langfuse import write_langfuse
from orchestration.demo.company.orchestrator import write_orchestrator
from orchestration.demo.company.otel import write_otel
from orchestration.demo.company.pipelines import write_pipelines
from orchestration.demo.company.writing import File, Setting

__all__ = ["COMPANY_SOURCES", "company_files"]

COMPANY_SOURCES = (
    "chat",
    "otel",
    "litellm",
    "orchestrator",
    "pipelines",
    "langfuse",
    "claude_code",
    "codex",
    "generic",
    "budgets",
)


def company_files(setting: Setting, folder: Path, sources: Collection[str]) -> list[File]:
    """Return the logs of some of the company's sources, each in a folder of its name.

    Parameters
    ----------
    setting : Setting
        What all sources start from; its truth table gets what is injected.
    folder : Path
        The folder of logs.
    sources : collection of str
        Of ``COMPANY_SOURCES``. What a source logs does not depend on the others.

    Returns
    -------
    list of File
        The files, not written yet.
    """
    gateway = Gateway(setting)
    # The gateway logs what others send through it, and budgets are of what others spend: those come
    # first, wanted or not.
    writers: dict[str, Callable[[Path], list[File]]] = {
        "chat": Chat(setting, gateway).files,
        "otel": lambda place: write_otel(setting, gateway, place),
        "litellm": lambda place: gateway.files(place, sources),
        "orchestrator": lambda place: write_orchestrator(setting, place),
        "pipelines": lambda place: write_pipelines(setting, place),
        "langfuse": lambda place: write_langfuse(setting, place),
        "claude_code": lambda place: write_claude_code(setting, place),
        "codex": lambda place: write_codex(setting, place),
        "generic": lambda place: write_batch(setting, place),
        "budgets": lambda place: write_budgets(setting, place),
    }
    needed = {
        *sources,
        *(("chat", "otel") if "litellm" in sources else ()),
        *(SPENDERS if "budgets" in sources else ()),
    }
    files = {name: write(folder / name) for name, write in writers.items() if name in needed}
    return [file for name in files if name in sources for file in files[name]]
