"""Drift of what predictions are made from, as a population stability index (PSI)."""

__all__ = ["drift_sql"]


def drift_sql(status: str) -> str:
    """Return the question how far recent inputs are distributed otherwise than earlier ones.

    The index is the sum of (p - q) ln(p / q) over bins, with the recent share p and the earlier one
    q of each. Sizes are binned by the fifths of the earlier ones, models by their name. Half a run
    is added to each bin, so that an empty one is finite.

    Parameters
    ----------
    status : str
        The column ``status``, made from ``psi``.
    """
    return f"""
        with
        features as (
            select arrayJoin(['all workflows', workflow_id]) as scope, input_size, primary_model,
                started_date > max(started_date) over () - {{drift_recent_days:UInt32}} as is_recent
            from {{predictions:Identifier}}.prediction_features
            where metric = 'cost' and started_date > (
                select max(started_date) from {{predictions:Identifier}}.prediction_features
            ) - {{drift_recent_days:UInt32}} - {{drift_before_days:UInt32}}
        ),
        edges as (
            select scope,
                quantilesExactIf(0.2, 0.4, 0.6, 0.8)(input_size, not is_recent) as edges,
                countIf(is_recent) as recent, countIf(not is_recent) as before
            from features
            group by scope
            having least(recent, before) >= {{drift_min_runs:UInt32}}
        ),
        binned as (
            select scope, recent, before, is_recent, pair.1 as input, pair.2 as bin
            from features
            join edges using (scope)
            array join [
                ('input size', toString(arrayCount(edge -> input_size > edge, edges))),
                ('model', primary_model)
            ] as pair
        ),
        bins as (
            select scope, input, bin, any(recent) as recent, any(before) as before,
                countIf(is_recent) as in_recent, countIf(not is_recent) as in_before,
                count() over (partition by scope, input) as bin_count
            from binned
            group by scope, input, bin
        ),
        shares as (
            select scope, input, recent, before,
                (in_recent + 0.5) / (recent + 0.5 * bin_count) as p,
                (in_before + 0.5) / (before + 0.5 * bin_count) as q
            from bins
        )
        select
            concat(scope, ': ', input) as subject,
            {status},
            round(sum((p - q) * log(p / q)), 4) as psi,
            any(recent) as recent_runs,
            any(before) as earlier_runs
        from shares
        group by scope, input
    """
