"""Labelled series of our own: what thresholds are chosen on, so that none is chosen on NAB.

The kinds follow what such corpora are made of (server metrics, prices of advertisements,
traffic, message counts, sensors, drawn days), the labels follow NAB's rule: a window around each
anomaly, all windows of a series together a tenth of its rows. Bursts that nobody would label occur
everywhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

__all__ = ["GeneratedSeries", "generate_corpus"]

DAY = 86_400
LABELLED_RATIO = 0.1
FIRST_ANOMALY = 0.17  # of the series; before, NAB's probation has nothing judged


@dataclass(frozen=True)
class GeneratedSeries:
    """A series with known anomalies.

    Attributes
    ----------
    name : str
        Kind and number.
    seconds : numpy.ndarray of shape (n_rows,)
        Times, in seconds.
    values : numpy.ndarray of shape (n_rows,)
        What was measured.
    windows : list of (int, int)
        First and last row of the window around each anomaly.
    """

    name: str
    seconds: np.ndarray
    values: np.ndarray
    windows: list[tuple[int, int]]


@dataclass
class _Draft:
    """A series under way: its kind draws on `random`, disturbs `values` and notes `anomalies`."""

    random: np.random.Generator
    rows: int
    step: int

    def __post_init__(self):
        start = int(self.random.integers(0, 7 * DAY // self.step)) * self.step
        self.seconds = 1_600_000_000 // DAY * DAY + start + np.arange(self.rows) * self.step
        self.hours = self.seconds % DAY / 3600
        self.weekday = self.seconds // DAY % 7
        self.values = np.zeros(self.rows)
        self.anomalies: list[int] = []

    def rows_in(self, hours: float) -> int:
        """Return how many rows so many hours are."""
        return max(1, round(hours * 3600 / self.step))

    def places(self, most: int, least: int = 1) -> list[int]:
        """Draw where anomalies begin: some way from each other."""
        count = int(self.random.integers(least, most + 1))
        first, last = round(FIRST_ANOMALY * self.rows), round(0.95 * self.rows)
        gap = (last - first) // max(count, 1)
        self.anomalies = [
            first + number * gap + int(self.random.uniform(0.1, 0.9) * gap)
            for number in range(count)
        ]
        return self.anomalies

    def span(self, begin: int, hours: float) -> slice:
        """Return the rows of so many hours from a row on."""
        return slice(begin, min(begin + self.rows_in(hours), self.rows))

    def walk(self, memory: float, spread: float) -> np.ndarray:
        """Draw noise that remembers: an AR(1) of this stationary spread."""
        shocks = self.random.normal(0, spread * np.sqrt(1 - memory**2), self.rows)
        walk = np.empty(self.rows)
        level = self.random.normal(0, spread)
        for row, shock in enumerate(shocks):
            level = memory * level + shock
            walk[row] = level
        return walk

    def day_shape(self) -> np.ndarray:
        """Draw a smooth day: 0 at night to 1 at its peak."""
        peak, sharp = self.random.uniform(11, 20), self.random.uniform(0.5, 2.0)
        wave = 0.5 + 0.5 * np.cos((self.hours - peak) * np.pi / 12)
        return wave**sharp

    def spikes(self, per_day: float, size: float, tail: float = 1.5) -> np.ndarray:
        """Draw unlabelled spikes of one to three rows, with heights of a heavy tail."""
        out = np.zeros(self.rows)
        for _ in range(self.random.poisson(per_day * self.rows * self.step / DAY)):
            begin = int(self.random.integers(0, self.rows))
            height = size * min(self.random.pareto(tail) + 0.3, 6.0)
            out[begin : begin + int(self.random.integers(1, 4))] += height
        return out

    def bursts(self, per_day: float, size: float, tail: float, fade_hours: float) -> np.ndarray:
        """Draw bursts that rise at once and fade away."""
        out = np.zeros(self.rows)
        fade = self.rows_in(fade_hours)
        shape = np.exp(-np.arange(6 * fade) / fade)
        for _ in range(self.random.poisson(per_day * self.rows * self.step / DAY)):
            begin = int(self.random.integers(0, self.rows))
            height = size * min(self.random.pareto(tail), 15.0)
            end = min(begin + len(shape), self.rows)
            out[begin:end] += height * shape[: end - begin]
        return out


def _idle_server(draft: _Draft) -> None:
    """Draw an idle CPU: a low level, fine noise, small spikes; it jumps, spikes or stops."""
    random = draft.random
    level = random.uniform(0.1, 50)
    noise = level * random.uniform(0.005, 0.06)
    draft.values = level + random.normal(0, noise, draft.rows) + draft.walk(0.98, noise / 2)
    draft.values += draft.spikes(random.uniform(0, 6), noise * random.uniform(3, 12))
    for place in draft.places(3):
        kind = random.choice(["shift", "spike", "spikes", "stop", "unrest"])
        if kind == "shift":
            draft.values[place:] += level * random.uniform(0.15, 1.5) * random.choice([-0.5, 1])
        elif kind == "spike":
            height = level * random.uniform(0.5, 8) + noise * 10
            draft.values[place : place + int(random.integers(1, 5))] += height
        elif kind == "spikes":
            rows = place + random.integers(0, draft.rows_in(5), 12)
            draft.values[rows.clip(0, draft.rows - 1)] += noise * random.uniform(8, 25)
        elif kind == "stop":
            draft.values[draft.span(place, random.uniform(0.3, 20))] = random.choice([0, level / 5])
        else:
            rows = draft.span(place, random.uniform(3, 20))
            draft.values[rows] += random.normal(0, noise * random.uniform(3, 8), draft.rows)[rows]
    draft.values = draft.values.clip(0)


def _busy_server(draft: _Draft) -> None:
    """Draw a server with jobs at fixed intervals: spikes that belong; they grow, stop or shift."""
    random = draft.random
    level, noise = random.uniform(1, 40), random.uniform(0.2, 3)
    every = draft.rows_in(random.choice([0.5, 1, 2, 4, 6, 24]))
    height = random.uniform(4, 15) * noise
    jobs = np.zeros(draft.rows)
    for begin in range(int(random.integers(0, every)), draft.rows, every):
        jitter = begin + int(random.integers(-1, 2))
        tall = height * random.uniform(0.7, 1.3)
        jobs[max(jitter, 0) : jitter + int(random.integers(1, 4))] = tall
    draft.values = level + random.normal(0, noise, draft.rows) + draft.walk(0.95, noise)
    for place in draft.places(2):
        kind = random.choice(["grow", "stop", "shift", "spike"])
        rows = draft.span(place, random.uniform(5, 40))
        if kind == "grow":
            jobs[rows] *= random.uniform(1.5, 3)
        elif kind == "stop":
            jobs[rows] = 0
        elif kind == "shift":
            draft.values[place:] += noise * random.uniform(3, 10)
        else:
            draft.values[place : place + 3] += height * random.uniform(1.5, 4)
    draft.values = (draft.values + jobs).clip(0)


def _network(draft: _Draft) -> None:
    """Draw bytes through a network card or disk: a heavy tail; sustained or odd traffic."""
    random = draft.random
    scale = 10 ** random.uniform(2, 7)
    tail = random.uniform(0.3, 1.0)
    draft.values = np.exp(draft.walk(random.uniform(0.3, 0.9), tail))
    idle = random.uniform(0, 0.9) if random.random() < 0.5 else 0
    draft.values[random.random(draft.rows) < idle] = 0
    draft.values += draft.bursts(random.uniform(0, 3), 2, 1.5, 0.3)
    for place in draft.places(3):
        kind = random.choice(["burst", "sustained", "silence", "spike"])
        rows = draft.span(place, random.uniform(1, 12))
        if kind == "burst":
            draft.values[rows] += random.uniform(5, 30) * random.random(len(draft.values[rows]))
        elif kind == "sustained":
            draft.values[rows] = draft.values[rows] * random.uniform(1.5, 4) + random.uniform(1, 4)
        elif kind == "silence":
            draft.values[rows] = 0
        else:
            draft.values[place : place + int(random.integers(1, 4))] += random.uniform(15, 60)
    draft.values *= scale


def _requests(draft: _Draft) -> None:
    """Draw requests of a service: counts with a day; a rush, an outage, a changed day."""
    random = draft.random
    peak = 10 ** random.uniform(1, 3.5)
    rate = peak * (random.uniform(0.05, 0.4) + draft.day_shape())
    rate *= np.where(draft.weekday >= 5, random.uniform(0.5, 1), 1)
    rate *= np.exp(draft.walk(0.98, random.uniform(0.02, 0.2)))
    rate += draft.spikes(random.uniform(0, 2), peak / 2)
    for place in draft.places(3):
        kind = random.choice(["rush", "outage", "quiet", "shift", "spike"])
        rows = draft.span(place, random.uniform(1, 18))
        if kind == "rush":
            rate[rows] *= random.uniform(1.5, 4)
        elif kind == "outage":
            rate[rows] *= random.uniform(0, 0.1)
        elif kind == "quiet":
            rate[rows] *= random.uniform(0.3, 0.7)
        elif kind == "shift":
            rate[place:] *= random.uniform(1.4, 2.5)
        else:
            rate[place : place + int(random.integers(1, 5))] += peak * random.uniform(1, 6)
    grain = random.uniform(2, 60)  # the larger, the nearer to Poisson
    draft.values = random.poisson(rate * random.gamma(grain, 1 / grain, draft.rows)).astype(float)


def _memory(draft: _Draft) -> None:
    """Draw memory or disk use: it climbs in steps and is cleared; a leak, a jump, a stop."""
    random = draft.random
    climb = np.cumsum(random.exponential(1, draft.rows) * (random.random(draft.rows) < 0.1))
    reset = draft.rows_in(random.uniform(20, 120))
    climb -= climb[np.arange(draft.rows) // reset * reset]
    size = climb.max()
    draft.values = size * random.uniform(0.5, 3) + climb + draft.walk(0.9, size / 100)
    for place in draft.places(2):
        kind = random.choice(["jump", "leak", "stop"])
        if kind == "jump":
            draft.values[place:] += size * random.uniform(0.3, 1.5)
        elif kind == "leak":
            rows = draft.span(place, random.uniform(5, 30))
            draft.values[rows] += np.linspace(0, size * random.uniform(1, 3), len(climb[rows]))
        else:
            draft.values[draft.span(place, random.uniform(1, 15))] = 0


def _advertisements(draft: _Draft) -> None:
    """Draw hourly costs per click: a faint day, wild spikes; clusters of them, a fall."""
    random = draft.random
    level = 10 ** random.uniform(-1.5, 0.5)
    spread = random.uniform(0.1, 0.5)
    draft.values = np.exp(draft.walk(0.6, spread) + random.uniform(0, 0.6) * draft.day_shape())
    draft.values += draft.spikes(random.uniform(0, 0.3), random.uniform(0.5, 3), 1.2)
    for place in draft.places(3, 0):
        kind = random.choice(["cluster", "spike", "fall", "shift"])
        if kind == "cluster":
            rows = place + random.integers(0, 20, int(random.integers(3, 8)))
            draft.values[rows.clip(0, draft.rows - 1)] *= random.uniform(2, 6)
        elif kind == "spike":
            draft.values[place : place + int(random.integers(1, 3))] += random.uniform(2, 12)
        elif kind == "fall":
            draft.values[draft.span(place, random.uniform(10, 60))] *= random.uniform(0.1, 0.4)
        else:
            draft.values[place:] *= random.uniform(1.4, 2.5)
    draft.values *= level


def _traffic(draft: _Draft) -> None:
    """Draw a road's sensor: rush hours, uneven times, nights left out; jams and odd readings."""
    random = draft.random
    rush = np.exp(-(((draft.hours - 8) / 1.5) ** 2)) + np.exp(-(((draft.hours - 17) / 2) ** 2))
    rush *= np.where(draft.weekday >= 5, 0.2, 1) * np.exp(draft.walk(0.95, 0.3))
    load = 0.15 + 0.3 * draft.day_shape() + rush * random.uniform(0.2, 0.8)
    load += draft.bursts(random.uniform(0, 0.4), 0.3, 1.5, 0.5)
    for place in draft.places(3):
        kind = random.choice(["jam", "long jam", "odd"])
        hours = {"jam": 1, "long jam": 6, "odd": 0.2}[kind]
        load[draft.span(place, hours * random.uniform(0.5, 2))] += random.uniform(0.6, 2)
    noisy = load * np.exp(random.normal(0, 0.15, draft.rows))
    if random.random() < 0.4:
        draft.values = (72 - 14 * noisy**1.5 + random.normal(0, 2, draft.rows)).clip(3, 90).round()
    else:
        draft.values = (noisy * random.uniform(10, 900)).round(2)
    keep = random.random(draft.rows) < random.uniform(0.5, 0.95)
    if random.random() < 0.5:
        keep &= draft.hours > random.uniform(3, 6)
    _leave_out(draft, keep)


