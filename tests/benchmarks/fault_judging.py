"""Evaluate alarms against injected faults: pure functions over labels and flags."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

__all__ = [
    "Alarm",
    "Fault",
    "Verdict",
    "average_precision",
    "faults_of",
    "judge_lasting",
    "judge_point",
]


@dataclass(frozen=True)
class Fault:
    """One injected fault.

    Attributes
    ----------
    fault_id, kind, signal, species_hash : str
        As in ``demo.fault_labels``; `signal` is its expected signal.
    started_at : datetime
        When it began, UTC.
    runs : tuple of str
        The runs it hit, in the order in which they ended.
    ends : tuple of datetime
        When they ended.
    """

    fault_id: str
    kind: str
    signal: str
    species_hash: str
    started_at: datetime
    runs: tuple[str, ...]
    ends: tuple[datetime, ...]

    @property
    def is_lasting(self) -> bool:
        """Whether it is a lasting change of a species rather than of single runs."""
        return self.signal.endswith("_regression")


@dataclass(frozen=True)
class Alarm:
    """A regression that was raised.

    Attributes
    ----------
    species_hash : str
        Whose.
    raised_at : datetime
        When, UTC.
    """

    species_hash: str
    raised_at: datetime


@dataclass(frozen=True)
class Verdict:
    """Performance of one kind of alarm on one kind of fault.

    Attributes
    ----------
    hits : int
        Number of positives: runs affected by a point fault, or lasting faults.
    found : int
        How many of them were found.
    faults, faults_found : int
        Faults, and those with at least one alarm.
    false_alarms : int
        Alarms where no fault was.
    exposure : float
        Denominator of the rate of false alarms: thousands of runs, or hundreds of species-months.
    delay : float or None
        Median number of runs that a fault had hit before its first alarm; None without alarms.
    """

    hits: int
    found: int
    faults: int
    faults_found: int
    false_alarms: int
    exposure: float
    delay: float | None

    @property
    def recall(self) -> float | None:
        """Recall; None without positives."""
        return self.found / self.hits if self.hits else None

    @property
    def precision(self) -> float | None:
        """Precision; None without alarms."""
        alarms = self.found + self.false_alarms
        return self.found / alarms if alarms else None

    @property
    def false_rate(self) -> float:
        """False alarms per unit of exposure."""
        return self.false_alarms / self.exposure

    def __add__(self, other: "Verdict") -> "Verdict":
        """Return the verdict on two demos together; the delay is the larger one."""
        delays = [delay for delay in (self.delay, other.delay) if delay is not None]
        return Verdict(
            hits=self.hits + other.hits,
            found=self.found + other.found,
            faults=self.faults + other.faults,
            faults_found=self.faults_found + other.faults_found,
            false_alarms=self.false_alarms + other.false_alarms,
            exposure=self.exposure + other.exposure,
            delay=max(delays, default=None),
        )


def faults_of(labels: Iterable[Mapping], ended: Mapping[str, datetime]) -> list[Fault]:
    """Gather labels into faults.

    Parameters
    ----------
    labels : iterable of mapping
        Rows of ``demo.fault_labels`` with a `run_id` and a signal to find.
    ended : mapping of str to datetime
        End of each judged run, UTC; labels of other runs are left out.

    Returns
    -------
    list of Fault
        In order of their ids.
    """
    by_fault: dict[str, list[Mapping]] = {}
    for label in labels:
        if label["run_id"] in ended:
            by_fault.setdefault(label["fault_id"], []).append(label)
    faults = []
    for fault_id, rows in sorted(by_fault.items()):
        runs = sorted((ended[row["run_id"]], row["run_id"]) for row in rows)
        faults.append(
            Fault(
                fault_id=fault_id,
                kind=rows[0]["fault_kind"],
                signal=rows[0]["expected_signal"],
                species_hash=rows[0]["species_hash"],
                started_at=rows[0]["started_at"],
                runs=tuple(run_id for _, run_id in runs),
                ends=tuple(end for end, _ in runs),
            )
        )
    return faults


def judge_point(
    faults: Sequence[Fault], flagged: Collection[str], judged: Collection[str], signals: set[str]
) -> Verdict:
    """Judge a flag on single runs.

    Parameters
    ----------
    faults : sequence of Fault
        All faults of the demo.
    flagged : collection of str
        Runs that the flag is on.
    judged : collection of str
        All runs with a value of the flag.
    signals : set of str
        Signals that the flag should find.

    Returns
    -------
    Verdict
        A flag on a run hit by another fault, a lasting one say, is neither found nor false.
    """
    wanted = [fault for fault in faults if fault.signal in signals]
    to_find = {run_id for fault in wanted for run_id in fault.runs}
    hit_by_any = {run_id for fault in faults for run_id in fault.runs}
    flagged = set(flagged)
    firsts = [
        next((nth for nth, run_id in enumerate(fault.runs) if run_id in flagged), None)
        for fault in wanted
    ]
    delays = [first for first in firsts if first is not None]
    return Verdict(
        hits=len(to_find),
        found=len(to_find & flagged),
        faults=len(wanted),
        faults_found=len(delays),
        false_alarms=len(flagged - hit_by_any),
        exposure=len(judged) / 1000,
        delay=median(delays) if delays else None,
    )


def judge_lasting(
    faults: Sequence[Fault], alarms: Iterable[Alarm], species_months: float, kinds: set[str]
) -> Verdict:
    """Judge alarms on species.

    Parameters
    ----------
    faults : sequence of Fault
        All faults of the demo.
    alarms : iterable of Alarm
        One per regression raised, however long it stayed.
    species_months : float
        Months of 30 days in which the species ran, summed over them.
    kinds : set of str
        Kinds of the lasting faults to find.

    Returns
    -------
    Verdict
        An alarm is false if no lasting fault of the species had begun.
    """
    lasting = [fault for fault in faults if fault.is_lasting]
    wanted = [fault for fault in lasting if fault.kind in kinds]
    alarms = list(alarms)
    delays = []
    for fault in wanted:
        raised = [
            alarm.raised_at
            for alarm in alarms
            if alarm.species_hash == fault.species_hash and alarm.raised_at >= fault.started_at
        ]
        if raised:
            delays.append(sum(end < min(raised) for end in fault.ends))
    begun = {fault.species_hash: fault.started_at for fault in lasting}
    false_alarms = sum(
        alarm.species_hash not in begun or alarm.raised_at < begun[alarm.species_hash]
        for alarm in alarms
    )
    return Verdict(
        hits=len(wanted),
        found=len(delays),
        faults=len(wanted),
        faults_found=len(delays),
        false_alarms=false_alarms,
        exposure=species_months / 100,
        delay=median(delays) if delays else None,
    )


def average_precision(scored: Iterable[tuple[float, bool]]) -> float:
    """Return the area under the precision-recall curve.

    Parameters
    ----------
    scored : iterable of (float, bool)
        Score, and whether there was something to find; ties count as found last.

    Returns
    -------
    float
        From 0 to 1; 0 where there was nothing to find.
    """
    found, total = 0, 0.0
    for rank, (_, is_hit) in enumerate(sorted(scored, key=lambda one: (-one[0], one[1])), 1):
        if is_hit:
            found += 1
            total += found / rank
    return total / found if found else 0.0
