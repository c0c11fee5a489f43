"""Small panels that the tests share."""

import numpy as np
import pandas as pd
import pytest

FIRST_DAY = "2025-01-06"


@pytest.fixture
def rng():
    return np.random.default_rng(20)


@pytest.fixture
def long_table():
    """Return a function that makes the long table of series given by name."""

    def make(**series) -> pd.DataFrame:
        return pd.concat(
            pd.DataFrame(
                {
                    "unique_id": name,
                    "ds": pd.date_range(FIRST_DAY, periods=len(values)),
                    "y": np.asarray(values, dtype=float),
                }
            )
            for name, values in series.items()
        ).reset_index(drop=True)

    return make


@pytest.fixture
def weekly(rng):
    """Return a function that makes series (n, days) of a weekday pattern, a level and noise."""

    def make(n: int, days: int) -> np.ndarray:
        pattern = np.tile(rng.normal(0, 0.3, (n, 7)), days // 7 + 1)[:, :days]
        level = np.cumsum(rng.normal(0, 0.02, (n, days)), axis=1) + rng.normal(2, 1, (n, 1))
        return np.exp(level + pattern + rng.normal(0, 0.15, (n, days)))

    return make
