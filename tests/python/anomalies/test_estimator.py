"""The detector as a scikit-learn estimator."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from orchestration.anomalies.detector import SeriesAnomalyDetector
from orchestration.anomalies.monitor import SeriesMonitor

NO_SERIES = "the blobs of this check are no time series with an anomaly"


def expected_failures(estimator):
    return {"check_outliers_train": NO_SERIES, "check_outliers_fit_predict": NO_SERIES}


@parametrize_with_checks([SeriesAnomalyDetector()], expected_failed_checks=expected_failures)
def test_estimator_passes_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(3)
    seconds = np.arange(600) * 3600.0
    values = random.normal(10, 1, (600, 2))
    values[400, 0], values[500, 1] = 60, -60
    return np.column_stack([seconds, values])


def test_its_scores_equal_the_monitors(rows):
    monitor = SeriesMonitor()
    one = rows[:, :2]
    expected = [monitor.judge(seconds, value).score for seconds, value in one.tolist()]
    detector = SeriesAnomalyDetector().fit(one)
    assert detector.anomaly_scores(one).tolist() == expected
    assert detector.predict(one)[400] == -1
    assert (detector.predict(one) == np.where(np.array(expected) > 0.5, -1, 1)).all()


def test_several_columns_take_the_highest_score(rows):
    both = SeriesAnomalyDetector().fit_predict(rows)
    assert both[400] == both[500] == -1


@pytest.mark.parametrize("column", [0, 1])
def test_a_row_without_time_or_value_is_not_scored(rows, column):
    holed = rows[:, :2].copy()
    holed[400, column] = np.nan
    said = SeriesAnomalyDetector().fit_predict(holed)
    assert said[400] == 1
    assert len(said) == len(rows)
