"""The documents' column names for what the worker computes."""

from typing import Any

RENAMED = {
    "session_id": "source_run_id",
    "cascade_id": "workflow_id",
    "species_hash_primary": "species_hash",
    "total_cost": "total_cost_usd",
    "total_tokens_in": "total_input_tokens",
    "total_tokens_out": "total_output_tokens",
    "message_count": "call_count",
    "cell_count": "step_count",
    "global_avg_cost": "global_avg_cost_usd",
    "global_avg_duration": "global_avg_duration_ms",
    "cluster_avg_cost": "cluster_avg_cost_usd",
    "cluster_avg_duration": "cluster_avg_duration_ms",
    "cluster_stddev_cost": "cluster_stddev_cost_usd",
    "cluster_stddev_duration": "cluster_stddev_duration_ms",
    "species_avg_cost": "species_avg_cost_usd",
    "species_avg_duration": "species_avg_duration_ms",
    "genus_avg_cost": "genus_avg_cost_usd",
    "cost_per_message": "cost_per_call_usd",
    "cost_per_token": "cost_per_token_usd",
    "cost_per_output_token": "cost_per_output_token_usd",
    "duration_per_message": "duration_per_call_ms",
    "tokens_per_message": "tokens_per_call",
    "vs_recent_avg_cost": "vs_recent_avg_cost_pct",
    "vs_recent_avg_duration": "vs_recent_avg_duration_pct",
    "winner_cost": "winner_cost_usd",
    "loser_avg_cost": "loser_avg_cost_usd",
    "parent_session_id": "parent_run_id",
    "child_session_count": "child_run_count",
    "child_total_cost": "child_total_cost_usd",
}

COLUMNS = """
    session_id cascade_id genus_hash created_at species_hash_primary input_complexity_score
    input_category input_fingerprint total_cost total_duration_ms total_tokens_in total_tokens_out
    message_count cell_count error_count candidate_count reforge_depth
    global_avg_cost global_avg_duration global_avg_tokens
    cluster_avg_cost cluster_avg_duration cluster_avg_tokens
    cluster_stddev_cost cluster_stddev_duration
    species_avg_cost species_avg_duration species_run_count
    cost_z_score duration_z_score tokens_z_score
    is_cost_outlier is_duration_outlier is_tokens_outlier is_error_outlier
    cost_per_message cost_per_output_token duration_per_message tokens_per_message
    models_used primary_model model_switches hour_of_day day_of_week is_weekend
    vs_recent_avg_cost vs_recent_avg_duration is_regression regression_severity
    evaluator_score winner_candidate_index winner_cost loser_avg_cost
    parent_session_id depth child_session_count child_total_cost caller_id origin
    analyzed_at analysis_version
    genus_avg_cost genus_run_count cost_per_token cluster_stddev_tokens
""".split()
"""Document B's columns (its predictions aside, which no worker computes), then A's and the spread of tokens."""


def in_our_words(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the documents' table under the worker's names."""
    named = {RENAMED.get(column, column): value for column, value in row.items()}
    parent = named["parent_run_id"]
    named["parent_run_id"] = parent and f"cascade:{parent}"
    return named
