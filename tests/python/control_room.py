"""Dagster's web page in a browser, on a warehouse that commands have built."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration import settings
from programs import find_program

__all__ = ["SECONDS_TO_SHOW", "ControlRoom", "control_room", "page_of"]

SECONDS_TO_START = 240
SECONDS_TO_END = 60
SECONDS_TO_LOAD = 60
SECONDS_TO_SHOW = 5
# How often an open page asks again for the states of all its assets; every two seconds by default.
SECONDS_PER_LOOK = 15
NOWHERE = "about:blank"
ENDED = ("SUCCESS", "FAILURE", "CANCELED")
RUNS = """
    query Runs($job: String!) {
        runsOrError(filter: {pipelineName: $job}, limit: 1) {
            ... on Runs { results { runId status } }
        }
    }
"""


class ControlRoom:
    """A running Dagster, and the tab of a browser that looks at it."""

    def __init__(self, url: str, tab: Any):
        self.url = url
        self.tab = tab

    def open(self, path: str) -> Any:
        """Open a page."""
        self.tab.goto(self.url + path, timeout=SECONDS_TO_START * 1000)
        return self.tab

    def see(self, text: str, seconds: float = 120) -> Any:
        """Wait until a text is there, loading the page again now and then, and return it."""
        until = time.monotonic() + seconds
        while True:
            found = self.tab.get_by_text(text).first
            with contextlib.suppress(Exception):
                found.wait_for(timeout=15_000)
                return found
            assert time.monotonic() < until, f"{text!r} is not on {self.tab.url}"
            self.tab.reload()

    def press(self, name: str) -> None:
        """Press a button."""
        self.tab.get_by_role("button", name=name).first.click(timeout=SECONDS_TO_LOAD * 1000)

    def pictures(self) -> int:
        """Open the pictures in the metadata, and return how many pixels wide they are together."""
        width = 0
        for number in range(self.tab.get_by_text("Show Markdown").count()):
            self.tab.get_by_text("Show Markdown").nth(number).click()
            image = self.tab.locator("img[src^='data:image/svg']").first
            with contextlib.suppress(Exception):
                image.wait_for(timeout=10_000)
                width += image.evaluate("image => image.naturalWidth")
            self.tab.keyboard.press("Escape")
        return width

    def succeeds(self, job: str, seconds: float = 1200) -> str:
        """Wait until the newest run of a job has ended, see on its page that it succeeded.

        Returns
        -------
        str
            The id of the run.
        """
        until = time.monotonic() + seconds
        while True:
            answer = self.tab.request.post(
                f"{self.url}/graphql", data={"query": RUNS, "variables": {"job": job}}
            ).json()
            runs = answer["data"]["runsOrError"]["results"]
            if runs and runs[0]["status"] in ENDED:
                break
            assert time.monotonic() < until, f"{job} has not ended: {runs}"
            if runs and self.tab.url != NOWHERE:
                # A page that draws each of a run's thousand steps takes as long as the run.
                self.tab.goto(NOWHERE)
            self.tab.wait_for_timeout(2_000)
        self.open(f"/runs/{runs[0]['runId']}")
        self.see("Success")
        return runs[0]["runId"]


def page_of(*key: str, view: str = "overview") -> str:
    """Return the path of an asset's page."""
    return f"/assets/{'/'.join(key)}?view={view}"


@contextlib.contextmanager
def control_room(home: Path, height: int = 900) -> Iterator[ControlRoom]:
    """Start `tokenhouse dagster dev` on a home, and a browser; stop both, Dagster by Ctrl-C."""
    from playwright.sync_api import sync_playwright

    chromium = find_program("chromium", install="apt-get install chromium")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", "from orchestration.cli import main; main()"),
            *("dagster", "dev", "--port", str(port)),
            *("--live-data-poll-rate", str(SECONDS_PER_LOOK * 1000)),
        ],
        env=os.environ | {"TOKENHOUSE_HOME": str(home)},
        cwd=settings.project_dir(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + SECONDS_TO_START
        while not _is_served(port):
            assert time.monotonic() < until, "Dagster does not serve its page."
            assert process.poll() is None, "Dagster ended."
            time.sleep(0.5)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            tab = browser.new_page(viewport={"width": 1280, "height": height})
            yield ControlRoom(f"http://127.0.0.1:{port}", tab)
            browser.close()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(SECONDS_TO_END)


def _is_served(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
