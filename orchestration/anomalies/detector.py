"""The detector as a scikit-learn estimator."""

import numpy as np
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from orchestration.anomalies.monitor import SeriesMonitor
from orchestration.anomalies.presets import ANOMALY_ABOVE, DAY_SECONDS, PRESETS, Presets

__all__ = ["SeriesAnomalyDetector"]


class SeriesAnomalyDetector(OutlierMixin, BaseEstimator):
    """Score each row of a series by the rows above it.

    Nothing is carried from ``fit`` to ``predict``: ``predict`` scores the rows of its argument in
    order, starting without history. See
    :class:`~orchestration.anomalies.monitor.SeriesMonitor` for the method, and use it to score
    rows as they arrive.

    Parameters
    ----------
    presets : Presets or None
        Limits and windows; None for the defaults.

    Attributes
    ----------
    n_features_in_ : int
        Columns of ``X``.
    offset_ : float
        What scikit-learn subtracts from its scores: minus the threshold of the anomaly score.
    """

    def __init__(self, presets: Presets | None = None):
        self.presets = presets

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def fit(self, X, y=None):  # noqa: N803
        """Check the shape; nothing is learnt.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_columns)
            Seconds in the first column, one or more values in the others. A single column contains
            values that are one day apart.
        y : None
            Ignored.

        Returns
        -------
        SeriesAnomalyDetector
            The estimator.
        """
        validate_data(self, X, dtype=float, ensure_all_finite="allow-nan")
        self.offset_ = -ANOMALY_ABOVE
        return self

    def anomaly_scores(self, X) -> np.ndarray:  # noqa: N803
        """Return the anomaly score of each row.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_columns)
            As in :meth:`fit`; a row without time or value (NaN) is not scored.

        Returns
        -------
        numpy.ndarray of shape (n_rows,)
            0 to 1; above 0.5 is an anomaly. With several values, the highest score.

        Raises
        ------
        ValueError
            If ``X`` has another shape than in :meth:`fit`, or holds infinite numbers.
        """
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=float, ensure_all_finite="allow-nan", reset=False)
        if rows.shape[1] == 1:
            seconds, values = np.arange(len(rows)) * float(DAY_SECONDS), rows
        else:
            seconds, values = rows[:, 0], rows[:, 1:]
        scores = np.zeros(len(rows))
        for column in values.T:
            monitor = SeriesMonitor(self.presets or PRESETS)
            pairs = zip(seconds.tolist(), column.tolist(), strict=True)
            judged = (monitor.judge(time, value).score for time, value in pairs)
            np.maximum(scores, np.fromiter(judged, float, len(rows)), out=scores)
        return scores

    def score_samples(self, X) -> np.ndarray:  # noqa: N803
        """Return minus :meth:`anomaly_scores`: in scikit-learn, lower is more abnormal."""
        return -self.anomaly_scores(X)

    def decision_function(self, X) -> np.ndarray:  # noqa: N803
        """Return :meth:`score_samples` above its threshold: negative is an anomaly."""
        return self.score_samples(X) - self.offset_

    def predict(self, X) -> np.ndarray:  # noqa: N803
        """Return -1 for anomalies and 1 for other rows, an array of shape (n_rows,)."""
        return np.where(self.decision_function(X) < 0, -1, 1)
