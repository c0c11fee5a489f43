"""Which conversations there are in the help center, and when something was wrong with the chat."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from orchestration.demo.company.experiments import EXPERIMENTS, Experiment
from orchestration.demo.company.writing import Setting, office_ms

__all__ = ["SLOWNESS", "TUNED", "TUNED_EFFECT", "ChatFaults", "Talk", "talks"]

SLOWNESS = 3
"""How much slower OpenAI answers on its slow day."""

TUNED = "ft:gpt-4o-mini-2024-07-18"
"""The fine-tuned model, and what it adds to the probability of success."""
TUNED_EFFECT = 0.08

_USERS_PER_EXPERIMENT = 80
_CONVERSATIONS_PER_USER = 3


@dataclass
class Talk:
    """A conversation to be written."""

    moment_ms: int
    user: str
    skill: float
    is_widget: bool = False
    experiment: Experiment | None = None
    variant: str = ""


def talks(setting: Setting) -> Iterator[Talk]:
    """Return the conversations: of the experiments' users, and of everybody else."""
    dice = setting.dice("talks")
    number = setting.count(_USERS_PER_EXPERIMENT, 8)
    for experiment in EXPERIMENTS:
        start, end = experiment.span(setting)
        for nth in range(number):
            user = f"cust_{experiment.name[:2]}{nth:03d}"
            skill, variant = dice.gauss(0.72, 0.06), experiment.variants[nth % 2]
            for _ in range(_CONVERSATIONS_PER_USER):
                moment = dice.randrange(start, end - 3_600_000)
                yield Talk(moment, user, skill, experiment=experiment, variant=variant)
    for day in range(setting.window.days):
        weekend = (setting.window.first_day.toordinal() + day + 6) % 7 >= 5
        for _ in range(setting.count(dice.randint(2, 4) if weekend else dice.randint(6, 9))):
            # A few customers write often, most of them once or twice.
            user = f"cust_{min(int(dice.expovariate(1 / 60)), 399):03d}"
            moment = setting.window.day_start_ms(day) + office_ms(dice)
            yield Talk(moment, user, 0.78, is_widget=dice.random() < 0.4)


class ChatFaults:
    """The chat's faults: when they are, and how many answers they hit."""

    def __init__(self, setting: Setting):
        self._setting = setting
        self._spans = {
            "quality_drop": setting.span_of(max(0, setting.day(0.95) - 1), 2),
            "slow_provider": setting.span_of(setting.day(0.66)),
            "bypassed_gateway": setting.span_of(setting.day(0.88)),
        }
        self.counts = dict.fromkeys(self._spans, 0)

    def is_on(self, fault: str, moment: int) -> bool:
        """Return whether a fault is on at a moment, in milliseconds since 1970."""
        start, end = self._spans[fault]
        return start <= moment < end

    def write_down(self) -> None:
        """Add the faults, and what fine-tuning does, to the truth table."""
        for name, metric, signal, detail in (
            (
                "quality_drop",
                "failure_count",
                "quality_drop",
                "answers outside experiments succeed in 20% of cases, from an outdated policy",
            ),
            (
                "slow_provider",
                "call_count",
                "latency_increase",
                f"openai answers {SLOWNESS} times as slowly",
            ),
            (
                "bypassed_gateway",
                "call_count",
                "",
                "the chat calls its providers without the gateway: no bill, no team, no key",
            ),
        ):
            self._setting.truth.add(
                "fault",
                f"chat/{name}",
                "chat",
                ("workflow", "chat"),
                (metric, "count"),
                logged=self.counts[name],
                span=self._spans[name],
                signal=signal,
                detail=detail,
            )
        self._setting.truth.add(
            "effect",
            "fine_tuning/success_share",
            "chat",
            ("model", TUNED),
            ("success_share", "share"),
            injected=Decimal(str(TUNED_EFFECT)),
            signal="difference",
            detail="the fine-tuned model succeeds 8 points more often than its base",
        )
