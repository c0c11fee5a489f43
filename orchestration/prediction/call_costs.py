"""What a single call costs, from what is known before it is made."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

__all__ = ["CallCostRegressor"]


class CallCostRegressor(RegressorMixin, BaseEstimator):
    """Prices the input exactly, and predicts the median of what the answer costs.

    The answer's tokens are learnt on the scale ln(1 + tokens), where their spread is even: a line
    over the logarithms of the features, its slopes shrunk as a ridge does, laid through the median.
    A boosted median (absolute error, from 500 rows on) was tried and predicts no better on two
    public traces: docs/cost_prediction.md has the figures.

    Parameters
    ----------
    input_usd_per_token : float
        Price of a token read.
    output_usd_per_token : float
        Price of a token written, above 0. With the defaults the target is the tokens written.
    input_column : int
        Column of X with the tokens read. The others may be whatever is known before the call.
    prior_rows : float
        As how many rows a slope of zero counts in the line.

    Attributes
    ----------
    n_features_in_ : int
        Columns of X.
    intercept_ : float
        Median of ln(1 + tokens) beside the line.
    coef_, centre_, scale_ : ndarray of shape (n_features,)
        Slopes of the line over the standardised logarithms of the features, their means and
        deviations.
    """

    def __init__(
        self,
        *,
        input_usd_per_token=0.0,
        output_usd_per_token=1.0,
        input_column=0,
        prior_rows=20.0,
    ):
        self.input_usd_per_token = input_usd_per_token
        self.output_usd_per_token = output_usd_per_token
        self.input_column = input_column
        self.prior_rows = prior_rows

    def fit(self, X, y):  # noqa: N803
        """Learn from earlier calls.

        Arguments
        ---------
        X : array-like of shape (n_calls, n_features)
            What was known before each call.
        y : array-like of shape (n_calls,)
            What it cost, in USD.

        Returns
        -------
        CallCostRegressor
            Itself.

        Raises
        ------
        ValueError
            If the answer has no price, or the data is none that can be learnt from.
        """
        if not self.output_usd_per_token > 0:
            raise ValueError(
                f"output_usd_per_token is {self.output_usd_per_token!r}; an answer that costs "
                "nothing needs no prediction: give its price, above 0."
            )
        X, y = validate_data(self, X, y, y_numeric=True, dtype=np.float64)  # noqa: N806
        answers = _signed_log((y - self._input_cost(X)) / self.output_usd_per_token)
        features = _signed_log(X)
        self.centre_ = features.mean(axis=0)
        spread = features.std(axis=0)
        self.scale_ = np.where(spread > 0, spread, 1.0)
        standard = (features - self.centre_) / self.scale_
        gram = standard.T @ standard + self.prior_rows * np.eye(X.shape[1])
        self.coef_ = np.linalg.solve(gram, standard.T @ (answers - answers.mean()))
        self.intercept_ = float(np.median(answers - standard @ self.coef_))
        return self

    def predict(self, X):  # noqa: N803
        """Predict the typical cost of calls.

        Arguments
        ---------
        X : array-like of shape (n_calls, n_features)
            What is known before each call.

        Returns
        -------
        ndarray of shape (n_calls,)
            Median cost, in USD.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float64)  # noqa: N806
        standard = (_signed_log(X) - self.centre_) / self.scale_
        answers = self.intercept_ + standard @ self.coef_
        tokens = np.sign(answers) * np.expm1(np.abs(answers))
        return self._input_cost(X) + self.output_usd_per_token * tokens

    def _input_cost(self, X):  # noqa: N803
        return self.input_usd_per_token * X[:, self.input_column]


def _signed_log(values):
    """Return ln(1 + x), mirrored below zero: costs below the input's price occur by rounding."""
    return np.sign(values) * np.log1p(np.abs(values))
