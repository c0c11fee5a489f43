"""Every figure of a mart is the same formula over the rows that a filter leaves of a fact."""

import pytest

# What of the facts a metric is made of, over the rows that a filter leaves.
FORMULAS = {
    "fct_calls": {
        # A call without a known price adds nothing; the marts count it as unpriced.
        "cost_usd": "sum(coalesce(cost_usd, 0))",
        "call_count": "sum(logged_call_count)",
        "error_share": "countIf(is_error) / count()",
        "cost_per_message_usd": "toFloat64(sum(coalesce(cost_usd, 0))) / count()",
        "avg_latency_ms": "avg(duration_ms)",
        "p95_latency_ms": "quantileExactInclusive(0.95)(toNullable(duration_ms))",
        "sla_breach_share": "countIf(is_sla_breach) / count(duration_ms)",
    },
    "fct_evaluations": {
        "success_share": "avgIf(score, evaluation_kind = 'success')",
        "avg_rating": "avgIf(1 + 4 * score, evaluation_kind = 'rating')",
    },
}
FILTERS = {
    "model": "model",
    "provider": "provider",
    "training_method": "training_method",
    "user": "user_id",
    "workflow": "workflow_id",
    "channel": "origin",
}


@pytest.mark.parametrize("fact", FORMULAS)
@pytest.mark.parametrize("scope", FILTERS)
def test_filters_change_no_formula_r103(talks, fact, scope):
    """R103: the same formula over what is left of a fact is the mart's figure, for every filter."""
    formulas = FORMULAS[fact]
    metrics = ", ".join(f"{sql} as filtered_{name}" for name, sql in formulas.items())
    filtered = {
        row["scope"]: row
        for row in talks.rows(
            f"select {FILTERS[scope]} as scope, {metrics} from marts.{fact} group by scope"
        )
    }
    marts = talks.rows(
        f"select scope_key, {', '.join(formulas)} from marts.mart_period_metrics "
        f"where scope_kind = '{scope}' and period_kind = 'all'"
    )
    seen = 0
    for row in marts:
        for name in formulas:
            if row[name] is not None and row["scope_key"] in filtered:
                found = float(filtered[row["scope_key"]][f"filtered_{name}"])
                assert found == pytest.approx(float(row[name])), (row["scope_key"], name)
                seen += 1
    assert seen >= len(formulas)
