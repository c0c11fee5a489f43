"""Do readers and builds disturb each other? Eight readers, one query a second each, during builds.

Usage: python tests/benchmarks/read_while_building.py LOGS HOME [ROUNDS]

Each round loads more of the logs and builds everything again twice: once under readers, once
without. Readers must get the state before or the state after, never an error. Prints a table.
"""

import json
import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

import httpx

TOKENHOUSE = Path(sys.executable).with_name("tokenhouse")
READERS = 8
QUERY = (
    "select (select count() from run_analytics), (select sum(total_cost_usd) from run_analytics), "
    "(select count() from fct_calls), (select sum(call_count) from daily_costs), "
    "(select sum(cost_usd) from daily_costs) format JSONCompactEachRow"
)


class Seconds(NamedTuple):
    """How long a command took: by the clock, and of the processors' time, its children included."""

    wall: float
    cpu: float


def tokenhouse(home: Path, *arguments: str) -> Seconds:
    """Run a command and return how long it took."""
    began, before = time.monotonic(), _cpu()
    subprocess.run(
        [TOKENHOUSE, *arguments],
        env=os.environ | {"TOKENHOUSE_HOME": str(home)},
        check=True,
        capture_output=True,
    )
    return Seconds(time.monotonic() - began, _cpu() - before)


def _cpu() -> float:
    """Return the processors' time of the children that have ended; the server runs on."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Server:
    """A running server, and readers on it."""

    def __init__(self, home: Path):
        self.log = home / "serve.log"
        self.process = subprocess.Popen(
            [TOKENHOUSE, "serve", "--port", "0"],
            env=os.environ | {"TOKENHOUSE_HOME": str(home)},
            stderr=self.log.open("w"),
        )
        while not (found := re.search(r"http://\S+/", self.log.read_text())):
            time.sleep(0.1)
        self.url = found[0]
        self.answers: list[tuple[float, float, str]] = []
        self.errors: list[str] = []
        self.is_done = threading.Event()
        self.threads = [threading.Thread(target=self._read) for _ in range(READERS)]
        for thread in self.threads:
            thread.start()

    def ask(self) -> str:
        """Return what a reader sees now."""
        answer = httpx.post(self.url, content=QUERY, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.text

    def stop(self) -> None:
        """Stop the readers and the server."""
        self.is_done.set()
        for thread in self.threads:
            thread.join()
        self.process.send_signal(signal.SIGINT)
        self.process.wait()

    def _read(self) -> None:
        with httpx.Client(base_url=self.url, timeout=60) as client:
            while not self.is_done.is_set():
                began = time.monotonic()
                try:
                    answer = client.post("/", content=QUERY)
                except httpx.HTTPError as error:
                    # Also no answer at all is an error that a reader sees.
                    self.errors.append(repr(error))
                    self.is_done.wait(1)
                    continue
                seconds = time.monotonic() - began
                if answer.status_code == 200:
                    self.answers.append((began, seconds, answer.text))
                else:
                    self.errors.append(answer.text)
                self.is_done.wait(1 - seconds)


def main() -> None:
    """Measure, and print what was seen."""
    logs, home = (Path(name).resolve() for name in sys.argv[1:3])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    files = sorted(path for path in logs.rglob("*") if path.is_file())
    parts = [files[start :: rounds + 1] for start in range(rounds + 1)]
    tokenhouse(home, "load", *map(str, parts[0]))
    tokenhouse(home, "build")
    report = []
    for part in parts[1:]:
        tokenhouse(home, "load", *map(str, part))
        server = Server(home)
        try:
            before = server.ask()
            with_readers = tokenhouse(home, "build", "--full-refresh")
            limit = time.monotonic() + 20
            while (after := server.ask()) == before and time.monotonic() < limit:
                time.sleep(0.2)
        finally:
            server.stop()
        other = [text for _, _, text in server.answers if text not in (before, after)]
        times = [seconds for _, seconds, _ in server.answers]
        alone = tokenhouse(home, "build", "--full-refresh")
        report.append(
            {
                "answers": len(server.answers),
                "errors": len(server.errors),
                "first error": next(iter(server.errors), "")[:200],
                "neither before nor after": len(other),
                "state changed": before != after,
                "median ms": round(statistics.median(times) * 1000, 1),
                "slowest ms": round(max(times) * 1000),
                "build with readers s": round(with_readers.wall, 1),
                "build alone s": round(alone.wall, 1),
                "with readers CPU s": round(with_readers.cpu, 1),
                "alone CPU s": round(alone.cpu, 1),
            }
        )
        print(json.dumps(report[-1]), flush=True)
    for what, more in (("s", "build "), ("CPU s", "")):
        ratio = statistics.median(
            row[f"{more}with readers {what}"] / row[f"{more}alone {what}"] for row in report
        )
        print(f"build with readers, {what}: {ratio - 1:+.1%}")


if __name__ == "__main__":
    main()
