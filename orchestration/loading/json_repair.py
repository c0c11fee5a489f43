"""JSON that Python writes and strict parsers refuse, made good where its meaning is plain."""

import re

__all__ = ["repaired"]

# Strings first, so that what looks like a number in them stays.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?(?:NaN|Infinity)\b|-?\d[\d.eE+-]*', re.DOTALL)
# Half of a cut emoji: not part of a pair, nor of a backslash that is written itself.
_SURROGATES = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_CONTROL = re.compile(rb"[\x00-\x1f]")
_SHORT = {b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t"}
_PAIR_BYTES = 12
_LARGEST, _SMALLEST = 2**64 - 1, -(2**63)
_DIGITS_OF_LARGEST = 19


def repaired(line: bytes) -> bytes:
    """Return a line without what Python's JSON has and the standard has not.

    Halves of emoji are dropped, control characters in strings escaped, ``NaN``, ``Infinity`` and
    numbers that no computer holds become ``null``, and whole numbers beyond 64 bits strings.

    Parameters
    ----------
    line : bytes
        JSON that was refused.

    Returns
    -------
    bytes
        The line changed, which may still be no JSON; or as it was.
    """
    return _TOKEN.sub(_good, line)


def _good(match: "re.Match[bytes]") -> bytes:
    token = match[0]
    if token.startswith(b'"'):
        token = _SURROGATES.sub(_whole_pair, token) if b"\\u" in token else token
        return _CONTROL.sub(_escaped, token)
    if token.endswith((b"NaN", b"Infinity")):
        return b"null"
    try:
        if token.lstrip(b"-").isdigit():
            is_whole = len(token) < _DIGITS_OF_LARGEST or (
                len(token) <= _DIGITS_OF_LARGEST + 1 and _SMALLEST <= int(token) <= _LARGEST
            )
            return token if is_whole else b'"' + token + b'"'
        return b"null" if abs(float(token)) == float("inf") else token
    except ValueError:
        return token


def _whole_pair(match: "re.Match[bytes]") -> bytes:
    return match[0] if match[0] == rb"\\" or len(match[0]) == _PAIR_BYTES else b""


def _escaped(match: "re.Match[bytes]") -> bytes:
    return _SHORT.get(match[0], b"\\u%04x" % match[0][0])
