"""The catalogue of workflows, drawn from a seed."""

import math
from dataclasses import replace
from random import Random

from orchestration.demo.models import CANDIDATE_POOLS, PAIRS
from orchestration.demo.workflows import Cell, Species, Workflow, hash16
from orchestration.errors import BadInputError

__all__ = ["MINIMUM_WORKFLOWS", "build_catalogue"]

_VERBS = (
    "extract triage classify summarise translate draft review match enrich score route detect "
    "moderate answer rewrite compare forecast tag validate plan"
)
_NOUNS = (
    "brand ticket invoice contract product email resume claim lead policy address transcript "
    "article listing complaint refund recipe incident meeting survey"
)
_CELLS = ("read", "outline", "answer", "check", "polish")
_TOOLS = ("search_web", "query_sql", "fetch_url", "read_file", "lookup_crm")
_SHAPES = ("text", "document", "records", "list", "thread")


# Workflows with a role come first, so that a smaller catalogue keeps every role. Daily runs of the
# fault roles leave at least 80 runs of history before the first fault at scale 1.
_ROLES = (
    ("runaway", 4, 3.0),
    ("runaway_steady", 2, 2.5),
    ("silent", 5, 3.0),
    ("swap", 3, 3.0),
    ("price", 4, 3.0),
    ("burst", 4, 5.0),
    ("slow", 3, 3.0),
    ("steady", 3, 1.0),
    ("leaf", 4, 0.2),
    ("branch", 2, 0.3),
    ("parent", 6, 1.0),
    ("tuned", 8, 1.2),
    ("renewed", 4, 1.5),
    ("odd", 6, 1.0),
)
MINIMUM_WORKFLOWS = sum(count for _, count, _ in _ROLES)
_CALLS = {"parent": "branch", "branch": "leaf"}  # parents start branches, branches start leaves
_SINGLE_SPECIES = {
    "runaway",
    "runaway_steady",
    "silent",
    "swap",
    "price",
    "burst",
    "slow",
    "steady",
}
_SWAP_MAIN = ("claude-haiku-4-5-20251001", "claude-sonnet-4-5-20250929", "gpt-4.1")


def build_catalogue(seed: int, count: int, days: int) -> tuple[Workflow, ...]:
    """Make the workflows.

    Parameters
    ----------
    seed : int
        The same seed gives the same catalogue.
    count : int
        How many workflows.
    days : int
        Length of the window, in which species come and go.

    Returns
    -------
    tuple of Workflow
        Workflows with a role first, then others of falling popularity.

    Raises
    ------
    BadInputError
        If `count` is too small for all roles, or larger than the number of names.
    """
    names = [f"{verb}_{noun}" for verb in _VERBS.split() for noun in _NOUNS.split()]
    if not MINIMUM_WORKFLOWS <= count <= len(names):
        raise BadInputError(
            f"The demo cannot have {count} workflows; "
            f"choose between {MINIMUM_WORKFLOWS} and {len(names)}."
        )
    Random(f"{seed}|names").shuffle(names)
    parts = [(role, nth, rate) for role, number, rate in _ROLES for nth in range(number)]
    # A few popular workflows, then a long tail down to one run in several weeks.
    parts += [("plain", nth, 3.0 / (1.0 + 0.25 * nth)) for nth in range(count - len(parts))]
    workflows: list[Workflow] = []
    for cascade_id, part in zip(names, parts, strict=False):
        callees = [flow.cascade_id for flow in workflows if flow.role == _CALLS.get(part[0])]
        rng = Random(f"{seed}|workflow|{cascade_id}")
        workflows.append(_workflow(rng, cascade_id, part, days=days, callees=callees))
    return tuple(workflows)


