"""One file on its way into the warehouse."""

from dataclasses import dataclass, field

from orchestration.loading.ledger import LoadRecord
from orchestration.loading.report import FileReport
from orchestration.loading.translator import Translator

__all__ = ["FileLoad"]


@dataclass(eq=False)
class FileLoad:
    """One file on its way.

    Attributes
    ----------
    record : LoadRecord
        Its row in the ledger.
    report : FileReport
        What became of it.
    file_run : str
        The run that the file names for all its records.
    copies : list of FileReport
        Files of the same content, which stand and fall with it.
    replaced : list of LoadRecord
        Loads that no longer show when this one does.
    is_complete : bool
        Whether all of it was added to the batch.
    is_announced : bool
        Whether the ledger knows of it.
    date_order : str or None
        The order in which it writes day and month: empty where that is open, None where nobody
        has looked yet.
    problem : str
        Why it cannot be loaded.
    sample : bytes
        The first line that could not.
    translator : Translator or None
        What reads its records, where they are a tool's own.
    """

    record: LoadRecord
    report: FileReport
    file_run: str = ""
    copies: list[FileReport] = field(default_factory=list)
    replaced: list[LoadRecord] = field(default_factory=list)
    is_complete: bool = False
    is_announced: bool = False
    date_order: str | None = None
    problem: str = ""
    sample: bytes = b""
    translator: Translator | None = None

    @property
    def has_rows(self) -> bool:
        """Whether any of its lines is a record."""
        return self.record.loaded_rows > 0
