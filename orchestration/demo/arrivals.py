"""Start times of runs: growth, weekdays, hours of the day, and randomness."""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from orchestration.demo.workflows import Workflow

__all__ = ["DAY_MS", "Arrival", "Window", "input_chars", "plan_arrivals"]

DAY_MS = 86_400_000

# Office hours in UTC with a lunch dip; batch jobs run at night.
_HOURS = (3, 2, 6, 2, 1, 2, 4, 7, 11, 14, 15, 13, 10, 12, 15, 14, 12, 9, 6, 5, 4, 4, 3, 3)
_GROWTH = 0.3
_MAX_CHARS = 120_000


@dataclass(frozen=True)
class Window:
    """The days that the logs cover.

    Attributes
    ----------
    first_day : date
        First day, UTC.
    days : int
        How many days.
    """

    first_day: date
    days: int

    @property
    def start_ms(self) -> int:
        """Return the first moment, in milliseconds since 1970, UTC."""
        return (self.first_day - date(1970, 1, 1)).days * DAY_MS

    @property
    def end_ms(self) -> int:
        """Return the moment after the last."""
        return self.start_ms + self.days * DAY_MS

    def day_of(self, moment_ms: int) -> int:
        """Return the day of the window (0 is the first) that a moment falls on."""
        return (moment_ms - self.start_ms) // DAY_MS

    def day_start_ms(self, day: int) -> int:
        """Return the first moment of a day of the window."""
        return self.start_ms + day * DAY_MS


@dataclass(frozen=True)
class Arrival:
    """The start of a run that no other run started."""

    workflow: Workflow
    session_id: str
    started_ms: int


def plan_arrivals(
    seed: int, catalogue: Sequence[Workflow], window: Window, scale: float
) -> list[Arrival]:
    """Draw the starts of all runs.

    Parameters
    ----------
    seed : int
        The same seed gives the same starts.
    catalogue : sequence of Workflow
        The workflows.
    window : Window
        The days to fill.
    scale : float
        Factor on every workflow's daily runs.

    Returns
    -------
    list of Arrival
        In order of time.
    """
    arrivals = []
    for workflow in catalogue:
        rng = Random(f"{seed}|arrivals|{workflow.cascade_id}")
        for day, mean in _daily_means(workflow, window, scale):
            starts = window.day_start_ms(day)
            for nth in range(_poisson(rng, mean)):
                hour = rng.choices(range(24), _HOURS)[0]
                started_ms = starts + hour * 3_600_000 + rng.randrange(3_600_000)
                name = f"{seed}|{workflow.cascade_id}|{day}|{nth}"
                session_id = "ses_" + hashlib.sha256(name.encode()).hexdigest()[:16]
                arrivals.append(Arrival(workflow, session_id, started_ms))
    return sorted(arrivals, key=lambda arrival: (arrival.started_ms, arrival.session_id))


def _daily_means(workflow: Workflow, window: Window, scale: float) -> Iterator[tuple[int, float]]:
    weekday_level = 7 / (5 + 2 * workflow.weekend_share)  # a week's mean stays `runs_per_day`
    for day in range(window.days):
        is_weekend = (window.first_day + timedelta(days=day)).weekday() >= 5
        growth = 1 + _GROWTH * (day / window.days - 0.5)
        level = weekday_level * (workflow.weekend_share if is_weekend else 1.0)
        yield day, workflow.runs_per_day * level * growth * scale


def _poisson(rng: Random, mean: float) -> int:
    count, product, floor = 0, rng.random(), math.exp(-mean)
    while product > floor:
        count += 1
        product *= rng.random()
    return count


def input_chars(seed: int, workflow: Workflow, session_id: str) -> int:
    """Return how long a run's input is to be, in characters.

    Parameters
    ----------
    seed : int
        The generator's seed.
    workflow : Workflow
        Whose inputs.
    session_id : str
        Whose input; the same run always has the same one, with faults and without.

    Returns
    -------
    int
        Characters of JSON text, roughly.
    """
    rng = Random(f"{seed}|chars|{session_id}")
    chars = workflow.input_median * math.exp(rng.gauss(0, workflow.input_sigma))
    return max(24, min(_MAX_CHARS, round(chars)))
