"""Fixtures of the serving tests: one warehouse and one server for all of them."""

import pytest

from serving.served import fill, serving


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory):
    """Give a home with every mart, published."""
    home = tmp_path_factory.mktemp("served")
    fill(home)
    return home


@pytest.fixture(scope="session")
def served(filled_home):
    """Run the server on it."""
    with serving(filled_home) as server:
        yield server
