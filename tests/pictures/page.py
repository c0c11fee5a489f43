"""Draw the README's picture of the page, from the demo.

python tests/pictures/page.py            makes, builds and forecasts the demo first
python tests/pictures/page.py --home D   keeps it in D, and uses what is there
"""

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from orchestration import settings

sys.path.insert(0, str(settings.project_dir() / "tests" / "python"))

from serving.served import environment, serving

PICTURE = settings.project_dir() / "docs" / "page.png"
WIDTH, HEIGHT = 1280, 1900
COLOURS = 128


def main() -> None:
    """Serve the demo, and draw the top of its page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="where the demo is, or will be, built")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        if not (home / "served").exists():
            for command in (("run",), ("forecast", "--warehouse")):
                subprocess.run(
                    [Path(sys.executable).with_name("tokenhouse"), *command],
                    env=environment(home),
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
        with serving(home) as served:
            PICTURE.write_bytes(drawn(served.url))


def drawn(url: str) -> bytes:
    """Return the top of the page as a small PNG."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        raise SystemExit("chromium is missing: apt-get install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(url)
        # By the clock of whoever draws it the demo is old.
        page.evaluate("document.querySelector('time').classList.remove('old')")
        shot = page.screenshot(clip={"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})
        browser.close()
    small = io.BytesIO()
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS).save(small, "PNG", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    main()
