"""What can be sent to the endpoints with ``--accept``: a line in the landing directory each.

Loading takes it from there, as it takes every log: nothing is written to the warehouse here.
"""

import json
import os
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from orchestration.loading.landing import landing_directory
from orchestration.serving.declaring import WrongParameterError

__all__ = ["Field", "Writable", "leave", "moment_now", "parsed"]

_LONGEST = 10_000
_LARGEST = 10**15
_KINDS = {
    "text": "a text",
    "number": "a number that is not negative",
    "texts": "a list of texts",
    "object": "an object",
    "truth": "true or false",
}
_JSON_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "maxLength": _LONGEST},
    "number": {"type": "number", "minimum": 0, "maximum": _LARGEST},
    "texts": {"type": "array", "items": {"type": "string", "maxLength": _LONGEST}},
    "object": {"type": "object"},
    "truth": {"type": "boolean"},
}


@dataclass(frozen=True)
class Field:
    """A key of a body.

    Attributes
    ----------
    name, kind : str
        Its name, and ``text``, ``number``, ``texts``, ``object`` or ``truth``.
    is_required : bool
        Whether a body has to have it, and not empty.
    allowed : tuple of str
        What it may be; empty for any text.
    least, most : float
        What a number may be.
    """

    name: str
    kind: str = "text"
    is_required: bool = False
    allowed: tuple[str, ...] = ()
    least: float = 0
    most: float = _LARGEST

    def check(self, value: Any) -> None:
        """Refuse a value that is not of the kind.

        Raises
        ------
        WrongParameterError
            If it is not.
        """
        is_valid = {
            "text": isinstance(value, str) and len(value) <= _LONGEST and "\0" not in value,
            "number": isinstance(value, int | float)
            and not isinstance(value, bool)
            and self.least <= value <= self.most,
            "texts": isinstance(value, list)
            and all(isinstance(one, str) and len(one) <= _LONGEST for one in value),
            "object": isinstance(value, dict),
            "truth": isinstance(value, bool),
        }[self.kind]
        if not is_valid:
            is_limited = self.most < _LARGEST
            wanted = f"{self.least} to {self.most}" if is_limited else _KINDS[self.kind]
            raise WrongParameterError(self.name, "it is of another kind", wanted)
        if self.allowed and value not in self.allowed:
            raise WrongParameterError(self.name, "it is unknown", list(self.allowed))
        if self.is_required and value == "":
            raise WrongParameterError(self.name, "it is empty", _KINDS[self.kind])

    def described(self) -> dict[str, Any]:
        """Return it as OpenAPI has it."""
        shape = dict(_JSON_TYPES[self.kind])
        if self.kind == "number":
            shape |= {"minimum": self.least, "maximum": self.most}
        if self.allowed:
            return {"type": "string", "enum": list(self.allowed)}
        if self.is_required and self.kind == "text":
            shape["minLength"] = 1
        return shape


@dataclass(frozen=True)
class Writable:
    """Something that can be sent.

    Attributes
    ----------
    method, path, summary : str
        Where it is sent, and what that does.
    file : str
        How the files of it begin.
    fields : tuple of Field
        What its body may have; without any it has no body.
    record : callable
        Makes the line from the body, the parameters of the path, and the moment.
    one_of : tuple of str
        Keys of which a body needs at least one.
    """

    method: str
    path: str
    summary: str
    file: str
    fields: tuple[Field, ...]
    record: Callable[[dict[str, Any], Mapping[str, str], str], dict[str, Any]]
    one_of: tuple[str, ...] = ()

    def checked(self, body: Any) -> dict[str, Any]:
        """Return a body that is valid.

        Raises
        ------
        WrongParameterError
            If it is not.
        """
        if not isinstance(body, dict):
            raise WrongParameterError("body", "it is no object", "a JSON object")
        known = {field.name: field for field in self.fields}
        for name in body:
            if name not in known:
                raise WrongParameterError(name, "there is no such key", sorted(known))
        for field in self.fields:
            if field.name in body:
                field.check(body[field.name])
            elif field.is_required:
                raise WrongParameterError(field.name, "it is missing", _KINDS[field.kind])
        if self.one_of and not any(name in body for name in self.one_of):
            raise WrongParameterError("body", "it says nothing", f"one of {', '.join(self.one_of)}")
        return body


def moment_now() -> str:
    """Return the time of the clock, as records have it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parsed(body: bytes) -> Any:
    """Return a body that is JSON.

    Raises
    ------
    WrongParameterError
        If it is not.
    """
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise WrongParameterError("body", "it cannot be read", "a JSON object") from error


def leave(file: str, record: Mapping[str, Any]) -> str:
    """Leave a record in the landing directory, and return the name of its file.

    The file is there as a whole or not at all: until it is on the disk its name is hidden.

    Parameters
    ----------
    file : str
        How its name begins.
    record : mapping of str to object
        The record.
    """
    folder = landing_directory() / "accepted"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{file}-{uuid.uuid4()}.jsonl"
    hidden = folder / f".{name}"
    try:
        with hidden.open("x", encoding="ascii") as opened:
            opened.write(json.dumps(record) + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        hidden.rename(folder / name)
    finally:
        hidden.unlink(missing_ok=True)
    return name


def _no_number(constant: str) -> None:
    raise ValueError(constant)
