"""Queries of the summary on the marts."""

from typing import Any

from orchestration import settings
from orchestration.reporting.tables import Table, short, usd

__all__ = ["Marts"]

_TOP = 5


class Marts:
    """One method per query.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    """

    def __init__(self, client: Any):
        self._client = client
        self._marts = settings.database("marts")

    def totals(self) -> dict[str, Any]:
        """Count calls, tokens and money over all calls."""
        return self._rows(
            """
            select
                sum(logged_call_count) as calls,
                uniqExact(run_id) as runs,
                uniqExact(workflow_id) as workflows,
                ifNull(sum(input_tokens), 0) as input_tokens,
                ifNull(sum(output_tokens), 0) as output_tokens,
                sum(ifNull(cost_usd, 0)) as cost_usd,
                sumIf(logged_call_count, cost_source = 'reported') as reported,
                sumIf(logged_call_count, cost_source = 'computed') as computed,
                toString(min(called_date)) as first_date,
                toString(max(called_date)) as last_date
            from {marts}.fct_calls
            """
        )[0]

    def costs_by(self, column: str, title: str = "") -> Table:
        """Sum costs by source, model or workflow, the most expensive first."""
        rows = self._rows(
            f"""
            select
                toString({column}) as name,
                sum(logged_call_count) as calls,
                uniqExact(run_id) as runs,
                sum(ifNull(cost_usd, 0)) as cost_usd,
                cost_usd / nullIf(sum(cost_usd) over (), 0) as share
            from {{marts}}.fct_calls
            group by name
            order by cost_usd desc, name
            limit {_TOP}
            """
        )
        largest = max((row["cost_usd"] for row in rows), default=0)
        name = title or column
        return Table(
            f"Cost by {name}",
            (name, ">runs", ">calls", ">cost, USD", ">share"),
            [
                (
                    short(row["name"]),
                    f"{row['runs']:,}",
                    f"{row['calls']:,}",
                    usd(row["cost_usd"], largest),
                    f"{row['share'] or 0:.1%}",
                )
                for row in rows
            ],
        )

    def unpriced_models(self) -> Table:
        """List the models without a price, whose calls have no cost because of it."""
        rows = self._rows(
            f"""
            select provider, model, unpriced_call_count, input_tokens, output_tokens
            from {{marts}}.mart_unmapped_models
            where unpriced_call_count > 0
            order by input_tokens + output_tokens desc, model
            limit {_TOP}
            """
        )
        return Table(
            "Models without a price",
            ("model", "provider", ">calls", ">input tokens", ">output tokens"),
            [
                (
                    row["model"],
                    row["provider"],
                    f"{row['unpriced_call_count']:,}",
                    f"{row['input_tokens']:,}",
                    f"{row['output_tokens']:,}",
                )
                for row in rows
            ],
        )

    def outliers(self) -> Table:
        """List the cost outliers with the most money above what comparable runs cost."""
        rows = self._rows(
            f"""
            select
                source_run_id,
                workflow_id,
                total_cost_usd,
                toFloat64(total_cost_usd) - cluster_avg_cost_usd as excess_usd,
                documents_cost_explanation
            from {{marts}}.run_analytics
            where is_documents_cost_outlier and excess_usd > 0
            order by excess_usd desc, run_id
            limit {_TOP}
            """
        )
        largest = max((row["total_cost_usd"] for row in rows), default=0)
        return Table(
            "Runs that cost most above comparable runs",
            ("run", "workflow", ">cost, USD", ">above, USD", "why"),
            [
                (
                    short(row["source_run_id"]),
                    short(row["workflow_id"]),
                    usd(row["total_cost_usd"], largest),
                    usd(row["excess_usd"], largest),
                    row["documents_cost_explanation"],
                )
                for row in rows
            ],
        )

    def injected_faults(self) -> Table:
        """Count the runs affected by a demo's faults, and how many of them each rule flags.

        A lasting fault is found by a regression: document B's flag on the run, or a confirmed
        episode of its species that the run falls into.
        """
        rows = self._rows(
            f"""
            with regressed_runs as (
                select distinct runs.run_id as run_id, episodes.metric as metric
                from {{marts}}.run_analytics as runs
                inner join {{marts}}.mart_regression_episodes as episodes
                    on runs.species_hash = episodes.species_hash
                where toDate(runs.ended_at) >= episodes.confirmed_date
                    and toDate(runs.ended_at) <= ifNull(episodes.ended_date, toDate(runs.ended_at))
            )
            select
                labels.fault_kind as fault_kind,
                labels.expected_signal as expected_signal,
                count() as runs,
                countIf(
                    multiIf(
                        labels.expected_signal = 'cost_outlier', runs.is_documents_cost_outlier,
                        labels.expected_signal = 'duration_outlier',
                            runs.is_documents_duration_outlier,
                        labels.expected_signal = 'error_outlier', runs.is_documents_error_outlier,
                        runs.is_documents_regression
                    )
                ) as documents_runs,
                countIf(
                    multiIf(
                        labels.expected_signal = 'cost_outlier', runs.is_calibrated_cost_anomaly,
                        labels.expected_signal = 'duration_outlier',
                            runs.is_calibrated_duration_anomaly,
                        labels.expected_signal = 'error_outlier', runs.is_calibrated_error_anomaly,
                        (runs.run_id, replaceOne(labels.expected_signal, '_regression', ''))
                        in (select run_id, metric from regressed_runs)
                    )
                ) as calibrated_runs
            from `{settings.database("demo")}`.fault_labels as labels
            inner join {{marts}}.run_analytics as runs
                on labels.run_id = runs.source_run_id
            where labels.expected_signal != 'none'
            group by fault_kind, expected_signal
            order by fault_kind, expected_signal
            """
        )
        return Table(
            "Injected faults of the demo: runs affected, and runs flagged",
            ("fault", "expected", ">runs", ">documents' rule", ">calibrated"),
            [
                (
                    row["fault_kind"],
                    row["expected_signal"],
                    f"{row['runs']:,}",
                    f"{row['documents_runs']:,}",
                    f"{row['calibrated_runs']:,}",
                )
                for row in rows
            ],
        )

    def alerts(self) -> dict[str, int]:
        """Count the active alerts by severity."""
        rows = self._rows(
            "select severity, count() as number from {marts}.mart_alerts where is_active "
            "group by severity"
        )
        return {row["severity"]: row["number"] for row in rows}

    def anomalies(self) -> dict[str, int]:
        """Count the anomalous runs by the documents' rule and by the calibrated one."""
        [row] = self._rows(
            """
            select
                countIf(is_calibrated_anomaly) as calibrated,
                countIf(
                    is_documents_cost_outlier or is_documents_duration_outlier
                    or is_documents_error_outlier
                ) as documents
            from {marts}.run_analytics
            """
        )
        return row

    def projection(self) -> dict[str, Any] | None:
        """Return the projected cost of the next 30 days; None before the first complete day."""
        rows = self._rows(
            """
            select
                ifNull(next_30_days_usd, projected_monthly_usd) as usd,
                next_30_days_lo_80_usd as lo_80_usd,
                next_30_days_hi_80_usd as hi_80_usd,
                fallback = 'no_forecast' as is_mean,
                trend
            from {marts}.mart_cost_projections
            where series_kind = 'total'
            """
        )
        return rows[0] if rows else None

    def attention(self) -> Table:
        """List what needs somebody, one thing per cause."""
        rows = self._rows(
            "select severity, title, usd, toString(since_date) as since, recommendation "
            "from {marts}.v_attention order by place"
        )
        largest = max((row["usd"] or 0 for row in rows), default=0)
        return Table(
            "What needs you",
            ("severity", "what", ">USD", "since", "do"),
            [
                (
                    row["severity"],
                    short(row["title"]),
                    "" if row["usd"] is None else usd(row["usd"], largest),
                    row["since"],
                    row["recommendation"],
                )
                for row in rows
            ],
        )

    def budgets(self) -> Table:
        """List the current budgets, those that are over or will be first."""
        rows = self._rows(
            """
            select
                budget_id, scope_id, period_kind, spent_usd, amount_usd, progress_pct, risk,
                expected_end_usd, toString(breach_date) as over_on
            from {marts}.mart_budgets
            where is_current and amount_usd is not null
            order by indexOf(['breached', 'likely', 'possible', 'unlikely', 'unknown'], risk),
                progress_share desc, budget_id
            """
        )
        largest = max((row["amount_usd"] for row in rows), default=0)
        return Table(
            "Budgets",
            ("budget", "of", "per", ">spent, USD", ">of, USD", ">%", ">expected, USD", "over on"),
            [
                (
                    short(row["budget_id"]),
                    short(row["scope_id"]),
                    row["period_kind"],
                    usd(row["spent_usd"], largest),
                    usd(row["amount_usd"], largest),
                    f"{row['progress_pct']}",
                    ""
                    if row["expected_end_usd"] is None
                    else usd(row["expected_end_usd"], largest),
                    row["over_on"] or "",
                )
                for row in rows
            ],
        )

    def cost_changes(self) -> Table:
        """List what changed the cost most, in the last seven days against those before."""
        rows = self._rows(
            f"""
            select workflow_id, model, current_cost_usd, change_usd, explanation
            from {{marts}}.mart_cost_changes
            where scope_kind = 'total' and period_kind = 'last_7d' and previous_start_date >= (
                select min(date) from {{marts}}.mart_daily_metrics
            )
            order by rank
            limit {_TOP}
            """
        )
        largest = max((row["current_cost_usd"] for row in rows), default=0)
        return Table(
            "What changed the cost of the last 7 days",
            ("workflow", "model", ">cost, USD", "change"),
            [
                (
                    short(row["workflow_id"]),
                    short(row["model"]),
                    usd(row["current_cost_usd"], largest),
                    row["explanation"],
                )
                for row in rows
            ],
        )

    def open_episodes(self) -> Table:
        """List the open regressions, the largest first."""
        rows = self._rows(
            f"""
            select workflow_id, metric, severity, effect_pct, toString(started_date) as since,
                main_cause
            from {{marts}}.mart_regression_episodes
            where is_open
            order by abs(effect_pct) desc, episode_id
            limit {_TOP}
            """
        )
        return Table(
            "Open regressions",
            ("workflow", "metric", "severity", ">change", "since", "main cause"),
            [
                (
                    short(row["workflow_id"]),
                    row["metric"],
                    row["severity"],
                    f"{row['effect_pct']:+.0f}%",
                    row["since"],
                    row["main_cause"].replace("_", " "),
                )
                for row in rows
            ],
        )

    def rejected_lines(self) -> Table:
        """Count the rejected lines by source."""
        rows = self._rows(
            """
            select source, sum(rejected_lines) as lines
            from {marts}.mart_source_loads
            group by source
            having lines > 0
            order by source
            """
        )
        return Table(
            "Rejected lines",
            ("source", ">lines"),
            [(row["source"], f"{row['lines']:,}") for row in rows],
        )

    def uncounted_records(self) -> Table:
        """Say what was loaded and holds no call that is known."""
        rows = self._rows(
            f"""
            select finding, example
            from {{marts}}.mart_uncounted_records
            where record_kind = 'run' or hinting_count > 0
            order by hinting_count desc, record_count desc, finding
            limit {_TOP}
            """
        )
        return Table(
            "Loaded, and counted nowhere",
            ("what", "for example"),
            [(row["finding"], short(row["example"])) for row in rows],
        )

    def _rows(self, sql: str) -> list[dict[str, Any]]:
        result = self._client.query(sql.replace("{marts}", f"`{self._marts}`"))
        return [dict(zip(result.column_names, row, strict=True)) for row in result.result_rows]
