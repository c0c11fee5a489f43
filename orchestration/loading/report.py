"""What a load did, file by file."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["FileReport", "LoadProgress", "LoadReport"]


@dataclass
class FileReport:
    """What became of one file.

    Attributes
    ----------
    path : str
        The file.
    status : str
        ``loaded``; ``unchanged`` (its content is there already); ``empty``; ``skipped`` (found in a
        directory, but no log of any known source); or ``failed``.
    source : str
        Name of its source, where that is known.
    bytes : int
        Its size on disk.
    content_hash : str
        BLAKE2b of its bytes, in hex; empty when it could not be read.
    loaded_rows, rejected_rows : int
        Rows that went to the raw table and to ``raw.rejected_lines``.
    message : str
        Why it failed or was skipped, or what else there is to say; one sentence.
    """

    path: str
    status: str
    source: str = ""
    bytes: int = 0
    content_hash: str = ""
    loaded_rows: int = 0
    rejected_rows: int = 0
    message: str = ""


@dataclass
class LoadReport:
    """What became of a load.

    Attributes
    ----------
    files : list of FileReport
        One per file, in the order they were loaded.
    passed_over : int
        Hidden files, and files of other kinds, that directories held besides.
    seconds : float
        How long it took.
    """

    files: list[FileReport] = field(default_factory=list)
    passed_over: int = 0
    seconds: float = 0.0

    def count(self, status: str) -> int:
        """Return the number of files with a status."""
        return sum(file.status == status for file in self.files)

    @property
    def loaded_rows(self) -> int:
        """Rows that went to raw tables."""
        return sum(file.loaded_rows for file in self.files)

    @property
    def rejected_rows(self) -> int:
        """Lines that went to ``raw.rejected_lines``."""
        return sum(file.rejected_rows for file in self.files)

    @property
    def without_usage(self) -> dict[str, int]:
        """Files that were read and brought no call, by their source."""
        return Counter(f.source for f in self.files if f.status == "empty" and f.source)

    @property
    def exit_code(self) -> int:
        """1 when a file failed, else 0; rejected lines do not fail a load."""
        return 1 if self.count("failed") else 0

    def with_earlier(self, reports: Iterable["LoadReport"]) -> "LoadReport":
        """Return one report of this load and of earlier ones of some of its files.

        Parameters
        ----------
        reports : iterable of LoadReport
            The earlier loads.

        Returns
        -------
        LoadReport
            For each file that is unchanged since, what became of it before; the time of all.
        """
        reports = list(reports)
        before = {file.path: file for report in reports for file in report.files}
        return LoadReport(
            [
                before.get(file.path, file) if file.status == "unchanged" else file
                for file in self.files
            ],
            self.passed_over,
            self.seconds + sum(report.seconds for report in reports),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the report with its totals, for JSON."""
        totals = {"loaded_rows": self.loaded_rows, "rejected_rows": self.rejected_rows}
        return totals | asdict(self)


@dataclass(frozen=True)
class LoadProgress:
    """Progress of a load.

    Attributes
    ----------
    file : FileReport or None
        The file just finished; None within a large one.
    files_done, files_total : int
        Files finished, and files in all.
    bytes_done, bytes_total : int
        The same in bytes on disk.
    """

    file: FileReport | None
    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
