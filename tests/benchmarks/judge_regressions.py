"""How well lasting faults of the demo are found: episodes and document B's flag against the labels.

Run ``python tests/benchmarks/judge_regressions.py`` on a built demo warehouse with its fault labels
loaded; other benchmarks import :func:`judge_lasting_faults`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

from orchestration import settings

__all__ = [
    "TARGETS",
    "Episode",
    "LastingFault",
    "Verdict",
    "document_episodes",
    "judge_lasting_faults",
    "read_faults",
    "read_species_months",
    "regression_episodes",
    "verdict",
]

TARGETS = {
    "recall": 0.75,
    "false_alarms_per_100_species_months": 1.5,
    "false_discovery_rate": 0.15,
    "median_delay_days": 8,
}
"""Recall at least, the others at most: what methods of this kind reached on generated logs."""

# Document B's smallest regression in percent: the vars `regression_cost_pct`, `…_duration_pct`.
_DOCUMENT_COST_PCT = 20
_DOCUMENT_DURATION_PCT = 30
_QUIET_DAYS = 7  # flags of a species that far apart or closer are one episode


@dataclass(frozen=True)
class LastingFault:
    """A fault that makes every run of a species worse from a day on.

    Attributes
    ----------
    kind, species_hash, metric : str
        Kind of fault, species it hits, and what gets worse: ``cost`` or ``duration``.
    started : date
        First day (UTC).
    """

    kind: str
    species_hash: str
    metric: str
    started: date


@dataclass(frozen=True)
class Episode:
    """What a method reports: from a day on, a species is worse in a metric."""

    species_hash: str
    metric: str
    reported: date


@dataclass
class Verdict:
    """Figures of one method.

    Attributes
    ----------
    found_by_kind : dict of str to tuple of int
        Faults found and injected, by kind.
    episodes, false_alarms : int
        Episodes reported, and those of species without a fault at the time.
    side_effects : int
        Episodes of a species with a fault, in a metric the label does not name (a swapped model is
        slower as well); neither found nor false.
    species_months : float
        Months (30 days) of observed species.
    delays : list of int
        Days from a fault's first day to its report.
    """

    found_by_kind: dict[str, tuple[int, int]]
    episodes: int
    false_alarms: int
    side_effects: int
    species_months: float
    delays: list[int] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of the faults that are found; 0 without faults."""
        injected = sum(number for _, number in self.found_by_kind.values())
        return len(self.delays) / injected if injected else 0.0

    @property
    def false_alarms_per_100_species_months(self) -> float:
        """False episodes in 100 months of one species."""
        return 100 * self.false_alarms / self.species_months if self.species_months else 0.0

    @property
    def false_discovery_rate(self) -> float:
        """Share of the episodes that are false; 0 without episodes."""
        return self.false_alarms / self.episodes if self.episodes else 0.0

    @property
    def median_delay_days(self) -> float | None:
        """Median days until the report; None where nothing is found."""
        return median(self.delays) if self.delays else None


def verdict(
    faults: Sequence[LastingFault], episodes: Iterable[Episode], species_months: float
) -> Verdict:
    """Judge reported episodes.

    Parameters
    ----------
    faults : sequence of LastingFault
        What was injected; a fault lasts until the end of the logs.
    episodes : iterable of Episode
        What a method reported.
    species_months : float
        Months of observed species, for the rate of false alarms.

    Returns
    -------
    Verdict
        An episode is false unless its species has a fault by then; a fault is found by the first
        episode of its species and metric.
    """
    started = {(fault.species_hash, fault.metric): fault for fault in faults}
    first_day: dict[str, date] = {}
    for fault in faults:
        earlier = first_day.get(fault.species_hash, fault.started)
        first_day[fault.species_hash] = min(earlier, fault.started)
    delays: dict[tuple[str, str], int] = {}
    counts = {"episodes": 0, "false_alarms": 0, "side_effects": 0}
    for episode in sorted(episodes, key=lambda one: one.reported):
        counts["episodes"] += 1
        key = (episode.species_hash, episode.metric)
        if key in started and started[key].started <= episode.reported:
            delays.setdefault(key, (episode.reported - started[key].started).days)
        elif first_day.get(episode.species_hash, date.max) <= episode.reported:
            counts["side_effects"] += 1
        else:
            counts["false_alarms"] += 1
    found_by_kind: dict[str, tuple[int, int]] = {}
    for key, fault in started.items():
        found, injected = found_by_kind.get(fault.kind, (0, 0))
        found_by_kind[fault.kind] = (found + (key in delays), injected + 1)
    return Verdict(
        found_by_kind, species_months=species_months, delays=list(delays.values()), **counts
    )


