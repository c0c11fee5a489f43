"""The catalogue of metrics, and what it names."""

import csv

from conventions.project import PROJECT, complain

# Lists of a day's values, from which percentiles and distinct counts are computed.
LISTS = {"durations_ms", "latencies_ms", "users", "workflows"}


def test_metrics_are_columns(project):
    """Every metric is a column of both marts of metrics, and made of columns of theirs."""
    with (PROJECT / "seeds" / "metrics.csv").open(encoding="utf-8", newline="") as file:
        metrics = list(csv.DictReader(file))
    marts = ("mart_daily_metrics", "mart_period_metrics")
    complain(
        "A metric of seeds/metrics.csv is a column of both marts, as are its two parts:",
        [
            f"{row['metric']}: {mart} has no {name}"
            for row in metrics
            for mart in marts
            for name in (row["metric"], row["numerator"], row["denominator"])
            if name and name not in LISTS and name not in project.marts[mart]["columns"]
        ],
    )
    complain(
        "Percentiles and distinct counts are of lists, sums and shares of columns:",
        [
            f"{row['metric']}: {row['kind']} of {row['numerator']}"
            for row in metrics
            if (row["kind"] in ("percentile", "distinct")) != (row["numerator"] in LISTS)
        ],
    )
