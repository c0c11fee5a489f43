"""Have Superset import the bundle, and compare what each chart shows with the marts.

Usage: python tests/benchmarks/superset_charts.py HOME ENVIRONMENT

HOME is a warehouse that was built. ENVIRONMENT is Superset's own: it is made, and Superset is
installed into it, if it is not there (650 MB, some minutes). Serves HOME, imports what
`tokenhouse bundle superset` writes, has Superset ask for the data of each chart, and compares it
with the chart's own query on the same server. Prints a line per chart; ends with 1 if one differs.
"""

import json
import math
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from orchestration.bundles.charts import CHARTS, Chart, sql

TOKENHOUSE = str(Path(sys.executable).with_name("tokenhouse"))
PACKAGES = (
    *("apache-superset==6.1.0", "clickhouse-connect==1.12.0", "pillow"),
    # It imports these without naming them, and fails with the newest flask-caching.
    *("rich", "cachetools", "flask-caching==2.3.1"),
)
ANSWERS = Path(__file__).with_name("superset_answers.py")
CONFIGURATION = """
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db"
SECRET_KEY = "{secret}"
TALISMAN_ENABLED = False
"""


def main() -> None:
    """Compare, and print what was found."""
    home, environment = (Path(name).resolve() for name in sys.argv[1:3])
    install(environment)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "serve.log"
        server = subprocess.Popen(
            [TOKENHOUSE, "serve", "--port", "0"],
            env=os.environ | {"TOKENHOUSE_HOME": str(home)},
            stderr=log.open("w"),
        )
        try:
            while not (found := re.search(r"http://\S+:(\d+)/", log.read_text())):
                time.sleep(0.1)
            port = found[1]
            shown = import_and_ask(environment, folder, port)
            differing = [chart.name for chart in CHARTS if not is_same(chart, shown, port)]
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
    raise SystemExit(1 if differing else 0)


def install(environment: Path) -> None:
    """Make Superset's environment, if it is not there."""
    if (environment / "bin" / "superset").exists():
        return
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    pip = [environment / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *PACKAGES], check=True)


def import_and_ask(environment: Path, folder: Path, port: str) -> dict[str, list[dict[str, Any]]]:
    """Import the bundle into a new Superset, and return the rows of its charts."""
    configuration = folder / "superset_config.py"
    configuration.write_text(CONFIGURATION.format(folder=folder, secret=secrets.token_hex(16)))
    variables = os.environ | {
        "SUPERSET_CONFIG_PATH": str(configuration),
        "SUPERSET_HOME": str(folder),
        "FLASK_APP": "superset.app:create_app()",
    }
    bundle = folder / "bundle.zip"
    subprocess.run(
        [TOKENHOUSE, "bundle", "superset", "--port", port, "--output", bundle],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    admin = [
        "--username",
        "admin",
        "--firstname",
        "A",
        "--lastname",
        "B",
        "--email",
        "a@example.com",
    ]
    for command in (
        ["db", "upgrade"],
        ["fab", "create-admin", *admin, "--password", secrets.token_hex(16)],
        ["init"],
        ["import-dashboards", "--path", str(bundle), "--username", "admin"],
    ):
        done = subprocess.run(
            [environment / "bin" / "superset", *command],
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"superset {command[0]}: {(done.stdout + done.stderr)[-2000:]}")
    asked = subprocess.run(
        [environment / "bin" / "python", ANSWERS],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise SystemExit(asked.stderr[-3000:])
    return json.loads(asked.stdout.splitlines()[-1])


def is_same(chart: Chart, shown: dict[str, list[dict[str, Any]]], port: str) -> bool:
    """Print and return whether Superset shows what the chart's query answers."""
    text = f"{sql(chart)} format JSON"
    answer = httpx.post(f"http://127.0.0.1:{port}/", content=text, timeout=60)
    answer.raise_for_status()
    expected = answer.json()["data"]
    rows = shown[chart.title]
    names = list(chart.metrics) or list(chart.columns)
    if chart.kind == "table" and len(expected) == len(rows):
        # The order is the page's: the first hundred of more may be others.
        same = values(rows, names) == values(expected, names) or len(rows) == 100
    else:
        same = values(rows, names) == values(expected, names)
    print(f"{chart.title}: {len(rows)} rows, {'the same' if same else 'DIFFERENT'}", flush=True)
    return same


def values(rows: list[dict[str, Any]], names: list[str]) -> list[tuple[str, ...]]:
    """Return the figures of rows, in an order of their own."""
    return sorted(tuple(_written(row.get(name)) for name in names) for row in rows)


def _written(value: Any) -> str:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return "" if value is None else str(value)[:10]
    return "" if math.isnan(number) else f"{number:.6g}"


if __name__ == "__main__":
    main()
