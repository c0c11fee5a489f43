"""Generated daily series in the shape of public sets: fixed seeds, never the sets themselves."""

import zlib
from collections.abc import Callable

import numpy as np
import pandas as pd

__all__ = ["GENERATED", "generate"]

FIRST_DAY = "2021-01-04"
DAYS = 735


def _ar1(rng, n, days, rho, sigma):
    """Return (n, days) of an AR(1) whose steps have this spread."""
    noise = np.zeros((n, days))
    shocks = rng.normal(0, sigma, (n, days))
    noise[:, 0] = shocks[:, 0] / np.sqrt(1 - rho**2)
    for t in range(1, days):
        noise[:, t] = rho * noise[:, t - 1] + shocks[:, t]
    return noise


def _weekly(rng, n, days, strength):
    """Return (n, days) of a weekday pattern: one for all, and each series' own."""
    common = rng.normal(0, strength, 7)
    own = rng.normal(0, strength / 2, (n, 7))
    pattern = common + own
    pattern -= pattern.mean(axis=1, keepdims=True)
    return np.tile(pattern, days // 7 + 1)[:, :days]


def _yearly(rng, n, days, strength):
    """Return (n, days) of one yearly wave, with a shift of each series' own."""
    shift = rng.normal(0, 0.3, (n, 1)) + rng.uniform(0, 2 * np.pi)
    return strength * np.sin(2 * np.pi * np.arange(days) / 365.25 + shift)


def _shifts(rng, n, days, per_year, size):
    """Return (n, days) of a level that jumps now and then and stays."""
    jumps = rng.random((n, days)) < per_year / 365
    return np.cumsum(np.where(jumps, rng.normal(0, size, (n, days)), 0), axis=1)


def cash_machines(rng, n=60, days=DAYS):
    """Withdrawals: a strong weekday pattern, month ends, outages of some days at 0."""
    log = (
        rng.normal(2.8, 0.4, (n, 1))
        + _weekly(rng, n, days, 0.35)
        + _yearly(rng, n, days, 0.12)
        + _shifts(rng, n, days, 1.0, 0.25)
        + _ar1(rng, n, days, 0.3, 0.28)
        + 0.12 * (np.arange(days) % 30 < 4)
    )
    out = _outages(rng, n, days, per_year=5, longest=4)
    return np.where(out, 0.0, np.exp(log))


def _outages(rng, n, days, per_year, longest):
    out = np.zeros((n, days), dtype=bool)
    for series, day in np.argwhere(rng.random((n, days)) < per_year / 365):
        out[series, day : day + rng.integers(1, longest + 1)] = True
    return out


def page_views(rng, n=80, days=DAYS):
    """Page views: a level that wanders, a weak weekday pattern, bursts that fade."""
    bursts = np.zeros((n, days))
    for series, day in np.argwhere(rng.random((n, days)) < 4 / 365):
        fading = rng.pareto(2.0) * np.exp(-np.arange(days - day) / rng.uniform(1, 6))
        bursts[series, day:] += fading
    log = (
        rng.normal(6, 1.5, (n, 1))
        + _weekly(rng, n, days, 0.12)
        + np.cumsum(rng.normal(0, 0.025, (n, days)), axis=1)
        + _ar1(rng, n, days, 0.5, 0.12)
        + np.log1p(bursts)
    )
    return np.round(np.exp(log))


def bike_hires(rng, n=8, days=DAYS):
    """Hires: weekday pattern, a strong year, growth, and weather that lasts some days."""
    weather = np.minimum(_ar1(rng, n, days, 0.5, 0.3), 0.35)
    log = (
        rng.normal(7.5, 0.6, (n, 1))
        + _weekly(rng, n, days, 0.12)
        + _yearly(rng, n, days, 0.6)
        + 0.0008 * np.arange(days)
        + weather
    )
    return np.round(np.exp(log))


def taxi_trips(rng, n=12, days=DAYS):
    """Trips of zones: large counts, a strong weekday pattern, few but deep holidays."""
    log = (
        rng.normal(8, 1, (n, 1))
        + _weekly(rng, n, days, 0.15)
        + _yearly(rng, n, days, 0.06)
        + _ar1(rng, n, days, 0.6, 0.05)
        - 0.6 * (rng.random(days) < 9 / 365)
    )
    return np.round(np.exp(log))


def electric_load(rng, n=10, days=DAYS):
    """Load of regions: low noise, weekday pattern, a year, weather that lasts."""
    log = (
        rng.normal(9, 0.5, (n, 1))
        + _weekly(rng, n, days, 0.05)
        + _yearly(rng, n, days, 0.15)
        + _ar1(rng, n, days, 0.8, 0.03)
    )
    return np.exp(log)


def random_walks(rng, n=60, days=DAYS):
    """Prices and stocks: walks with a drift and no weekday pattern."""
    steps = rng.standard_t(4, (n, days)) * rng.uniform(0.003, 0.02, (n, 1))
    return np.exp(rng.normal(7, 1, (n, 1)) + np.cumsum(steps + rng.normal(0, 4e-4, (n, 1)), axis=1))


def growth_with_level_shifts(rng, n=40, days=DAYS):
    """Use of a product: growth of a third to double a year, and jumps that stay."""
    growth = rng.uniform(0.3, 1.0, (n, 1)) / 365 * np.arange(days)
    log = (
        rng.normal(3, 1, (n, 1))
        + growth
        + _weekly(rng, n, days, 0.25)
        + _shifts(rng, n, days, 1.5, 0.35)
        + _ar1(rng, n, days, 0.3, 0.2)
    )
    return np.exp(log)


def trending(rng, n=30, days=DAYS):
    """Straight lines up or down with a weekday pattern; some reach 0 and stay there."""
    level = rng.uniform(50, 500, (n, 1))
    slope = level * rng.uniform(-0.0012, 0.002, (n, 1))
    values = level + slope * np.arange(days)
    values = values * (1 + _weekly(rng, n, days, 0.1)) + level * _ar1(rng, n, days, 0.2, 0.06)
    return np.maximum(values, 0.0)


def daily_costs(rng, n=60, days=DAYS):
    """Cost of workflows, USD: heavy tails, costly weekdays, spikes, growth, quiet weekends."""
    quiet = rng.random((n, 1)) < 0.4
    weekend = np.isin(np.arange(days) % 7, (5, 6))
    log = (
        rng.normal(0.5, 1.2, (n, 1))
        + _weekly(rng, n, days, 0.2)
        - 1.5 * weekend * rng.uniform(0.3, 1, (n, 1))
        + rng.normal(0, 0.4, (n, 1)) / 365 * np.arange(days)
        + _shifts(rng, n, days, 1.5, 0.4)
        + rng.normal(0, 0.45, (n, days))
        + np.where(rng.random((n, days)) < 0.012, rng.uniform(1, 2.5, (n, days)), 0)
    )
    return np.where(quiet & weekend, 0.0, np.exp(log))


def intermittent(rng, n=40, days=DAYS):
    """Rare jobs: nothing on most days; some run on one fixed weekday."""
    chance = rng.uniform(0.08, 0.45, (n, 1))
    runs = rng.random((n, days)) < chance
    weekly_job = rng.random((n, 1)) < 0.3
    on_its_day = np.arange(days) % 7 == rng.integers(0, 7, (n, 1))
    runs = np.where(weekly_job, on_its_day & (rng.random((n, days)) < 0.95), runs)
    return np.where(runs, np.exp(rng.normal(0, 1, (n, 1)) + rng.normal(0, 0.5, (n, days))), 0.0)


GENERATED: dict[str, Callable[..., np.ndarray]] = {
    function.__name__: function
    for function in (
        cash_machines,
        page_views,
        bike_hires,
        taxi_trips,
        electric_load,
        random_walks,
        growth_with_level_shifts,
        trending,
        daily_costs,
        intermittent,
    )
}


def generate(name: str, seed: int = 7, **size: int) -> pd.DataFrame:
    """Return one generated set.

    Parameters
    ----------
    name : str
        One of `GENERATED`.
    seed : int
        Seed; a set is the same for the same name and seed.
    **size : int
        `n` and `days`, if not the set's own.

    Returns
    -------
    DataFrame
        unique_id, ds, y; every day of every series.
    """
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    values = GENERATED[name](rng, **size)
    n, days = values.shape
    ids = np.array([f"{name}_{number:04}" for number in range(n)])
    return pd.DataFrame(
        {
            "unique_id": np.repeat(ids, days),
            "ds": np.tile(pd.date_range(FIRST_DAY, periods=days), n),
            "y": values.ravel(),
        }
    )