def _messages(draft: _Draft) -> None:
    """Draw messages that name a company: overdispersed counts with a day, bursts of every size."""
    random = draft.random
    level = 10 ** random.uniform(0.5, 2)
    rate = level * (0.4 + 1.2 * draft.day_shape()) * np.exp(draft.walk(0.97, 0.25))
    rate += draft.bursts(random.uniform(0.3, 1.5), level * random.uniform(0.3, 1), 1.3, 0.7)
    for place in draft.places(5, 2):
        rows = draft.span(place, random.uniform(0.5, 12))
        height = level * random.uniform(3, 25)
        rate[rows] += height * np.exp(-np.arange(len(rate[rows])) * 3 / len(rate[rows]))
    grain = random.uniform(1.5, 10)
    draft.values = random.poisson(rate * random.gamma(grain, 1 / grain, draft.rows)).astype(float)
    for _ in range(int(random.integers(0, 12))):
        draft.values[int(random.integers(0, draft.rows))] += level * random.pareto(1.2) * 2


def _sensor(draft: _Draft) -> None:
    """Draw temperatures: slow wandering, a faint day; deep falls, unrest, slow drifts."""
    random = draft.random
    spread = random.uniform(1, 6)
    draft.values = 70 + draft.walk(0.999, spread) + draft.walk(0.9, spread / 5)
    draft.values += spread * random.uniform(0, 1) * draft.day_shape()
    draft.values += random.normal(0, spread / 10, draft.rows)
    for place in draft.places(4, 2):
        kind = random.choice(["fall", "drift", "unrest", "jump"])
        rows = draft.span(place, random.uniform(6, 48))
        length = len(draft.values[rows])
        if kind == "fall":
            draft.values[rows] -= spread * random.uniform(3, 10) * np.hanning(length + 2)[1:-1]
        elif kind == "drift":
            draft.values[rows] += np.linspace(0, -spread * random.uniform(2, 6), length)
        elif kind == "unrest":
            draft.values[rows] += random.normal(0, spread * random.uniform(0.5, 1.5), length)
        else:
            draft.values[rows] += spread * random.uniform(2, 5)


