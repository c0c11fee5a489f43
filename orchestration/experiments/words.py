"""A plan in words."""

from orchestration.experiments.plan import Plan

__all__ = ["in_words"]


def in_words(made: Plan) -> str:
    """Return a plan as people read it.

    Parameters
    ----------
    made : Plan
        The plan.
    """
    total = made.units * made.variants
    if made.days is None:
        time = f"No new {made.unit}s came lately, so nobody can say how long that takes."
    else:
        time = f"At the pace of the last {made.seen_days} days that takes {made.days:,} days."
    lines = [
        f"{made.metric} is {_value(made, made.value)} now, over {made.seen_units:,} {made.unit}s "
        f"in {made.seen_days} days.",
        f"To find {_effect(made, made.min_effect)} with a power of 80% at 5%, {made.units:,} "
        f"{made.unit}s of each variant are needed, {total:,} in all.",
        time,
    ]
    lines += [
        f"In {days} days {_effect(made, effect)} would be found."
        for days, effect in made.detectable.items()
    ]
    return "\n".join(lines)


def _value(made: Plan, value: float) -> str:
    if made.kind == "share":
        return f"{value:.1%}"
    return f"{value:,.4g}"


def _effect(made: Plan, effect: float) -> str:
    if made.kind == "share":
        return f"{effect * 100:.1f} points"
    if made.kind == "mean":
        return f"{effect:.2f} stars"
    return f"{effect:.0%}"
