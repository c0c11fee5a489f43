"""Other behaviour of dbt for the length of a ``with`` block, where dbt has no hook for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["replaced"]


@contextmanager
def replaced(owner: Any, **attributes: Any) -> Iterator[None]:
    """Put other attributes into the place of some of a class or module.

    Parameters
    ----------
    owner : type or module
        Whose they are.
    **attributes
        What takes their place, by name.
    """
    own = {name: getattr(owner, name) for name in attributes}
    try:
        for name, attribute in attributes.items():
            setattr(owner, name, attribute)
        yield
    finally:
        for name, attribute in own.items():
            setattr(owner, name, attribute)
