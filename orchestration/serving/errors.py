"""Errors of a request, as ClickHouse numbers them."""

import re

__all__ = ["QueryError", "from_engine", "http_status"]

# ClickHouse's own table of HTTP statuses.
_STATUS = {
    401: (194,),
    403: (192, 193, 497, 516),
    400: (
        *(6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376),
        *(427, 441),
    ),
    404: (46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 372, 511),
    408: (159,),
    411: (381,),
    413: (229,),
    501: (48,),
    503: (76, 202, 209, 439),
}
_STATUS_OF = {code: status for status, codes in _STATUS.items() for code in codes}
_OTHER = 500

_NAMES = {
    36: "BAD_ARGUMENTS",
    46: "UNKNOWN_FUNCTION",
    48: "NOT_IMPLEMENTED",
    62: "SYNTAX_ERROR",
    73: "UNKNOWN_FORMAT",
    81: "UNKNOWN_DATABASE",
    115: "UNKNOWN_SETTING",
    159: "TIMEOUT_EXCEEDED",
    194: "REQUIRED_PASSWORD",
    202: "TOO_MANY_SIMULTANEOUS_QUERIES",
    210: "NETWORK_ERROR",
    229: "QUERY_IS_TOO_LARGE",
    271: "CANNOT_DECOMPRESS",
    372: "SESSION_NOT_FOUND",
    373: "SESSION_IS_LOCKED",
    497: "ACCESS_DENIED",
    516: "AUTHENTICATION_FAILED",
}
_PREFIX = re.compile(r"Code: (\d+)\.\s*(?:DB::\w*Exception: )?")
_SUFFIX = re.compile(r"(?:\s*\((?:[A-Z0-9_]+|version [^()]*(?:\([^()]*\))?)\)\.?)+\s*$")
_NAME = re.compile(r"\(([A-Z][A-Z0-9_]+)\)")
# The list of all tokens that could have followed is of no use.
_EXPECTED = re.compile(r" Expected one of: .*", re.DOTALL)
_LONGEST = 4000
_UNKNOWN = 1002


class QueryError(Exception):
    """A request that is refused, or a query that failed.

    Parameters
    ----------
    code : int
        ClickHouse's number of the error.
    message : str
        What is wrong, and what to do.
    name : str
        ClickHouse's name of the error; known for the errors that are raised here.
    """

    def __init__(self, code: int, message: str, name: str = ""):
        super().__init__(message)
        self.code = code
        self.message = message
        self.name = name or _NAMES.get(code, "UNKNOWN_EXCEPTION")

    def text(self, version: str) -> str:
        """Return the line that clients of ClickHouse parse."""
        return (
            f"Code: {self.code}. DB::Exception: {self.message} ({self.name}) "
            f"(version {version} (official build))\n"
        )


def from_engine(text: str) -> QueryError:
    """Return the error that the engine reports.

    Parameters
    ----------
    text : str
        Its message; where errors nest, the outermost number and the innermost words count.
    """
    found = list(_PREFIX.finditer(text))
    if not found:
        return QueryError(_UNKNOWN, text.strip()[:_LONGEST] or "The engine gave no reason.")
    names = _NAME.findall(text)
    words = _SUFFIX.sub("", _EXPECTED.sub("", text[found[-1].end() :]).strip()).strip()
    return QueryError(int(found[0][1]), words[:_LONGEST], names[-1] if names else "")


def http_status(code: int) -> int:
    """Return the HTTP status that goes with ClickHouse's number of an error."""
    return _STATUS_OF.get(code, _OTHER)
