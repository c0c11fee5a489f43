"""Draw the README's picture of the page, from the demo.

python tests/pictures/page.py            makes, builds and forecasts the demo first
python tests/pictures/page.py --home D   keeps it in D, and uses what is there
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from demo_home import TOKENHOUSE, build_demo
from playwright.sync_api import sync_playwright

from orchestration import settings

PICTURE = settings.project_dir() / "docs" / "page.png"
WIDTH, HEIGHT = 1280, 1700


def main() -> None:
    """Serve the demo, and draw the top of its page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="where the demo is, or will be, built")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        build_demo(home)
        with served(os.environ | {"TOKENHOUSE_HOME": str(home)}) as url:
            draw(url)


@contextlib.contextmanager
def served(environment: dict[str, str]) -> Iterator[str]:
    """Run the server, and give its address."""
    process = subprocess.Popen(
        [TOKENHOUSE, "serve", "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        lines = iter(process.stderr or [])
        yield next(found[0] for line in lines if (found := re.search(r"http://\S+/", line)))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def draw(url: str) -> None:
    """Draw the top of the page."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        raise SystemExit("chromium is missing: apt-get install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(url)
        # By the clock of whoever draws it the demo is old.
        page.evaluate("document.querySelector('time').classList.remove('old')")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
