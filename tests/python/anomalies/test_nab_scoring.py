"""NAB's score against values computed by hand."""

import math

import numpy as np
import pytest

from nab_scoring import best_threshold, probation_rows, row_gains, score_corpus


def sigmoid(relative):
    return 2 / (1 + math.exp(5 * relative)) - 1


def detections(rows, *places):
    out = np.zeros(rows, dtype=bool)
    out[list(places)] = True
    return out


WINDOWS = [(40, 49), (70, 79)]


@pytest.mark.parametrize(("rows", "probation"), [(100, 15), (4032, 604), (22_695, 750), (3, 0)])
def test_probation(rows, probation):
    assert probation_rows(rows) == probation


def test_gains_by_hand():
    gains, window_of = row_gains(100, WINDOWS)
    assert gains[40] == pytest.approx(1.0)  # the left edge brings all
    assert gains[45] == pytest.approx(sigmoid(-0.5) / sigmoid(-1))
    assert gains[49] == pytest.approx(sigmoid(-0.1) / sigmoid(-1))  # NAB: never quite 0
    assert gains[20] == pytest.approx(-0.11)  # no window before
    assert gains[52] == pytest.approx(0.11 * sigmoid(3 / 9))
    assert gains[68] == pytest.approx(0.11 * sigmoid(19 / 9))
    assert gains[99] == pytest.approx(0.11 * sigmoid(20 / 9))
    assert row_gains(200, WINDOWS)[0][79 + 27] == -0.11  # three widths on, the whole weight
    assert window_of[[14, 15, 40, 49, 50, 79]].tolist() == [-2, -1, 0, 0, -1, 1]


def test_null_and_perfect():
    assert score_corpus([(detections(100), WINDOWS)]).score == 0
    perfect = score_corpus([(detections(100, 40, 70), WINDOWS)])
    assert (perfect.score, perfect.found, perfect.windows) == (pytest.approx(100), 2, 2)


def test_only_the_earliest_detection_counts_and_none_in_the_probation():
    one = score_corpus([(detections(100, 45), WINDOWS)])
    many = score_corpus([(detections(100, 2, 14, 45, 46, 49), WINDOWS)])
    assert one == many
    expected = 100 * (sigmoid(-0.5) / sigmoid(-1) + 1) / 4
    assert one.score == pytest.approx(expected)


def test_false_alarms_cost_by_distance():
    said = score_corpus([(detections(100, 20, 52, 40, 70), WINDOWS)])
    assert said.false_alarms == 2
    assert said.score == pytest.approx(100 * (4 - 0.11 + 0.11 * sigmoid(3 / 9)) / 4)


def test_a_corpus_pools_its_windows():
    quiet, bad = (detections(100), []), (detections(100, 50, 90), [])
    said = score_corpus([quiet, bad, (detections(100, 40), WINDOWS)])
    assert said.score == pytest.approx(100 * (2 - 0.22) / 4)


def test_a_window_inside_the_probation_is_no_window():
    assert score_corpus([(detections(100), [(2, 10)])]).windows == 0


def test_the_best_threshold_is_the_best_of_all():
    random = np.random.default_rng(8)
    corpus = [(random.uniform(size=300).round(2), [(100, 129), (200, 229)]) for _ in range(3)]
    threshold, score = best_threshold(corpus)

    def at(limit):
        return score_corpus([(scores >= limit, windows) for scores, windows in corpus]).score

    assert score == pytest.approx(at(threshold))
    assert score == pytest.approx(max(at(limit) for limit in np.arange(0.01, 1.01, 0.01).round(2)))
