"""Which of the nodes that could be built now is built next."""

from collections.abc import Container, Iterable, Mapping
from graphlib import TopologicalSorter

__all__ = ["edges_from_tests", "places"]


def places(children: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return the place of each node in the queue of those that could be built now.

    What has the longest path below it goes first: the end of the longest path is the end of the
    build (list scheduling by the critical path).

    Parameters
    ----------
    children : mapping of str to iterable of str
        What waits for each node, by ``unique_id``.

    Returns
    -------
    dict of str to int
        The lowest goes first.
    """
    lengths: dict[str, int] = {}
    for name in TopologicalSorter(children).static_order():
        lengths[name] = 1 + max((lengths[child] for child in children[name]), default=0)
    return {name: -length for name, length in lengths.items()}


def edges_from_tests(
    edges: Iterable[tuple[str, str]], first: Container[str]
) -> list[tuple[str, str]]:
    """Return the edges by which nodes would wait for tests, of nodes that somebody waits for.

    Parameters
    ----------
    edges : iterable of (str, str)
        Which node waits for which, the latter before the former, by ``unique_id``.
    first : container of str
        The nodes that somebody waits for.

    Returns
    -------
    list of (str, str)
        Part of ``edges``. What follows these nodes still waits for the tests.
    """
    return [
        (before, after) for before, after in edges if before.startswith("test.") and after in first
    ]
