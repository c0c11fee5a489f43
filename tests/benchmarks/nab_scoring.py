"""The score of the Numenta Anomaly Benchmark (NAB), standard profile.

Method: Lavin and Ahmad, "Evaluating real-time anomaly detection algorithms: the Numenta Anomaly
Benchmark", 2015, with the rules of NAB 1.1: rows of the probation are not judged; the earliest
detection in a window counts, the more the earlier; a detection outside counts against the detector,
the more the further it lies behind the last window; a window without detection costs a whole point.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["NabScore", "best_threshold", "probation_rows", "row_gains", "score_corpus"]

# The standard profile: a missed window costs as much as a found one brings, and nine false alarms
# cost about a window.
TRUE_POSITIVE_WEIGHT = 1.0
FALSE_POSITIVE_WEIGHT = 0.11
FALSE_NEGATIVE_WEIGHT = 1.0

PROBATION_RATIO = 0.15
PROBATION_ROWS_AT_MOST = 750  # 15% of 5,000 rows

STEEPNESS = 5.0
FAR_BEHIND = 3.0  # window widths after which a false alarm costs its whole weight


@dataclass(frozen=True)
class NabScore:
    """The score of a corpus and what it comes from.

    Attributes
    ----------
    score : float
        0 for a detector that says nothing, 100 for one that finds every window at its first row
        without a false alarm; can be negative.
    windows, found, false_alarms : int
        Windows that could be found, those that were, and rows alerted outside of windows.
    """

    score: float
    windows: int
    found: int
    false_alarms: int


def probation_rows(rows: int) -> int:
    """Return how many rows at the start of a series of this length are not judged."""
    return min(math.floor(PROBATION_RATIO * rows), PROBATION_ROWS_AT_MOST)


def row_gains(rows: int, windows: Sequence[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return what a detection at each row would bring, and the window that the row lies in.

    Parameters
    ----------
    rows : int
        Length of the series.
    windows : sequence of (int, int)
        First and last row of each window, both inside, in order of time.

    Returns
    -------
    gains : numpy.ndarray of shape (rows,)
        Up to 1 inside of windows, between 0 and -0.11 outside.
    window_of : numpy.ndarray of shape (rows,)
        Number of the window, -1 outside, -2 for rows of the probation.
    """
    position = np.arange(rows, dtype=float)
    gains = np.full(rows, -FALSE_POSITIVE_WEIGHT)
    window_of = np.full(rows, -1)
    for number, (first, last) in enumerate(windows):
        width = last - first + 1
        behind = (position[last + 1 :] - last) / max(width - 1, 1)
        # The exact sigmoid up to three widths, -1 from there on, as NAB has it.
        falling = np.where(behind >= FAR_BEHIND, -1.0, _sigmoid(np.minimum(behind, FAR_BEHIND)))
        gains[last + 1 :] = FALSE_POSITIVE_WEIGHT * falling
        inside = slice(first, last + 1)
        relative = -(last - position[inside] + 1) / width
        gains[inside] = TRUE_POSITIVE_WEIGHT * _sigmoid(relative) / _sigmoid(-1.0)
        window_of[inside] = number
    window_of[: probation_rows(rows)] = -2
    return gains, window_of


def score_corpus(
    series: Iterable[tuple[Sequence[bool], Sequence[tuple[int, int]]]],
) -> NabScore:
    """Score a detector over a corpus.

    Parameters
    ----------
    series : iterable of (detections, windows)
        For each series, whether each row is a detection, and the first and last row of its windows.

    Returns
    -------
    NabScore
        100 * (raw - nothing said) / (perfect - nothing said).
    """
    raw = 0.0
    total = found = false_alarms = 0
    for detections, windows in series:
        gains, window_of = row_gains(len(detections), windows)
        detected = np.asarray(detections, dtype=bool)
        outside = detected & (window_of == -1)
        raw += gains[outside].sum()
        false_alarms += int(outside.sum())
        for number in np.unique(window_of[window_of >= 0]):
            hits = gains[detected & (window_of == number)]
            raw += hits.max() if len(hits) else -FALSE_NEGATIVE_WEIGHT
            found += len(hits) > 0
            total += 1
    return NabScore(_normalised(raw, total), total, found, false_alarms)


def best_threshold(
    series: Iterable[tuple[Sequence[float], Sequence[tuple[int, int]]]],
) -> tuple[float, float]:
    """Find the one threshold over all series that scores best: NAB's own tuning.

    Parameters
    ----------
    series : iterable of (anomaly scores, windows)
        As in :func:`score_corpus`.

    Returns
    -------
    threshold : float
        A row is a detection if its score is at least this.
    score : float
        What that threshold scores.
    """
    scores, gains, owners = [], [], []
    total = 0
    for number, (anomaly_scores, windows) in enumerate(series):
        gain, window_of = row_gains(len(anomaly_scores), windows)
        judged = window_of > -2
        total += len(np.unique(window_of[window_of >= 0]))
        scores.append(np.asarray(anomaly_scores, dtype=float)[judged])
        gains.append(gain[judged])
        owners.extend((number, window) if window >= 0 else None for window in window_of[judged])
    flat_scores, flat_gains = np.concatenate(scores), np.concatenate(gains)
    order = np.argsort(-flat_scores, kind="stable")
    order = order[flat_scores[order] > 0]  # a score of 0 claims nothing
    raw, best = -FALSE_NEGATIVE_WEIGHT * total, (1.0, 0.0)
    reached: dict[tuple[int, int], float] = {}
    for place, row in enumerate(order):
        owner = owners[row]
        if owner is None:
            raw += flat_gains[row]
        else:
            before = reached.get(owner, -FALSE_NEGATIVE_WEIGHT)
            reached[owner] = max(before, flat_gains[row])
            raw += reached[owner] - before
        last = place + 1 == len(order) or flat_scores[order[place + 1]] != flat_scores[row]
        if last and _normalised(raw, total) > best[1]:
            best = (float(flat_scores[row]), _normalised(raw, total))
    return best


def _sigmoid(relative):
    """Return 1 far before the right edge of a window, 0 at it, -1 far behind."""
    return 2.0 / (1.0 + np.exp(STEEPNESS * relative)) - 1.0


def _normalised(raw: float, windows: int) -> float:
    """Return a raw score on the scale from nothing said (0) to perfect (100)."""
    if not windows:
        return 0.0 if raw == 0 else raw
    nothing = -FALSE_NEGATIVE_WEIGHT * windows
    return float(100.0 * (raw - nothing) / (TRUE_POSITIVE_WEIGHT * windows - nothing))
