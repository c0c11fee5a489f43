"""Steps of a run: cells, calls, tools, candidates, evaluators, sub-runs, errors."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from orchestration.demo.arrivals import Arrival, Window, input_chars
from orchestration.demo.effects import combine
from orchestration.demo.events import Session, iso
from orchestration.demo.faults import FaultBook
from orchestration.demo.inputs import odd_input, shaped_input
from orchestration.demo.models import EVALUATOR, MODELS, UNMAPPED, Model
from orchestration.demo.prompts import compose_prompt
from orchestration.demo.workflows import Cell, Workflow, hash16

__all__ = ["Author"]

_STUCK_SHARE = 0.0015
_FATAL_SHARE = 0.2
_ODD_INPUT_SHARE = 0.06
_CHILD_SHARE = 0.7
_CLOSING_MS = 2 * 3_600_000  # half of the runs that start within it are still running at the end
_CARRY_TOKENS = 1500  # of earlier answers that a cell sends again with each call
_ERRORS = (
    ("rate_limit", "Rate limit reached; retry after 20 s."),
    ("timeout", "No answer within 60 s."),
    ("api_error", "The provider answered 529: overloaded."),
    ("invalid_output", "The answer is not valid JSON."),
)


@dataclass(frozen=True)
class _Mishap:
    """The failing step of a run, if there is one."""

    cell: int
    error_type: str
    message: str
    is_fatal: bool


@dataclass
class _Run:
    """State that the cells of a run share."""

    session: Session
    workflow: Workflow
    model: Model
    chars: int
    size: float
    mishap: _Mishap | None
    depth: int
    children: list[Session] = field(default_factory=list)


class Author:
    """Writes sessions.

    Parameters
    ----------
    seed : int
        The same seed writes the same sessions, in whatever order they are asked for.
    catalogue : sequence of Workflow
        What can run.
    window : Window
        Nothing is logged after its end.
    faults : FaultBook
        The injected faults; unaffected runs are the same with and without them.
    """

    def __init__(self, seed: int, catalogue: Sequence[Workflow], window: Window, faults: FaultBook):
        self._seed = seed
        self._workflows = {workflow.cascade_id: workflow for workflow in catalogue}
        self._window = window
        self._faults = faults
        self._tastes: dict[tuple[str, str, str], float] = {}

    def write(self, arrival: Arrival) -> list[Session]:
        """Write a run and all that it starts.

        Parameters
        ----------
        arrival : Arrival
            The run.

        Returns
        -------
        list of Session
            The run itself first, then its sub-runs at any depth.
        """
        chars = input_chars(self._seed, arrival.workflow, arrival.session_id)
        tree = self._write(arrival.workflow, arrival.session_id, arrival.started_ms, chars, None)
        return [session for session in tree if session.started_ms < self._window.end_ms]

    def _write(
        self,
        workflow: Workflow,
        session_id: str,
        started_ms: int,
        chars: int,
        parent: _Run | None,
    ) -> list[Session]:
        rng = Random(f"{self._seed}|run|{session_id}")
        faults = self._faults.covering(workflow.cascade_id, session_id, started_ms)
        effects = combine(faults)
        species = workflow.species_on(self._window.day_of(started_ms))
        session = Session(
            session_id=session_id,
            cascade_id=workflow.cascade_id,
            genus_hash=workflow.genus_hash,
            species_hash=species.species_hash,
            started_ms=started_ms,
            clock_ms=started_ms,
            faults=faults,
            effects=effects,
            reported_share=workflow.reported_share,
        )
        # A loop uses the primary model: on a much cheaper one its cost could be a usual one.
        is_fallback = rng.random() < workflow.fallback_share and effects.call_factor == 1
        session.is_swapped = bool(effects.primary_model) and not is_fallback
        name = effects.primary_model or workflow.primary_model
        name = workflow.fallback_model if is_fallback else name
        run = _Run(
            session=session,
            workflow=workflow,
            model=MODELS.get(name, UNMAPPED),
            chars=chars,
            size=species.size,
            mishap=self._mishap(rng, workflow, effects.error_share),
            depth=parent.depth + 1 if parent else 0,
        )
        stuck_draw = rng.random()
        session.header = self._header(rng, run, parent)
        is_done = self._unfold(run)
        is_late = self._window.end_ms - started_ms < _CLOSING_MS
        alone = not (run.children or parent)
        self._close(run, is_done, alone and stuck_draw < (0.5 if is_late else _STUCK_SHARE))
        return [session, *run.children]

    @staticmethod
    def _mishap(rng: Random, workflow: Workflow, share: float | None) -> _Mishap | None:
        draw, fatal_draw = rng.random(), rng.random()
        cell = rng.randrange(len(workflow.cells))
        error_type, message = rng.choice(_ERRORS)
        if draw >= (workflow.error_share if share is None else share):
            return None
        return _Mishap(cell, error_type, message, fatal_draw < _FATAL_SHARE)

    def _header(self, rng: Random, run: _Run, parent: _Run | None) -> dict:
        workflow, session = run.workflow, run.session
        origin = workflow.origin if rng.random() < 0.85 else rng.choice(("sql", "cli", "ui"))
        caller_id = f"{origin}-{rng.choice(('ana', 'ben', 'chen', 'dita', 'nightly', 'etl'))}"
        if parent:
            origin = parent.session.header["invocation_metadata"]["origin"]
            caller_id = parent.session.header["caller_id"]
        # A workflow without variance reads the same document every time.
        words = Random(f"{self._seed}|{workflow.cascade_id}") if workflow.is_steady else rng
        if workflow.role == "odd" and rng.random() < _ODD_INPUT_SHARE:
            input_data = odd_input(words)
            run.chars = len(input_data)
        else:
            input_data = shaped_input(words, workflow.shape, run.chars)
        return {
            "session_id": session.session_id,
            "cascade_id": workflow.cascade_id,
            "genus_hash": workflow.genus_hash,
            "created_at": iso(session.started_ms),
            "completed_at": None,
            "status": "running",
            "input_data": input_data,
            "parent_session_id": parent.session.session_id if parent else None,
            "depth": run.depth,
            "caller_id": caller_id,
            "invocation_metadata": {"origin": origin},
        }

    def _close(self, run: _Run, is_done: bool, is_stuck: bool) -> None:
        session = run.session
        end_ms = self._window.end_ms
        if is_stuck:
            end_ms = min(end_ms, (session.started_ms + session.clock_ms) // 2)
        if session.clock_ms < end_ms:
            session.header["completed_at"] = iso(session.clock_ms)
            session.header["status"] = "completed" if is_done else "error"
        session.rows = [row for row in session.rows if row[0] < end_ms]
        session.prompts = [prompt for prompt in session.prompts if prompt[0] < end_ms]

    def _unfold(self, run: _Run) -> bool:
        session = run.session
        session.log(run.workflow.cells[0].name, "user", "user", content_chars=run.chars)
        for number, cell in enumerate(run.workflow.cells):
            rng = Random(f"{self._seed}|{session.session_id}|{cell.name}")
            tokens_in = cell.prompt_tokens * run.size + run.chars / 4 * cell.input_share
            relative = max(run.chars, 24) / run.workflow.input_median
            tokens_out = cell.output_tokens * run.size * relative**0.25
            if run.workflow.is_steady:
                tokens_in = round(tokens_in)
            else:
                tokens_in *= rng.lognormvariate(0, 0.04)
            if run.mishap and run.mishap.cell == number:
                # A rate-limited request has no input tokens; other failures are charged for input.
                read = 0 if run.mishap.error_type == "rate_limit" else tokens_in
                session.call(rng, cell.name, run.model, (read, 0))
                session.fail(cell.name, run.mishap.error_type, run.mishap.message)
                if run.mishap.is_fatal:
                    return False
            if cell.candidates:
                self._compete(run, cell, rng, tokens_in, tokens_out)
            else:
                self._answer(run, cell, rng, tokens_in, tokens_out)
            if cell.child and rng.random() < _CHILD_SHARE:
                self._start_children(run, cell, rng)
        return True

    def _answer(
        self, run: _Run, cell: Cell, rng: Random, tokens_in: float, tokens_out: float
    ) -> None:
        session = run.session
        carried = answered = 0
        for nth in range(cell.calls * session.effects.call_factor):
            if nth and cell.tool:
                self._use_tool(session, cell, rng)
            length = tokens_out * rng.lognormvariate(0, cell.output_sigma)
            read = tokens_in + min(carried, _CARRY_TOKENS)
            answered = session.call(rng, cell.name, run.model, (read, max(1.0, length)))
            carried += answered
        if cell.tool and cell.calls == 1:
            self._use_tool(session, cell, rng)
        if cell.has_evaluator:
            score = self._score(rng, run, cell, run.model, 0.0)
            session.call(
                rng,
                cell.name,
                EVALUATOR,
                (300 + answered, rng.randrange(30, 60)),
                node_type="evaluator",
                evaluator_score=score,
            )

    @staticmethod
    def _use_tool(session: Session, cell: Cell, rng: Random) -> None:
        took_ms = round(180 * rng.lognormvariate(0, 0.4))
        chars = rng.randrange(100, 4000)
        session.log(
            cell.name, "tool_call", "tool", took_ms, tool_name=cell.tool, content_chars=chars
        )

    def _compete(
        self, run: _Run, cell: Cell, rng: Random, tokens_in: float, tokens_out: float
    ) -> None:
        session = run.session
        rivals = []
        answered = 0
        for index in range(cell.candidates):
            model = MODELS[rng.choice(cell.candidate_models)]
            generation = rng.choices((0, 1, 2, 3), (70, 15, 10, 5))[0]
            prompt, gain = compose_prompt(rng, session.cascade_id, cell.name, generation)
            score = self._score(rng, run, cell, model, gain)
            created_ms = session.clock_ms
            length = max(1.0, tokens_out * rng.lognormvariate(0, cell.output_sigma))
            answered += session.call(
                rng,
                cell.name,
                model,
                (tokens_in + len(prompt) / 4, length),
                node_type="sounding_attempt",
                candidate_index=index,
                evaluator_score=score,
                is_winner=False,
            )
            lineage = {
                "prompt_id": f"prm_{hash16('prompt', session.session_id, cell.name, index)}",
                "session_id": session.session_id,
                "cascade_id": session.cascade_id,
                "cell_name": cell.name,
                "species_hash": session.species_hash,
                "created_at": iso(created_ms),
                "full_prompt_text": prompt,
                "candidate_index": index,
                "is_winner": False,
                "generation": generation,
            }
            session.prompts.append((created_ms, lineage))
            rivals.append((score, -index, session.rows[-1][1], lineage, model))
        score, minus_index, attempt, lineage, model = max(rivals, key=lambda rival: rival[:2])
        attempt["is_winner"] = lineage["is_winner"] = True
        judgement = {"candidate_index": -minus_index, "evaluator_score": score}
        verdict = rng.randrange(40, 90)
        tokens = (300 + answered, verdict)
        session.call(rng, cell.name, EVALUATOR, tokens, node_type="evaluator", **judgement)
        if rng.random() < cell.reforge_share:
            for step in range(1, rng.randrange(2, 4)):
                length = tokens_out * rng.lognormvariate(0, cell.output_sigma)
                session.call(
                    rng, cell.name, model, (tokens_in, max(1.0, length)), reforge_step=step
                )

    def _score(self, rng: Random, run: _Run, cell: Cell, model: Model, gain: float) -> float:
        key = (run.workflow.cascade_id, cell.name, model.name)
        if key not in self._tastes:
            # Each model suits some tasks better than others.
            self._tastes[key] = Random(f"{self._seed}|{key}").uniform(-0.05, 0.05)
        score = model.quality + self._tastes[key] + gain + rng.gauss(0, 0.07)
        return round(min(1.0, max(0.0, score)), 3)

    def _start_children(self, run: _Run, cell: Cell, rng: Random) -> None:
        session = run.session
        workflow = self._workflows[cell.child]
        for nth in range(rng.randrange(1, 3)):
            name = f"{session.session_id}|{cell.name}|{nth}"
            session_id = "ses_" + hashlib.sha256(name.encode()).hexdigest()[:16]
            chars = max(24, round(run.chars * rng.uniform(0.2, 0.8)))
            family = self._write(workflow, session_id, session.clock_ms, chars, run)
            took_ms = family[0].clock_ms - family[0].started_ms
            session.log(cell.name, "tool_call", "tool", took_ms, tool_name=f"run_{cell.child}")
            run.children += family
