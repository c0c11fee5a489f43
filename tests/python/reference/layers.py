"""Compare the calibrated workers with the warehouse's layers, model by model."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

from reference.attribution import differences_in_causes
from reference.calibrated import Judgements
from reference.comparison import differences
from reference.regressions import GoodRun, find_regressions, good_runs

__all__ = ["differences_in_judgement", "differences_in_regressions"]

Row = dict[str, Any]
Query = Callable[[str], list[Row]]
"""Returns the rows of a query of the warehouse, each by column name."""


def differences_in_judgement(judgements: Judgements, query: Query) -> list[str]:
    """Return every difference of the calibrated judgement as text, layer by layer."""
    problems = []
    for rows, table, key in (
        (judgements.fits, "baselines.baseline_calibrated_fits", "run_id"),
        (judgements.pools, "baselines.baseline_calibrated_pool", "ended_date"),
        (
            judgements.bounds,
            "(select *, concat(toString(ended_date), ' ', metric) as key "
            "from baselines.baseline_calibrated_bounds)",
            "key",
        ),
        (judgements.baselines, "baselines.baseline_calibrated_runs", "run_id"),
        (judgements.neighbours, "baselines.baseline_calibrated_neighbours", "run_id"),
        (judgements.scores, "scores.score_calibrated_runs", "run_id"),
    ):
        found = query(f"select {', '.join(rows[0])} from {table}")
        problems += differences(rows, found, key)
    return problems


def differences_in_regressions(rules: Mapping[str, Any], query: Query) -> list[str]:
    """Return every difference of observations, tests, episodes and their causes as text.

    Which runs of a busy day are sampled is up to the warehouse; how many is not.
    """
    runs = list(good_runs(query("select * from intermediate.int_runs where is_completed")))
    chosen = {
        (row["run_id"], row["metric"]): row
        for row in query("select * from regressions.regression_observations")
    }
    sample = [run for run in runs if (run.run_id, run.metric) in chosen]
    limit = rules["regression_runs_per_day"]
    sizes = {day: min(size, limit) for day, size in _runs_per_day(runs).items()}
    problems = [] if sizes == _runs_per_day(sample) else ["sample: of another size"]
    problems += [] if len(sample) == len(chosen) else ["sample: runs that are none to look at"]
    findings = find_regressions(sample, rules)
    for rows, table, day in (
        (findings.tests, "regressions.regression_tests", "tested_date"),
        (findings.episodes, "regressions.regression_episodes", "confirmed_date"),
    ):
        keys = {(row[day], row["species_hash"], row["metric"]): row for row in rows}
        found = query(f"select * except (episode_id) from {table}")
        problems += differences(
            [row | {"key": key} for key, row in keys.items()],
            [row | {"key": (row[day], row["species_hash"], row["metric"])} for row in found],
            "key",
        )
    return problems + differences_in_causes(
        findings.costs,
        query("select * from intermediate.int_calls"),
        query(
            "select attributions.*, episodes.species_hash as species_hash, "
            "episodes.confirmed_date as confirmed_date "
            "from regressions.regression_attributions as attributions "
            "inner join regressions.regression_episodes as episodes "
            "on attributions.episode_id = episodes.episode_id"
        ),
    )


def _runs_per_day(runs: Collection[GoodRun]) -> Counter:
    return Counter((run.species_hash, run.metric, run.day) for run in runs)
