"""From an open file to its records, by its format."""

from collections.abc import Iterator

from orchestration.loading.chat_history import ChatHistory
from orchestration.loading.contents import Contents
from orchestration.loading.discover import LogFile
from orchestration.loading.engine import Engine
from orchestration.loading.errors import UnreadableFileError
from orchestration.loading.parquet import ParquetRecords
from orchestration.loading.records import CsvRecords, JsonRecords, Records
from orchestration.loading.sqlite import SqliteRecords

__all__ = ["open_records"]


def open_records(
    file: LogFile, contents: Contents, text: Iterator[bytes], engine: Engine | None = None
) -> Records:
    """Return the records of a file; its head is read.

    Parameters
    ----------
    file : LogFile
        The file.
    contents : Contents
        The same, open.
    text : iterator of bytes
        Its text.
    engine : Engine, optional
        What reads Parquet, which is unreadable without.

    Returns
    -------
    Records
        To be read once, while the file is open.

    Raises
    ------
    UnreadableFileError
        If its beginning cannot be read.
    """
    if file.format == "parquet":
        if engine is None:
            raise UnreadableFileError(f"{file.name} is read by the engine alone.")
        return ParquetRecords(contents, file.name, engine)
    if file.format == "sqlite":
        return SqliteRecords(contents.path, file.name)
    if file.format == "aider":
        return ChatHistory(text)
    if file.format == "csv":
        return CsvRecords(text, file.name)
    return JsonRecords(text, may_be_document=file.format == "json")
