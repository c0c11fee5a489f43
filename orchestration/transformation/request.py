"""What the process that builds is asked for."""

import json
from dataclasses import asdict, dataclass

__all__ = ["Request"]


@dataclass(frozen=True)
class Request:
    """What is to be built.

    Attributes
    ----------
    arguments : list of str
        Arguments of dbt, ``build`` first.
    code : str
        Digest of the code that every node may use.
    built_from : str
        Fingerprint of the inputs.
    started_at : str
        ISO 8601, with a time zone.
    selection : str
        What is built; empty for everything.
    is_full : bool
        Whether everything is built.
    is_planned : bool
        Whether what is current is left out.
    is_summarized : bool
        Whether the marts are summarized afterwards, while the engine runs.
    """

    arguments: list[str]
    code: str
    built_from: str
    started_at: str
    selection: str = ""
    is_full: bool = False
    is_planned: bool = False
    is_summarized: bool = False

    def __str__(self) -> str:
        """Return the request as one line of JSON."""
        return json.dumps(asdict(self))
