"""A small warehouse for the page: few rows, with names that are not harmless."""

import subprocess
import sys
from pathlib import Path

from orchestration import settings
from serving.page_blocks import fill_blocks
from serving.served import environment, mart_columns

HOSTILE = (
    "<img src=x onerror=\"document.title='hacked'\">",
    "=cmd|' /C calc'!A0",
    "</script><script>document.title='hacked'</script>",
    "\u202egnp.exe",
    "x" * 10_000,
)


# The last thirty complete days.
MAY = "between '2026-04-29' and '2026-05-28'"


def fill_page(home: Path, *, is_empty: bool = False) -> None:
    """Make the marts that the page reads, and publish them; in a process of its own."""
    subprocess.run(
        [sys.executable, "-c", f"from serving.page_warehouse import make; make({is_empty})"],
        env=environment(home) | {"PYTHONPATH": "tests/python"},
        cwd=settings.project_dir(),
        check=True,
    )


def cards(tab):
    """Return the figures that a page shows, by their labels."""
    return dict(
        zip(
            tab.locator(".cards dt").all_inner_texts(),
            tab.locator(".cards .value").all_inner_texts(),
            strict=True,
        )
    )


def block(tab, title):
    """Return a block."""
    return tab.locator("section", has=tab.get_by_role("heading", name=title, exact=True))


def cells_of(found):
    """Return the cells of a table, each as one line of text."""
    return [
        [" ".join(cell.split()) for cell in row.locator("td").all_inner_texts()]
        for row in found.locator("tbody tr").all()
    ]


def usd(value):
    """Return an amount as the page has it."""
    if value is None:
        return "unknown"
    sign = "\u2212" if float(value) < 0 else ""
    return f"{sign}${abs(float(value)):,.2f}"


def make(is_empty: bool) -> None:
    from orchestration.warehouse.client import connect
    from orchestration.warehouse.snapshots import publish

    with connect() as client:
        for database in ("marts", "reference"):
            client.command(f"create database {database}")
        for name, columns in mart_columns().items():
            listed = ", ".join(f"`{column}` {data_type}" for column, data_type in columns)
            client.command(f"create table marts.{name} ({listed}) engine = MergeTree order by ()")
        client.command(
            "alter table marts.mart_period_metrics comment column cost_usd 'US dollars, exact.'"
        )
        if not is_empty:
            _insert(client)
            fill_blocks(client, [*HOSTILE, "plain"])
    if settings.target() == "embedded":
        publish()


def _insert(client) -> None:
    names = [*HOSTILE, "plain"]
    workflow = "arrayElement({names:Array(String)}, number % 6 + 1)"
    # What runs are part of, what their checks found, and how their calls were judged.
    experiment = "if(number % 4 < 2, 'tone', '')"
    variant = "['a', 'b', '', 'b'][number % 4 + 1]"
    qa = "['passed', 'failed', '', 'not_run', ''][number % 5 + 1]"
    bound = {"names": names}
    client.command(
        "insert into marts.daily_costs (date, source, workflow_id, model, run_count, call_count, "
        "error_count, output_tokens, cost_usd) "
        "select toDate('2026-03-01') + number % 90, 'generic', "
        f"{workflow}, concat('model-', toString(number % 3)), 1, 2, number % 10 = 0, 100 + number,"
        " toDecimal128(number % 17, 12) / 7 from numbers(900)",
        parameters=bound,
    )
    client.command(
        "insert into marts.run_analytics (run_id, source, source_run_id, workflow_id, status, "
        "started_at, ended_at, primary_model, total_cost_usd, total_duration_ms, total_tokens, "
        "call_count, error_count, is_calibrated_anomaly, calibrated_anomaly_score, "
        "calibrated_anomaly_reason, experiment_name, variant, qa_status) select "
        "concat('run/', toString(number), ' ?&#'), 'generic', "
        f"toString(number), {workflow}, 'ok', at, at, concat('model-', toString(number % 3)), "
        "number % 17, 1000 * number, 100, 2, number % 10 = 0, number % 20 = 0, number % 20 = 0, "
        f"if(number % 20 = 0, {workflow}, ''), {experiment}, {variant}, {qa} from (select number, "
        "toDateTime64('2026-03-01 12:00:00', 3, 'UTC') + toIntervalDay(number % 90) as at "
        "from numbers(900))",
        parameters=bound,
    )
    client.command(
        "insert into marts.fct_calls (run_id, call_id, source, workflow_id, model, called_at, "
        "called_date, cost_usd, cost_source, logged_call_count, output_tokens, experiment_name, "
        "variant, training_method, is_widget, rating, is_success) "
        f"select concat('run/', toString(number), ' ?&#'), toString(call), 'generic', {workflow}, "
        "concat('model-', toString(number % 3)), at, toDate(at), if(call % 11 = 0, null, 1 + number"
        f" % 7), 'computed', 1 + call % 2, call, {experiment}, {variant}, "
        "['base', 'sft', 'dpo'][number % 3 + 1], number % 6 = 0, "
        "if(call % 3 = 0, null, 1 + call % 9 / 2), if(call % 4 = 0, null, call % 4 = 1) "
        "from (select every.number as call, every.number % 900 as number, toDateTime64("
        "'2026-03-01 12:00:00', 3, 'UTC') + toIntervalDay(every.number % 90) as at "
        "from numbers(1800) as every)",
        parameters=bound,
    )
    client.command(
        "insert into marts.mart_alerts (alert_id, rule_id, alert_type, severity, subject_type, "
        "run_id, workflow_id, message, is_active, first_seen_at) select toString(number), 'r', "
        "'cost_spike', ['warning', 'critical', 'info'][number % 3 + 1], 'run', "
        f"concat('run/', toString(number), ' ?&#'), {workflow}, {workflow}, number < 8, "
        "toDateTime64('2026-05-01 12:00:00', 3, 'UTC') from numbers(12)",
        parameters=bound,
    )
    client.command(
        "insert into marts.v_attention (place, kind, severity, subject, title, recommendation, "
        "item_id, since_date) select number + 1, 'insight', "
        "['warning', 'critical', 'info'][number % 3 + 1], "
        f"concat('workflow:', {workflow}), {workflow}, 'Look at it', toString(number), "
        "toDate('2026-05-01') from numbers(5)",
        parameters=bound,
    )
    client.command(
        "insert into marts.mart_regression_episodes (episode_id, workflow_id, metric, severity, "
        "main_cause, explanation, effect_pct, effect_low_pct, effect_high_pct, is_open, "
        f"started_date) select toString(number), {workflow}, 'cost', 'major', 'price', {workflow}, "
        "20 + number, 10, 90, 1, toDate('2026-05-01') from numbers(6)",
        parameters=bound,
    )
    client.command(
        "insert into marts.mart_cost_projections (unique_id, series_kind, last_date, "
        "next_30_days_usd, next_30_days_lo_80_usd, next_30_days_hi_80_usd) "
        "values ('total', 'total', '2026-05-28', 123.5, 100, 150)"
    )
    client.command(
        "insert into marts.mart_cost_forecasts (unique_id, series_kind, metric, forecast, lo_80, "
        "hi_80, date) select 'total', 'total', 'cost_usd', 4 + number % 3, 3, 8, "
        "toDate('2026-05-29') + number from numbers(30)"
    )
    client.command(
        "insert into marts.mart_source_loads (source, rejected_lines, last_loaded_at) "
        "values ('generic', 3, '2026-05-30 00:00:00')"
    )