def _rides(draft: _Draft) -> None:
    """Draw half-hourly demand of a city: days and weeks; holidays, storms, nights that go on."""
    random = draft.random
    weekend = draft.weekday >= 5
    day, other_day = draft.day_shape(), draft.day_shape()
    rate = (0.15 + np.where(weekend, 0.8 * other_day, day)) * np.exp(draft.walk(0.995, 0.05))
    for place in draft.places(5, 2):
        kind = random.choice(["holiday", "storm", "rush"])
        begin = place - place % draft.rows_in(24) if kind == "holiday" else place
        rows = draft.span(begin, 24 if kind != "rush" else random.uniform(2, 5))
        factor = {"holiday": (0.5, 0.75), "storm": (0.02, 0.3), "rush": (1.4, 2.2)}[kind]
        rate[rows] *= random.uniform(*factor)
    draft.values = (15_000 * rate * np.exp(random.normal(0, 0.04, draft.rows))).round()


def _long_server(draft: _Draft) -> None:
    """Draw a fleet's CPU over two months: days; near the end something is misconfigured."""
    random = draft.random
    draft.values = 20 + 40 * draft.day_shape() * np.exp(draft.walk(0.99, 0.15))
    draft.values += random.normal(0, 3, draft.rows) + draft.spikes(0.5, 10)
    for place in draft.places(2):
        rows = draft.span(place, random.uniform(24, 120))
        draft.values[rows] = draft.values[rows] * random.uniform(0.2, 0.6) + random.choice([0, 60])
    draft.values = draft.values.clip(0, 100)


