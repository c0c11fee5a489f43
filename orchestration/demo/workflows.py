"""The catalogue of workflows: structure and behaviour."""

import hashlib
from dataclasses import dataclass

__all__ = ["Cell", "Species", "Workflow", "hash16"]


@dataclass(frozen=True)
class Cell:
    """One step of a workflow.

    Attributes
    ----------
    name : str
        The cell's name.
    calls : int
        Model calls that a usual run makes here.
    prompt_tokens : int
        Size of the fixed part of the prompt.
    output_tokens : int
        Median answer.
    output_sigma : float
        Standard deviation of the answer's logarithm; 0 if it is constant.
    input_share : float
        Part of the run's input that the cell reads.
    tool : str
        The tool called between model calls; empty for none.
    candidates : int
        Competing answers per run; 0 for none.
    candidate_models : tuple of str
        The models that compete.
    reforge_share : float
        Share of runs that improve the winning answer.
    has_evaluator : bool
        Whether an evaluator scores the answer.
    child : str
        The workflow that the cell starts as a sub-run; empty for none.
    """

    name: str
    calls: int
    prompt_tokens: int
    output_tokens: int
    output_sigma: float
    input_share: float
    tool: str = ""
    candidates: int = 0
    candidate_models: tuple[str, ...] = ()
    reforge_share: float = 0.0
    has_evaluator: bool = False
    child: str = ""


@dataclass(frozen=True)
class Species:
    """A prompt template and config.

    Attributes
    ----------
    species_hash : str
        Its identity.
    from_day : int
        Day of the window from which it is in use.
    size : float
        Its tokens as a share of the first version's.
    """

    species_hash: str
    from_day: int
    size: float


@dataclass(frozen=True)
class Workflow:
    """One workflow and its behaviour.

    Attributes
    ----------
    cascade_id, genus_hash, role : str
        Name, hash of the structure, role in the demo.
    cells : tuple of Cell
        In the order they run.
    species : tuple of Species
        In the order they came into use.
    runs_per_day : float
        Mean over the window.
    weekend_share : float
        Weekend traffic as a share of a weekday's.
    input_median, input_sigma : float
        Log-normal size of the input, in characters.
    shape : str
        Structure of the input, as :mod:`orchestration.demo.inputs` knows it.
    primary_model, fallback_model : str
        Its model, and the one used when that is busy.
    fallback_share : float
        Share of runs on the fallback.
    reported_share : float
        Share of calls whose cost the provider reports.
    error_share : float
        Share of runs with a failing call.
    origin : str
        Where most of its runs come from.
    """

    cascade_id: str
    genus_hash: str
    role: str
    cells: tuple[Cell, ...]
    species: tuple[Species, ...]
    runs_per_day: float
    weekend_share: float
    input_median: float
    input_sigma: float
    shape: str
    primary_model: str
    fallback_model: str
    fallback_share: float
    reported_share: float
    error_share: float
    origin: str

    @property
    def is_steady(self) -> bool:
        """Whether every run has the same cost."""
        return self.input_sigma == 0

    def species_on(self, day: int) -> Species:
        """Return the species in use on a day of the window (0 is the first)."""
        return [species for species in self.species if species.from_day <= day][-1]


def hash16(*parts: object) -> str:
    """Return 16 hex digits that identify the parts.

    Parameters
    ----------
    *parts : object
        Whatever makes up the identity, in a fixed order.

    Returns
    -------
    str
        The same for the same parts.
    """
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]
