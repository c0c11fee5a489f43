"""The chat's experiments: one with a true effect, and one without."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orchestration.demo.company.truth import Span
from orchestration.demo.company.writing import Setting
from orchestration.demo.events import iso

__all__ = ["EXPERIMENTS", "Experiment", "Results", "plans"]


@dataclass(frozen=True)
class Experiment:
    """An experiment; users are randomised, half of them to each variant.

    Attributes
    ----------
    name : str
        Its name in the logs.
    starts, ends : float
        Shares of the window.
    success_effect : float
        What the variant adds to the probability of success.
    token_factor : float
        Factor of the variant on the tokens of an answer.
    detail : str
        In words.
    hypothesis, decision : str
        What the team expected, and what it did in the end.
    """

    name: str
    starts: float
    ends: float
    success_effect: float
    token_factor: float
    detail: str
    hypothesis: str
    decision: str

    @property
    def variants(self) -> tuple[str, str]:
        """Return the names of the control and of the variant."""
        return "control", "variant"

    def span(self, setting: Setting) -> Span:
        """Return when it ran."""
        window = setting.window
        first, last = (int(share * window.days) for share in (self.starts, self.ends))
        return window.day_start_ms(first), window.day_start_ms(last)


EXPERIMENTS = (
    Experiment(
        "shorter-answers",
        0.35,
        0.7,
        0.14,
        0.65,
        "the variant's answers have 35% fewer tokens and succeed 14 points more often",
        "Shorter answers help more customers, for less",
        "ship the variant",
    ),
    Experiment(
        "warm-greeting",
        0.5,
        0.85,
        0.0,
        1.0,
        "the variant differs in nothing",
        "A warm greeting makes customers happier",
        "keep the control",
    ),
)


def plans(setting: Setting) -> list[dict[str, Any]]:
    """Return the registry's rows: each experiment as it was planned, and as it ended."""
    rows = []
    for experiment in EXPERIMENTS:
        starts, ends = experiment.span(setting)
        control, variant = experiment.variants
        plan = {
            "experiment_name": experiment.name,
            "hypothesis": experiment.hypothesis,
            "randomised_unit": "user",
            "control_variant": control,
            "primary_metric": "success_share",
            "guardrail_metrics": ["avg_latency_ms", "cost_per_message_usd"],
            "planned_split": f"{control}=0.5;{variant}=0.5",
            "started_at": iso(starts),
            "planned_end_at": iso(ends),
            "owner": "carla@harbour.example",
        }
        rows.append(plan | {"status": "running", "updated_at": iso(starts)})
        ended = {"status": "stopped", "decision": experiment.decision, "updated_at": iso(ends)}
        rows.append(plan | ended)
    return rows


@dataclass
class Results:
    """What the conversations of the experiments come to, by experiment and variant."""

    counts: dict[tuple[str, str], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    users: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    costs: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def write_down(self, setting: Setting) -> None:
        """Add the facts of all experiments to the truth table."""
        for experiment in EXPERIMENTS:
            self._effects(setting, experiment)
            for variant in experiment.variants:
                self._variant(setting, experiment, variant)

    def _effects(self, setting: Setting, experiment: Experiment) -> None:
        control, variant = (self.counts[experiment.name, name] for name in experiment.variants)
        share = [_ratio(one["successes"], one["verdicts"]) for one in (control, variant)]
        tokens = [_ratio(one["output_tokens"], one["answers"]) for one in (control, variant)]
        signal = "difference" if experiment.success_effect else "no_difference"
        for metric, unit, injected, logged in (
            ("success_share", "share", experiment.success_effect, share[1] - share[0]),
            ("output_tokens_ratio", "ratio", experiment.token_factor, tokens[1] / tokens[0]),
        ):
            setting.truth.add(
                "effect",
                f"{experiment.name}/{metric}",
                "chat",
                ("experiment", experiment.name),
                (metric, unit),
                injected=Decimal(str(injected)),
                logged=round(logged, 12),
                span=experiment.span(setting),
                signal=signal,
                detail=experiment.detail,
            )

    def _variant(self, setting: Setting, experiment: Experiment, variant: str) -> None:
        key = experiment.name, variant
        counts = self.counts[key]
        values: list[tuple[str, str, int | Decimal]] = [
            (f"{name}_count", "count", counts[f"{name}s"])
            for name in ("conversation", "answer", "verdict")
        ]
        values += [
            ("success_count", "count", counts["successes"]),
            ("user_count", "count", len(self.users[key])),
            ("cost_usd", "usd", self.costs[key]),
        ]
        for metric, unit, value in values:
            setting.truth.add(
                "effect",
                f"{experiment.name}/{variant}/{metric}",
                "chat",
                ("variant", f"{experiment.name}/{variant}"),
                (metric, unit),
                logged=value,
                span=experiment.span(setting),
            )


def _ratio(part: int, whole: int) -> Decimal:
    return Decimal(part) / max(whole, 1)