def read_faults(client: Any) -> list[LastingFault]:
    """Return the lasting faults among the loaded labels."""
    rows = client.query(
        f"""
        select any(fault_kind), species_hash, replaceOne(expected_signal, '_regression', ''),
            toDate(min(started_at))
        from `{settings.database("demo")}`.fault_labels
        where expected_signal like '%\\_regression'
        group by fault_id, species_hash, expected_signal
        order by fault_id
        """
    ).result_rows
    return [LastingFault(*row) for row in rows]


def read_species_months(client: Any) -> float:
    """Return the months (30 days) from each species' first to its last completed run, added up."""
    rows = client.query(
        f"""
        select sum(days) / 30 from (
            select dateDiff('day', min(ended_at), max(ended_at)) + 1 as days
            from `{settings.database("intermediate")}`.int_runs
            where is_completed and species_hash is not null
            group by species_hash
        )
        """
    ).result_rows
    return float(rows[0][0])


def regression_episodes(client: Any) -> list[Episode]:
    """Return the episodes of ``mart_regression_episodes``, from their confirmation."""
    rows = client.query(
        f"select species_hash, metric, confirmed_date "
        f"from `{settings.database('marts')}`.mart_regression_episodes"
    ).result_rows
    return [Episode(*row) for row in rows]


def document_episodes(client: Any) -> list[Episode]:
    """Return document B's regression flags as episodes: a species' flags at most a week apart."""
    rows = client.query(
        f"""
        select assumeNotNull(runs.species_hash), metric, toDate(assumeNotNull(runs.ended_at)) as day
        from `{settings.database("regressions")}`.regression_runs as flags
        inner join `{settings.database("intermediate")}`.int_runs as runs
            on flags.run_id = runs.run_id
        array join arrayFilter(one -> one != '', [
            if(flags.vs_recent_avg_cost > {_DOCUMENT_COST_PCT}, 'cost', ''),
            if(flags.vs_recent_avg_duration > {_DOCUMENT_DURATION_PCT}, 'duration', '')
        ]) as metric
        where flags.is_documents_regression and runs.species_hash is not null
        group by all
        order by all
        """
    ).result_rows
    episodes: list[Episode] = []
    last: tuple[str, str, date] | None = None
    for species_hash, metric, day in rows:
        is_same = last is not None and last[:2] == (species_hash, metric)
        if not is_same or (day - last[2]).days > _QUIET_DAYS:
            episodes.append(Episode(species_hash, metric, day))
        last = (species_hash, metric, day)
    return episodes


def judge_lasting_faults(client: Any) -> dict[str, Verdict]:
    """Judge both methods on the connected warehouse.

    Parameters
    ----------
    client : clickhouse_connect Client
        A connection to a built demo warehouse whose fault labels are loaded.

    Returns
    -------
    dict of str to Verdict
        ``documents`` (is_documents_regression) and ``calibrated`` (mart_regression_episodes).
    """
    faults = read_faults(client)
    species_months = read_species_months(client)
    return {
        "documents": verdict(faults, document_episodes(client), species_months),
        "calibrated": verdict(faults, regression_episodes(client), species_months),
    }


def main() -> None:
    """Print the figures of both methods."""
    from orchestration.warehouse.client import connect

    with connect() as client:
        verdicts = judge_lasting_faults(client)
    for method, figures in verdicts.items():
        print(method)
        for kind, (found, injected) in figures.found_by_kind.items():
            print(f"  {kind:<36} {found} of {injected}")
        for name in TARGETS:
            value = getattr(figures, name)
            print(f"  {name:<36} {'-' if value is None else format(value, '.2f')}")
        print(
            f"  episodes {figures.episodes}, false {figures.false_alarms}, "
            f"side effects {figures.side_effects}"
        )


if __name__ == "__main__":
    main()
