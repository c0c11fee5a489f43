"""What is built next, of what could be built now."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from orchestration.transformation.order import edges_from_tests, places


def test_the_longest_path_goes_first():
    """A - b - c is the longest path, so a goes before d, which only e waits for."""
    children = {"a": ["b"], "b": ["c"], "c": [], "d": ["e"], "e": [], "f": []}
    order = places(children)
    assert order["a"] < order["d"] < order["f"]
    assert order["b"] == order["d"]


@given(
    st.integers(2, 12).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.sets(
                st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(
                    lambda e: e[0] < e[1]
                )
            ),
        )
    )
)
def test_nothing_goes_before_what_it_waits_for(drawn):
    count, edges = drawn
    children = {str(n): [str(b) for a, b in sorted(edges) if a == n] for n in range(count)}
    order = places(children)
    assert all(order[str(a)] < order[str(b)] for a, b in edges)
    ranked = sorted(order, key=order.__getitem__)
    assert all(order[a] <= order[b] for a, b in pairwise(ranked))


def test_what_somebody_waits_for_does_not_wait_for_tests():
    edges = [
        ("model.a", "test.a"),
        ("model.a", "model.b"),
        ("test.a", "model.b"),
        ("test.a", "model.c"),
    ]
    assert edges_from_tests(edges, {"model.a", "model.b"}) == [("test.a", "model.b")]
