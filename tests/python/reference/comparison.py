"""Compare the reference's rows with the warehouse's, column by column."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from typing import Any

from reference.worker import explanation

RELATIVE = 1e-9
NARROW_SPREAD = 1e-6
"""Coefficient of variation below which a z-score has fewer than nine digits in floating point."""

LOGARITHMIC = ("_residual", "_location", "calibrated_anomaly_score")
"""Differences of logarithms, which may be exactly 0: near it the tolerance is absolute."""

NO_PROBABILITY = 1e-13
"""p-values that the engine rounds to 0, as it computes 1 - p times the number of tests."""

NUDGES = tuple(product((1, 1 - 1e-12, 1 + 1e-12), repeat=3))

Z_SCORES = {f"documents_{measure}_z_score": measure for measure in ("cost", "duration", "tokens")}
REGRESSION_BOUNDS = {"cost": (20, 35, 50), "duration": (30, 40, 50)}
Z_VERDICTS = {
    column: measure
    for measure in ("cost", "duration", "tokens")
    for column in (
        f"documents_{measure}_z_band",
        f"documents_{measure}_badge",
        f"is_documents_{measure}_outlier",
    )
}


def differences(
    expected: list[dict[str, Any]],
    found: list[dict[str, Any]],
    key: str,
    labels: Iterable[str] = (),
) -> list[str]:
    """Return every difference as text.

    Columns in ``labels`` hold hashes: they agree where the same things have the same hash, and
    different things different ones.
    """
    wanted = {row[key]: row for row in expected}
    got = {row[key]: row for row in found}
    problems = [f"{k}: not in the warehouse" for k in sorted(wanted.keys() - got.keys())]
    problems += [f"{k}: not in the logs" for k in sorted(got.keys() - wanted.keys())]
    problems += [f"{key}: {len(found) - len(got)} rows twice"] if len(found) > len(got) else []
    labels = tuple(labels)
    shared = [(wanted[k], got[k]) for k in sorted(wanted.keys() & got.keys())]
    for row, other in shared:
        for column in row.keys() | other.keys():
            if column not in row or column not in other:
                problems.append(f"{column}: only on one side")
            elif column not in labels and not agree(column, row, other):
                problems.append(f"{row[key]} {column}: {row[column]!r}, not {other[column]!r}")
    for column in labels:
        pairs = {(row[column], other[column]) for row, other in shared}
        if not len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs}):
            problems.append(f"{column}: hashes do not follow what they stand for")
    return problems


def agree(column: str, row: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether a column agrees in both rows: floats approximately, the rest exactly."""
    expected, found = row[column], other[column]
    if isinstance(found, datetime) and found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    if isinstance(expected, bool) or isinstance(found, bool):
        return bool(found) is bool(expected) or _on_a_threshold(column, row)
    if isinstance(expected, float) and isinstance(found, (int, float, Decimal)):
        return _close(column, row, expected, float(found))
    if column == "documents_cost_explanation":
        changed = row | {"documents_cost_z_band": other["documents_cost_z_band"]}
        return any(found == explanation(changed, nudges) for nudges in NUDGES)
    if isinstance(expected, list):
        return expected == list(found)
    return expected == found or _on_a_threshold(column, row)


def _on_a_threshold(column: str, row: dict[str, Any]) -> bool:
    """Return whether a verdict depends on the last digit of its score."""
    if column in ("is_documents_regression", "documents_regression_severity"):
        return any(
            math.isclose(row[f"vs_recent_avg_{measure}_pct"], bound, rel_tol=RELATIVE)
            for measure, bounds in REGRESSION_BOUNDS.items()
            for bound in bounds
        )
    measure = Z_VERDICTS.get(column)
    return measure is not None and any(
        math.isclose(abs(row[f"documents_{measure}_z_score"]), bound, rel_tol=RELATIVE)
        for bound in (1, 2, 3)
    )


def _close(column: str, row: dict[str, Any], expected: float, found: float) -> bool:
    relative, absolute = RELATIVE, 0.0
    if column in Z_SCORES:
        measure = Z_SCORES[column]
        stddev, mean = _spread(row, measure)
        if not stddev:
            return found == 0 == expected
        narrow = stddev < NARROW_SPREAD * abs(mean)
        relative, absolute = 1e-6 if narrow else RELATIVE, RELATIVE
    elif column.endswith("_pct"):
        absolute = 100 * RELATIVE
    elif "_stddev_" in column:
        if not expected:
            return found == 0
        absolute = RELATIVE * abs(row[column.replace("_stddev_", "_avg_")])
    elif column.endswith(LOGARITHMIC) or column.startswith(("calibrated_", "anomaly_loss_")):
        absolute = RELATIVE
    elif column == "error_probability":
        # Logarithms of gamma functions, which cancel out but for their last digits.
        relative = 1e-6
    elif column.endswith(("p_value", "q_value")):
        absolute = NO_PROBABILITY
    elif math.isnan(expected):
        return math.isnan(found)
    return math.isclose(expected, found, rel_tol=relative, abs_tol=absolute)


def _spread(row: dict[str, Any], measure: str) -> tuple[float | None, float | None]:
    unit = {"cost": "cost_usd", "duration": "duration_ms", "tokens": "tokens"}[measure]
    return row[f"cluster_stddev_{unit}"], row[f"cluster_avg_{unit}"]
