"""Digests by which it is known that something changed."""

import hashlib
import json

__all__ = ["digest"]


def digest(*parts: object) -> str:
    """Return a digest of anything that JSON can write.

    Parameters
    ----------
    *parts : object
        Equal parts have equal digests, whatever the order of a dict's keys.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
