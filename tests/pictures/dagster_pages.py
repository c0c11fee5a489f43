"""Draw the documents' pictures of Dagster, from the demo.

PYTHONPATH=tests/python python tests/pictures/dagster_pages.py            makes and builds the demo
PYTHONPATH=tests/python python tests/pictures/dagster_pages.py --home D   uses what is in D

Commands build the demo; the pictures are of the asset of a mart, of the overview's daily cost, and
of a run that materialized everything from the page, and of what that changed in a mart.
"""

import argparse
import os
import tempfile
from pathlib import Path

from demo_home import build_demo

from control_room import SECONDS_TO_SHOW, ControlRoom, control_room, page_of
from orchestration import settings

DOCS = settings.project_dir() / "docs"
HEIGHT = 800
# On a busy machine the import of what commands have built takes minutes.
SECONDS_TO_IMPORT = 900
SECONDS_TO_BUILD = 1800


def main() -> None:
    """Open Dagster on the demo, and draw its pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="where the demo is, or will be, built")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        build_demo(home)
        # An empty one: nothing is loaded but what the commands have loaded.
        os.environ["TOKENHOUSE_LANDING"] = str(home / "landing")
        with control_room(home, height=HEIGHT) as room:
            draw(room)


def draw(room: ControlRoom) -> None:
    """Draw each page when it shows what it is drawn for."""
    room.open(page_of("exports", "overview"))
    room.see("Show Markdown", SECONDS_TO_IMPORT)
    room.open(page_of("marts", "run_analytics"))
    room.see("tokenhouse build")
    # The page asks for its parts one by one.
    room.tab.wait_for_timeout(SECONDS_TO_SHOW * 1000)
    room.tab.screenshot(path=DOCS / "dagster_asset.png")
    room.open(page_of("exports", "overview"))
    room.see("Show Markdown")
    room.tab.get_by_text("Show Markdown").first.click()
    room.tab.locator("img[src^='data:image/svg']").first.wait_for()
    room.tab.wait_for_timeout(SECONDS_TO_SHOW * 1000)
    room.tab.screenshot(path=DOCS / "dagster_overview.png")
    room.open("/locations/tokenhouse/jobs/load_and_build")
    room.press("Materialize all")
    room.succeeds("load_and_build", SECONDS_TO_BUILD)
    room.tab.wait_for_timeout(SECONDS_TO_SHOW * 1000)
    room.tab.screenshot(path=DOCS / "dagster_run.png")
    # Not of a mart with a picture or a late test, which would be newer.
    room.open(page_of("marts", "dim_models", view="events"))
    room.see("changes", SECONDS_TO_IMPORT)
    room.tab.get_by_text("contents").first.wait_for()
    room.tab.screenshot(path=DOCS / "dagster_changes.png")


if __name__ == "__main__":
    main()
