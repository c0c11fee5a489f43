"""Competing prompts, with phrases that help, harm or have no effect."""

from random import Random

__all__ = ["PHRASES", "compose_prompt"]

PHRASES = (
    ("Think step by step before you answer.", 0.10),
    ("Always cite the source of a claim.", 0.08),
    ("Answer in plain words.", 0.0),
    ("Guess when you are not sure.", -0.06),
)
"""A phrase and what it adds to the evaluator's score of an answer."""

_PHRASE_SHARE = 0.35
_REVISIONS = (
    "Keep the wording of the input.",
    "Name every field that is missing.",
    "Check the numbers twice.",
)


def compose_prompt(rng: Random, cascade_id: str, cell: str, generation: int) -> tuple[str, float]:
    """Write one candidate's prompt.

    Parameters
    ----------
    rng : Random
        Decides which phrases are in it.
    cascade_id, cell : str
        What the prompt is for.
    generation : int
        0 for a base prompt; a mutation carries one revision per generation.

    Returns
    -------
    tuple of str and float
        The text, and what its phrases add to the score.
    """
    task = cascade_id.replace("_", " the ")
    lines = [f"You {task} for the {cell} stage.", "Return one JSON object with the result."]
    effect = 0.0
    for phrase, gain in PHRASES:
        if rng.random() < _PHRASE_SHARE:
            lines.append(phrase)
            effect += gain
    lines += _REVISIONS[:generation]
    lines.append("Input: {{ input }}")
    return "\n".join(lines), effect
