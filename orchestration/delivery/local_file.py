"""Messages as lines of a file."""

import json
import os
from pathlib import Path
from typing import BinaryIO

from orchestration.delivery.http import DeliveryError
from orchestration.delivery.notices import Delivery
from orchestration.delivery.webhook import record

__all__ = ["append_to_file"]


def append_to_file(path: Path, deliveries: list[Delivery], is_again: bool) -> None:
    """Append a line of JSON for each delivery.

    Parameters
    ----------
    path : Path
        The file; it and its folder are made where they are missing.
    deliveries : list of Delivery
        What.
    is_again : bool
        Whether it was tried before: what stands in the file is then not written again.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as file:
            there = _ids(file) if is_again else set()
            lines = "".join(
                json.dumps(record(delivery), ensure_ascii=False) + "\n"
                for delivery in deliveries
                if delivery.delivery_id not in there
            )
            # A line that a full disk has cut ends here.
            file.seek(0, os.SEEK_END)
            if lines and file.tell():
                file.seek(-1, os.SEEK_END)
                lines = lines if file.read(1) == b"\n" else f"\n{lines}"
            file.write(lines.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DeliveryError(f"the file cannot be written ({error.strerror})") from None


def _ids(file: BinaryIO) -> set[str]:
    file.seek(0)
    found = set()
    for line in file:
        try:
            found.add(json.loads(line)["delivery_id"])
        except (ValueError, KeyError, TypeError):
            continue
    return found
