"""Fixtures of the serving tests: one warehouse and one server for all of them."""

import pytest
from playwright.sync_api import sync_playwright

from programs import find_program
from serving.page_warehouse import fill_page
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


@pytest.fixture(scope="session")
def page_home(tmp_path_factory):
    path = tmp_path_factory.mktemp("page")
    fill_page(path)
    return path


@pytest.fixture(scope="session")
def page_server(page_home):
    with serving(page_home) as started:
        yield started


@pytest.fixture(scope="module")
def browser():
    """Start a browser; it ends with the file, since asyncio's loop runs as long as it is open."""
    program = find_program("chromium", install="apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def tab(browser, page_server):
    """Open the page of a company's last 30 days."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{page_server.url}/?days=30")
    yield page
    context.close()


@pytest.fixture
def ask(page_server):
    """Return what answers SQL on the page's warehouse."""
    return page_server.rows