def _keyboard(draft: _Draft) -> None:
    """Draw what a person types: bouts; some at odd hours or of odd strength."""
    random = draft.random
    awake = (draft.hours > random.uniform(6, 9)) & (draft.hours < random.uniform(19, 23))
    bouts = draft.walk(0.9, 1) > random.uniform(0.3, 1.2)
    draft.values = awake * bouts * random.gamma(2, 0.05, draft.rows)
    for place in draft.places(2):
        rows = draft.span(place, random.uniform(1, 8))
        draft.values[rows] += random.gamma(2, random.uniform(0.05, 0.2), draft.rows)[rows]
    _leave_out(draft, random.random(draft.rows) < random.uniform(0.6, 1))


def _drawn_day(draft: _Draft) -> None:
    """Draw a day, the same every day up to noise: once higher, lower, flat or missing."""
    random = draft.random
    begin, end = random.uniform(6, 10), random.uniform(16, 20)
    high, low = random.uniform(60, 100), random.uniform(10, 40)
    work = (draft.hours >= begin) & (draft.hours < end)
    noise = random.choice([0.5, 3, 6])
    shape = np.where(work, high, low)
    place = draft.places(1)[0]
    days = draft.seconds // DAY
    anomalous = days == days[place]
    kind = random.choice(["up", "down", "flat", "none", "spikes"])
    if kind == "up":
        shape = np.where(anomalous & work, high * random.uniform(1.2, 1.8), shape)
    elif kind == "down":
        shape = np.where(anomalous & work, (high + low) / random.uniform(1.5, 4), shape)
    elif kind in ("flat", "none"):
        shape = np.where(anomalous, (high + low) / 2 if kind == "flat" else low, shape)
    draft.values = shape + random.uniform(-noise, noise, draft.rows)
    if kind == "spikes":
        often = np.where(anomalous, 0.15, 0.02)
        draft.values += (random.random(draft.rows) < often) * 40
        draft.anomalies = [int(np.flatnonzero(anomalous)[0])]
    else:
        draft.anomalies = [int(np.flatnonzero(anomalous & work)[0])]


