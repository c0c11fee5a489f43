"""The sources that can be loaded: a module per folder of ``models/staging`` or per tool."""

from collections.abc import Iterable

from orchestration.errors import BadInputError
from orchestration.loading.sources import (
    aider,
    amp,
    bedrock,
    cascade,
    chat,
    claude_code,
    cline,
    codex,
    copilot_cli,
    copilot_spans,
    cursor,
    droid,
    gemini_cli,
    generic,
    goose,
    helicone,
    kimi,
    langfuse,
    langsmith,
    litellm,
    opencode,
    openrouter,
    orchestrator,
    otel,
    phoenix,
    pi,
    pipelines,
    qwen_code,
    tokenhouse,
    usage_reports,
    vertex,
)
from orchestration.loading.sources.declaration import FileRun, Signature, Source

__all__ = ["SOURCES", "FileRun", "Signature", "Source", "recognise", "source_named"]

SOURCES = (
    *claude_code.SOURCES,
    *codex.SOURCES,
    *cascade.SOURCES,
    *orchestrator.SOURCES,
    *pipelines.SOURCES,
    *chat.SOURCES,
    *otel.SOURCES,
    *litellm.SOURCES,
    *langfuse.SOURCES,
    # What these tell is translated into generic calls and runs.
    *gemini_cli.SOURCES,
    *opencode.SOURCES,
    *copilot_cli.SOURCES,
    *copilot_spans.SOURCES,
    *qwen_code.SOURCES,
    *cline.SOURCES,
    *pi.SOURCES,
    *kimi.SOURCES,
    *amp.SOURCES,
    *droid.SOURCES,
    *goose.SOURCES,
    *aider.SOURCES,
    *cursor.SOURCES,
    *bedrock.SOURCES,
    *openrouter.SOURCES,
    *langsmith.SOURCES,
    *helicone.SOURCES,
    *phoenix.SOURCES,
    *vertex.SOURCES,
    *usage_reports.SOURCES,
    *tokenhouse.SOURCES,
    *generic.SOURCES,
)


def source_named(name: str) -> Source:
    """Return the source of this name.

    Parameters
    ----------
    name : str
        As in ``--source``.

    Returns
    -------
    Source
        Its declaration.

    Raises
    ------
    BadInputError
        If there is none of that name.
    """
    for source in SOURCES:
        if source.name == name:
            return source
    raise BadInputError(
        f"There is no source {name!r}; choose one of {', '.join(s.name for s in SOURCES)}."
    )


def recognise(keys: Iterable[str], file_format: str) -> list[Source]:
    """Return the sources that a record with these keys can come from.

    Parameters
    ----------
    keys : iterable of str
        Top-level keys or column names, after ``--map`` and ``--set``.
    file_format : str
        ``jsonl``, ``json``, ``csv`` or ``parquet``.

    Returns
    -------
    list of Source
        None, one, or several when it is ambiguous.
    """
    present = frozenset(keys)
    return [
        source
        for source in SOURCES
        if file_format in source.formats
        and any(signature.matches(present) for signature in source.signatures)
    ]
