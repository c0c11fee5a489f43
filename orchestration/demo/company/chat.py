"""The help center's chat: conversations, answers, ratings, experiments, benchmarks."""

import math
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from orchestration.demo.company.chat_plan import (
    SLOWNESS,
    TUNED,
    TUNED_EFFECT,
    ChatFaults,
    Talk,
    talks,
)
from orchestration.demo.company.chat_tables import benchmark, evaluation, registry, traces
from orchestration.demo.company.chat_texts import closing, question
from orchestration.demo.company.experiments import Results, plans
from orchestration.demo.company.gateway import Gateway
from orchestration.demo.company.gateway_rows import Request
from orchestration.demo.company.people import KEYS, ORGANIZATION
from orchestration.demo.company.prices import PROVIDERS, Tokens, cost_of
from orchestration.demo.company.writing import File, Setting, json_lines, new_uuid
from orchestration.demo.events import iso

__all__ = ["Chat"]

_MODELS = ("gpt-4o-mini", "claude-haiku-4-5-20251001", TUNED)
_TUNED_SINCE = 0.4


@dataclass
class Chat:
    """Writes the chat's tables."""

    setting: Setting
    gateway: Gateway
    conversations: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    evaluations: list[dict[str, Any]] = field(default_factory=list)
    results: Results = field(default_factory=Results)

    def __post_init__(self) -> None:
        self._faults = ChatFaults(self.setting)

    def files(self, folder: Path) -> list[File]:
        """Return the tables; what was injected into them goes to the truth table.

        Parameters
        ----------
        folder : Path
            Where to.

        Returns
        -------
        list of File
            The files.
        """
        dice = self.setting.dice("chat")
        for talk in sorted(talks(self.setting), key=lambda one: (one.moment_ms, one.user)):
            self._write(dice, talk)
        self.results.write_down(self.setting)
        self._faults.write_down()
        answers = [message for message in self.messages if message["role"] == "assistant"]
        tables = {
            "conversations": self.conversations,
            "messages": self.messages,
            "evaluations": self.evaluations,
            "llm_models": registry(self.setting.window.day_start_ms(self.setting.day(0.4))),
            "experiments": plans(self.setting),
            "judgments": list(benchmark(self.setting, answers)),
            "traces": list(traces(self.setting, answers)),
        }
        return [json_lines(folder / f"{name}.jsonl.gz", rows) for name, rows in tables.items()]

    def _write(self, dice: Random, talk: Talk) -> None:
        conversation = new_uuid(dice)
        experiment = talk.experiment
        self.conversations.append(
            {
                "id": conversation,
                "user_id": talk.user,
                "organization_id": ORGANIZATION,
                "created_at": iso(talk.moment_ms),
                "session_id": talk.variant or None,
                "experiment_name": experiment.name if experiment else None,
                "is_widget_session": talk.is_widget,
            }
        )
        moment, history, has_succeeded = talk.moment_ms, 0, True
        for turn in range(dice.choices((1, 2, 3, 4), (3, 4, 2, 1))[0]):
            asked = question(dice) if not turn else closing(dice, has_succeeded)
            common = {
                "conversation_id": conversation,
                "user_id": talk.user,
                "organization_id": ORGANIZATION,
            }
            self.messages.append(
                {"id": new_uuid(dice), "role": "user", "content": asked, "created_at": iso(moment)}
                | common
            )
            answer, has_succeeded = self._answer(dice, talk, conversation, moment, history)
            self.messages.append(answer | common)
            history += 60 + (answer["output_tokens"] or 0)
            moment += answer["latency_ms"] + dice.randint(20_000, 240_000)
        if experiment:
            key = experiment.name, talk.variant
            self.results.counts[key]["conversations"] += 1
            self.results.users[key].add(talk.user)

    def _answer(
        self, dice: Random, talk: Talk, conversation: str, moment: int, history: int
    ) -> tuple[dict[str, Any], bool]:
        model = self._model(dice, talk, moment)
        has_failed = dice.random() < 0.02
        factor = self._effect(talk, "token_factor", 1.0)
        output = max(12, round(180 * factor * math.exp(dice.gauss(0, 0.3))))
        tokens = Tokens(420 + history + dice.randint(10, 90), output=output)
        latency = round((600 + 9 * output) * math.exp(dice.gauss(0, 0.2)))
        if self._faults.is_on("slow_provider", moment) and PROVIDERS[model] == "openai":
            latency *= SLOWNESS
            self._faults.counts["slow_provider"] += 1
        answer = {
            "id": new_uuid(dice),
            "role": "assistant",
            "content": "" if has_failed else "Here is what your policy says about it.",
            "created_at": iso(moment + latency),
            "model_id": model,
            "provider": PROVIDERS[model],
            "input_tokens": None if has_failed else tokens.input,
            "output_tokens": None if has_failed else tokens.output,
            "latency_ms": latency,
            "tools_called": ["find_policy"] if dice.random() < 0.3 else None,
            "tool_success": None,
            "error_type": "rate_limit" if has_failed else None,
            "metadata": {"response_id": f"chatcmpl-{new_uuid(dice)}"},
        }
        if answer["tools_called"]:
            answer["tool_success"] = dice.random() < 0.95
        cost = self._bill(answer, talk, conversation, tokens, moment=moment, latency=latency)
        has_succeeded = self._judge(dice, talk, answer, model, moment + latency)
        self._count(talk, answer, conversation, cost)
        return answer, has_succeeded

    def _model(self, dice: Random, talk: Talk, moment: int) -> str:
        chosen = dice.choices(_MODELS, (5, 3, 3))[0]
        since = self.setting.window.day_start_ms(self.setting.day(_TUNED_SINCE))
        is_early = chosen == TUNED and moment < since
        return _MODELS[0] if talk.experiment or is_early else chosen

    def _effect(self, talk: Talk, name: str, none: float) -> float:
        if talk.experiment and talk.variant == talk.experiment.variants[1]:
            return float(getattr(talk.experiment, name))
        return none

    def _bill(
        self,
        answer: dict[str, Any],
        talk: Talk,
        conversation: str,
        tokens: Tokens,
        *,
        moment: int,
        latency: int,
    ) -> Decimal:
        """Send the call through the gateway, unless it is bypassed; return its cost."""
        model, error = answer["model_id"], answer["error_type"] or ""
        if self._faults.is_on("bypassed_gateway", moment):
            self._faults.counts["bypassed_gateway"] += 1
            return Decimal(0) if error else cost_of(model, tokens)
        return self.gateway.log(
            Request(
                request_id=answer["metadata"]["response_id"],
                origin="chat",
                started_ms=moment,
                duration_ms=latency,
                model=model,
                tokens=tokens,
                key=KEYS["help-center-prod"],
                session_id=conversation,
                end_user=talk.user,
                tags=("help-center",),
                error="RateLimitError" if error else "",
            )
        )

    def _judge(
        self, dice: Random, talk: Talk, answer: dict[str, Any], model: str, moment: int
    ) -> bool:
        chance = talk.skill + self._effect(talk, "success_effect", 0.0)
        chance += TUNED_EFFECT if model == TUNED else 0.0
        is_bad = self._faults.is_on("quality_drop", moment) and not talk.experiment
        has_succeeded = not answer["error_type"] and dice.random() < (0.2 if is_bad else chance)
        found = evaluation(
            dice, answer, talk.user, has_succeeded=has_succeeded, is_bad=is_bad, moment=moment
        )
        if found:
            self.evaluations.append(found)
            verdict = found["success"]
            self._faults.counts["quality_drop"] += is_bad and verdict is False
            if talk.experiment and verdict is not None:
                counts = self.results.counts[talk.experiment.name, talk.variant]
                counts["verdicts"] += 1
                counts["successes"] += verdict
        return has_succeeded

    def _count(self, talk: Talk, answer: dict[str, Any], conversation: str, cost: Decimal) -> None:
        tokens = answer["input_tokens"] or 0, answer["output_tokens"] or 0
        self.setting.truth.of("chat").add(conversation, *tokens, cost)
        if talk.experiment:
            key = talk.experiment.name, talk.variant
            self.results.counts[key]["answers"] += 1
            self.results.counts[key]["output_tokens"] += tokens[1]
            self.results.costs[key] += cost
