"""How long until the page shows something, and all of it? In headless Chromium.

python tests/benchmarks/page_speed.py HOME [ROUNDS]

HOME is a warehouse that was built. Each round is a browser without a cache. Prints, for each
period, how long the server took to answer, the first content to be painted, and all to be loaded,
and how many bytes came over the wire: the medians, and the first round, for which the server has no
answers yet.
"""

import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

TOKENHOUSE = str(Path(sys.executable).with_name("tokenhouse"))
PERIODS = ("7", "30", "90", "all")
TIMES = """() => {
    const [page] = performance.getEntriesByType('navigation');
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    const all = [page, ...performance.getEntriesByType('resource')];
    return {
        'answered ms': page.responseEnd,
        'first content ms': paint.startTime,
        'all ms': page.loadEventEnd,
        'KB': all.reduce((sum, entry) => sum + entry.transferSize, 0) / 1024,
    };
}"""


def main() -> None:
    """Measure, and print a table."""
    home, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    process = subprocess.Popen(
        [TOKENHOUSE, "serve", "--port", "0"],
        env=os.environ | {"TOKENHOUSE_HOME": home},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        found = (re.search(r"http://\S+/", line) for line in process.stderr or [])
        url = next(match[0] for match in found if match)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            for period in PERIODS:
                measured = [measure(browser, f"{url}?days={period}") for _ in range(rounds)]
                names = measured[0]
                medians = {
                    name: round(statistics.median(one[name] for one in measured)) for name in names
                }
                first = {f"first {name}": round(value) for name, value in names.items()}
                print(
                    f"{period} days" if period.isdecimal() else period, medians, first, flush=True
                )
            browser.close()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def measure(browser: Browser, url: str) -> dict[str, Any]:
    """Open the page once, and return its times."""
    # Waiting evaluates text, which the page itself does not allow.
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    tab = context.new_page()
    tab.goto(url, wait_until="load", timeout=120_000)
    tab.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    times = tab.evaluate(TIMES)
    context.close()
    return times


if __name__ == "__main__":
    main()
