"""The estimator of single calls: scikit-learn's contract, and what it is for (R035)."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from orchestration.prediction import CallCostRegressor

PRICES = {"input_usd_per_token": 2.5e-6, "output_usd_per_token": 1e-5}


@parametrize_with_checks([CallCostRegressor()])
def test_is_a_scikit_learn_estimator(estimator, check):
    """R035: whatever scikit-learn demands of a regressor."""
    check(estimator)


def calls(rows: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Return tokens read, and costs of answers whose median follows them."""
    random = np.random.default_rng(seed)
    read = random.lognormal(7, 1.2, rows).round()
    written = (20 * (read / 1000) ** 0.5 * random.lognormal(0, 0.4, rows)).round()
    return read[:, None], 2.5e-6 * read + 1e-5 * written


@pytest.mark.parametrize("rows", [200, 2000])
def test_input_is_priced_exactly_and_the_answer_by_its_median(rows):
    """R035: the prediction is near the true median."""
    model = CallCostRegressor(**PRICES).fit(*calls(rows))
    read = np.array([[300.0], [1000.0], [5000.0]])
    answers = (model.predict(read) - 2.5e-6 * read[:, 0]) / 1e-5
    assert answers == pytest.approx(20 * (read[:, 0] / 1000) ** 0.5, rel=0.25)


def test_an_answer_without_a_price_is_refused():
    with pytest.raises(ValueError, match="output_usd_per_token"):
        CallCostRegressor(output_usd_per_token=0.0).fit(*calls(10))
