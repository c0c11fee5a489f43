"""What an endpoint is: its parameters, its query, the shape of its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Endpoint", "NotFoundError", "Parameter", "Rows", "WrongParameterError"]

_LONGEST = 1000
Rows = list[dict[str, Any]]


class NotFoundError(Exception):
    """There is nothing to answer with."""


class WrongParameterError(Exception):
    """A parameter that is not valid.

    Parameters
    ----------
    name : str
        The parameter.
    reason : str
        What is wrong with it.
    allowed : object
        What it may be.
    """

    def __init__(self, name: str, reason: str, allowed: object):
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.allowed = allowed


@dataclass(frozen=True)
class Parameter:
    """A parameter of an endpoint, which is bound in its query as a text.

    Attributes
    ----------
    name, description : str
        As the document has it, and what it is for.
    is_in_path : bool
        Whether it is part of the path.
    default : str
        What stands for it if it is not given.
    allowed : tuple of str
        What it may be; empty for any text.
    """

    name: str
    description: str
    is_in_path: bool = False
    default: str = ""
    allowed: tuple[str, ...] = ()

    def checked(self, given: Mapping[str, str]) -> str:
        """Return the value.

        Raises
        ------
        WrongParameterError
            If it is longer than any name, or none of those that are allowed.
        """
        value = given.get(self.name, self.default)
        if len(value) > _LONGEST or "\0" in value:
            raise WrongParameterError(
                self.name, "it is no name", f"a text of at most {_LONGEST} characters"
            )
        if self.allowed and self.name in given and value not in self.allowed:
            raise WrongParameterError(self.name, f"{value!r} is unknown", list(self.allowed))
        return value

    def described(self) -> dict[str, Any]:
        """Return it as OpenAPI has it."""
        return {
            "name": self.name,
            "in": "path" if self.is_in_path else "query",
            "required": self.is_in_path,
            "description": self.description,
            "schema": {
                "type": "string",
                "maxLength": _LONGEST,
                **({"enum": list(self.allowed)} if self.allowed else {}),
                **({} if self.is_in_path else {"default": self.default}),
            },
        }


@dataclass(frozen=True)
class Endpoint:
    """An endpoint: one query, and what becomes of its rows.

    Attributes
    ----------
    path, summary : str
        Where it is, and what it answers.
    parameters : tuple of Parameter
        What the query is bound with.
    sql : str
        The query.
    shape : callable
        Makes the answer from the rows.
    file_name : str
        Name of the file, where the answer is to be saved as one.
    answer_type : str
        ``object``, ``array`` or ``string``.
    media_type : str
        What the answer is sent as; a text is sent as it is.
    is_kept : bool
        Whether a browser may show the answer for a while without asking again.
    """

    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    sql: str
    shape: Callable[[Rows], Any]
    file_name: str = ""
    answer_type: str = "object"
    media_type: str = "application/json"
    is_kept: bool = False

    def bound(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the values of the parameters.

        Raises
        ------
        WrongParameterError
            If one is not valid, or there is no such parameter.
        """
        names = {parameter.name for parameter in self.parameters}
        for name in given:
            if name not in names:
                raise WrongParameterError(name, "there is no such parameter", sorted(names))
        return {parameter.name: parameter.checked(given) for parameter in self.parameters}
