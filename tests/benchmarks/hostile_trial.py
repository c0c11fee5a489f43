"""Load every hostile file at once, and compare what became of each with what must."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hostile_files import Hostile
from orchestration.loading import FileReport, LoadReport, load
from orchestration.loading.discover import shown
from orchestration.settings import database
from orchestration.warehouse.client import connect

__all__ = ["Trial", "try_all"]


@dataclass(frozen=True)
class Trial:
    """What became of one hostile file.

    Attributes
    ----------
    hostile : Hostile
        The file, and what must become of it.
    status : str
        What did, in the same words.
    rows, rejected : int
        The outcome of it.
    words : str
        Its message, and the reasons of its rejected lines.
    problem : str
        How that differs from what must; empty where it does not.
    """

    hostile: Hostile
    status: str
    rows: int
    rejected: int
    words: str
    problem: str


def try_all(files: Iterable[Hostile], folder: Path) -> list[Trial]:
    """Write files to a folder, load it once, and look at what became of each.

    Parameters
    ----------
    files : iterable of Hostile
        The files.
    folder : Path
        An empty folder.

    Returns
    -------
    list of Trial
        One per file, in their order.
    """
    paths = {}
    for hostile in files:
        path = folder / hostile.kind / hostile.name
        path.parent.mkdir(exist_ok=True, parents=True)
        hostile.make(path)
        paths[hostile] = path
    report = load([folder])
    reasons = _reasons()
    return [_judge(hostile, path, report, reasons) for hostile, path in paths.items()]


def _reasons() -> dict[str, tuple[int, str]]:
    """Return how many lines of each file were rejected, and why."""
    with connect() as client:
        rows = client.query(
            "select _source_file, count(), arrayStringConcat(groupUniqArray(reason), '; ') "
            f"from {database('raw')}.rejected_lines group by _source_file"
        ).result_rows
    return {file: (count, reasons) for file, count, reasons in rows}


def _visible(path: str) -> int:
    """Count the records of a file that staging would show."""
    raw = database("raw")
    with connect() as client:
        ((entity,),) = client.query(
            f"select any(entity) from {raw}.loads where source_file = {{path:String}}",
            parameters={"path": path},
        ).result_rows
        if not entity:
            return 0
        return int(
            client.command(
                f"select count() from {raw}.{entity} where _source_file = {{path:String}} "
                f"and _load_id in (select load_id from {raw}.loads final where status = 'loaded')",
                parameters={"path": path},
            )
        )


def _judge(
    hostile: Hostile, path: Path, report: LoadReport, reasons: dict[str, tuple[int, str]]
) -> Trial:
    name = shown(path)
    found = [file for file in report.files if file.path == name]
    file = found[0] if found else FileReport(name, "passed over")
    is_link = path.is_symlink() and file.status == "failed"
    status = "unreadable" if is_link else file.status
    count, why = reasons.get(name, (0, ""))
    words = " ".join(filter(None, (file.message, why)))
    wanted = (hostile.status, hostile.rows, hostile.rejected)
    given = (status, file.loaded_rows, file.rejected_rows)
    problem = "" if wanted == given else f"{given} instead of {wanted}"
    if hostile.words not in words:
        problem += f" says {words!r} without {hostile.words!r}"
    if count != file.rejected_rows:
        problem += f" {count} rejected lines are there"
    if "\n" in file.message.replace(name, ""):
        problem += " says it in more than one line"
    return Trial(hostile, status, file.loaded_rows, file.rejected_rows, words, problem)