def _nothing(draft: _Draft) -> None:
    """Draw days, noise or a flat line in which nothing happens."""
    random = draft.random
    kind = random.choice(["flat", "noise", "square", "smooth", "noisy square"])
    work = (draft.hours >= 9) & (draft.hours < 18)
    if kind == "flat":
        draft.values += random.uniform(0, 50)
    elif kind == "noise":
        draft.values = random.uniform(15, 25) + random.normal(0, 3, draft.rows)
    elif kind == "smooth":
        draft.values = 20 + 60 * draft.day_shape()
    else:
        draft.values = np.where(work, 80.0, 20.0)
    if kind in ("noisy square", "smooth"):
        draft.values += random.uniform(-4, 4, draft.rows)


# Kind, rows, step in seconds, how many of them in a corpus: in about the shares that such corpora
# have, so that one threshold serves the mixture.
_KINDS: tuple[tuple[Callable[[_Draft], None], int, int, int], ...] = (
    (_idle_server, 4032, 300, 7),
    (_busy_server, 4032, 300, 3),
    (_network, 4032, 300, 5),
    (_requests, 4032, 300, 3),
    (_memory, 4032, 300, 1),
    (_advertisements, 1620, 3600, 6),
    (_traffic, 3300, 600, 7),
    (_messages, 15_840, 300, 9),
    (_sensor, 12_000, 600, 3),
    (_rides, 10_320, 1800, 1),
    (_long_server, 16_000, 300, 1),
    (_keyboard, 4000, 300, 2),
    (_drawn_day, 4032, 300, 6),
    (_nothing, 4032, 300, 4),
)


def generate_corpus(seed: int) -> Iterator[GeneratedSeries]:
    """Draw a corpus of 58 series.

    Parameters
    ----------
    seed : int
        The same seed draws the same series.

    Yields
    ------
    GeneratedSeries
        One series after the other, the kinds in a fixed order.
    """
    for kind, (make, rows, step, count) in enumerate(_KINDS):
        for number in range(count):
            draft = _Draft(np.random.default_rng([seed, kind, number]), rows, step)
            make(draft)
            name = f"{make.__name__.strip('_')}_{number}"
            yield GeneratedSeries(name, draft.seconds, draft.values, _windows(draft))


def _windows(draft: _Draft) -> list[tuple[int, int]]:
    """Return a window around each anomaly; where two meet, the later begins behind the earlier."""
    rows = len(draft.values)
    if not draft.anomalies:
        return []
    width = round(LABELLED_RATIO * rows / len(draft.anomalies))
    windows: list[tuple[int, int]] = []
    for anomaly in sorted(draft.anomalies):
        first = max(anomaly - width // 2, windows[-1][1] + 1 if windows else 0)
        last = min(anomaly + width // 2, rows - 1)
        if first <= last:
            windows.append((first, last))
    return windows


def _leave_out(draft: _Draft, keep: np.ndarray) -> None:
    """Drop rows, as sensors do."""
    place_of = np.cumsum(keep) - 1
    draft.anomalies = [int(max(place_of[anomaly], 0)) for anomaly in draft.anomalies]
    draft.seconds, draft.values = draft.seconds[keep], draft.values[keep]
    draft.rows = len(draft.values)