def _workflow(
    rng: Random,
    cascade_id: str,
    part: tuple[str, int, float],
    *,
    days: int,
    callees: list[str],
) -> Workflow:
    role, nth, rate = part
    is_steady = role in {"steady", "runaway_steady"}
    cells = _cells(rng, role, is_steady)
    if callees:
        cells = (*cells[:-1], replace(cells[-1], child=callees[nth % len(callees)]))
    main, fallback = _models(rng, role, nth)
    busy = role in _SINGLE_SPECIES
    median = math.exp(rng.uniform(math.log(300 if busy else 40), math.log(6e3 if busy else 5e4)))
    if rate > 0.4 and not busy:
        median = min(median, 5000.0)  # popular workflows would take too much disk space
    return Workflow(
        cascade_id=cascade_id,
        genus_hash=hash16("genus", cascade_id, *(cell.name for cell in cells)),
        role=role,
        cells=cells,
        species=_species(rng, cascade_id, role, days),
        runs_per_day=rate,
        weekend_share=rng.choice((0.3, 0.45, 0.6, 1.0)),
        input_median=round(median, 1),
        input_sigma=0.0 if is_steady else round(rng.uniform(0.6, 1.4), 3),
        shape=rng.choice(_SHAPES),
        primary_model=main,
        fallback_model=fallback,
        fallback_share=0.0 if is_steady else round(rng.uniform(0.02, 0.15), 3),
        reported_share=1.0 if role == "price" else rng.choices((1.0, 0.7, 0.0), (55, 20, 25))[0],
        error_share=0.0 if is_steady else round(rng.uniform(0.01, 0.03), 4),
        origin=rng.choice(("sql", "cli", "ui")),
    )


def _models(rng: Random, role: str, nth: int) -> tuple[str, str]:
    main, fallback = rng.choice(PAIRS)
    if role == "swap":
        main = _SWAP_MAIN[nth % len(_SWAP_MAIN)]
        fallback = dict(PAIRS)[main]
    elif role == "price":
        main, fallback = "gemini-2.5-pro", "gemini-2.5-flash"
    elif role == "slow":
        main, fallback = "gemini-2.5-flash", "gpt-4o-mini"
    elif role == "odd":
        fallback = "acme-router-mini"
    return main, fallback


def _cells(rng: Random, role: str, is_steady: bool) -> tuple[Cell, ...]:
    number = 1 if is_steady else rng.choices((1, 2, 3, 4), (35, 35, 20, 10))[0]
    cells: list[Cell] = []
    for name in rng.sample(_CELLS, number):
        competes = role == "tuned" or (role in {"plain", "renewed"} and rng.random() < 0.2)
        competes = competes and not any(cell.candidates for cell in cells)
        cells.append(
            Cell(
                name=name,
                calls=1 if is_steady or competes else rng.choices((1, 2, 3), (60, 28, 12))[0],
                prompt_tokens=rng.randrange(150, 1800),
                output_tokens=round(math.exp(rng.uniform(math.log(30), math.log(900)))),
                output_sigma=0.0 if is_steady else round(rng.uniform(0.15, 0.4), 3),
                input_share=1.0 if not cells else round(rng.uniform(0.2, 1.0), 3),
                tool=rng.choice(_TOOLS) if not is_steady and rng.random() < 0.45 else "",
                candidates=rng.choice((3, 3, 4, 5)) if competes else 0,
                candidate_models=rng.choice(CANDIDATE_POOLS) if competes else (),
                reforge_share=rng.choice((0.0, 0.15, 0.35)) if competes else 0.0,
                has_evaluator=competes or (not is_steady and rng.random() < 0.2),
            )
        )
    return tuple(cells)


def _species(rng: Random, cascade_id: str, role: str, days: int) -> tuple[Species, ...]:
    starts = [0]
    if role == "renewed":
        starts.append(days - rng.randrange(2, 6))
    elif role not in _SINGLE_SPECIES:
        changes = rng.choices((0, 1, 2), (55, 30, 15))[0]
        starts += sorted(rng.sample(range(days // 5, max(days * 9 // 10, days // 5 + 2)), changes))
    sizes = [1.0] + [round(rng.uniform(0.8, 1.25), 3) for _ in starts[1:]]
    return tuple(
        Species(hash16("species", cascade_id, version), start, size)
        for version, (start, size) in enumerate(zip(starts, sizes, strict=True))
    )
