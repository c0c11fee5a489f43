"""The ready dashboards: what they ask is answered, and their form is what the tools read."""

import io
import json
import re
import subprocess
import zipfile

import pytest
import yaml

from orchestration import settings
from orchestration.bundles.charts import CHARTS, sql
from orchestration.bundles.grafana import alert_rules, dashboard, grafana_bundle
from orchestration.bundles.marts import public_marts
from orchestration.bundles.superset import superset_bundle, superset_files
from serving.clients import grafana_types

DAYS = "(date >= '2026-03-01' and date <= '2026-06-30')"


def without_macros(text):
    """Return a query as the plugin sends it."""
    return re.sub(r"\$__dateFilter\(date\)", DAYS, text)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_every_chart_is_answered(page_server, chart):
    rows = page_server.rows(sql(chart, DAYS))
    assert rows, "the warehouse of the page has rows for each"
    if chart.kind == "table":
        assert len(rows[0]) == len(chart.columns)


def test_a_chart_shows_what_its_mart_has(page_server):
    chart = next(chart for chart in CHARTS if chart.name == "cost_per_day")
    shown = page_server.rows(sql(chart, DAYS))
    ((total,),) = page_server.rows(f"select toFloat64(sum(cost_usd)) from daily_costs where {DAYS}")
    assert sum(float(row[2]) for row in shown) == pytest.approx(total)
    (number,) = (chart for chart in CHARTS if chart.name == "failed_runs_30_days")
    ((failed, ended),) = page_server.rows(
        "select failed_run_count, finished_run_count from mart_period_metrics "
        "where scope_id = 'total' and period_kind = 'last_30d'"
    )
    assert page_server.rows(sql(number)) == [[pytest.approx(int(failed) / int(ended))]]


def test_grafana_asks_what_is_answered(page_server):
    asked = [target["rawSql"] for panel in dashboard()["panels"] for target in panel["targets"]]
    asked += [rule["data"][0]["model"]["rawSql"] for rule in alert_rules()["groups"][0]["rules"]]
    assert len(asked) == len(CHARTS) + 3
    for text in asked:
        assert page_server.ask(without_macros(text)).status_code == 200, text


def test_grafanas_dashboard_is_of_grafanas_types(tmp_path):
    """The compiler of TypeScript checks it against the types that Grafana publishes."""
    modules = grafana_types()
    source = tmp_path / "check.ts"
    source.write_text(
        "import type { Dashboard } from '@grafana/schema';\n"
        f"const made = {json.dumps(dashboard())} satisfies Dashboard;\nexport default made;\n"
    )
    (tmp_path / "node_modules").symlink_to(modules)
    command = [modules / ".bin" / "tsc", "--noEmit", "--strict", "--skipLibCheck"]
    command += ["--moduleResolution", "bundler", "--module", "esnext", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout[:2000]


def test_panels_do_not_overlap():
    taken = set()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert place["x"] + place["w"] <= 24
        taken |= cells


def test_supersets_files_belong_together():
    files = superset_files("bi.example.com", 8124)
    assert files["metadata.yaml"]["type"] == "Dashboard"
    database = files["databases/tokenhouse.yaml"]
    assert database["sqlalchemy_uri"] == "clickhousedb://default@bi.example.com:8124/marts"
    datasets = {
        content["uuid"]: content for name, content in files.items() if name.startswith("datasets/")
    }
    charts = {
        content["uuid"]: content for name, content in files.items() if name.startswith("charts/")
    }
    every = [*datasets, *charts, database["uuid"], files["dashboards/tokenhouse.yaml"]["uuid"]]
    assert len(every) == len(set(every))
    assert len(charts) == len(CHARTS) == 12
    for dataset in datasets.values():
        assert dataset["database_uuid"] == database["uuid"]
        assert dataset["description"]
        names = [metric["metric_name"] for metric in dataset["metrics"]]
        assert len(names) == len(set(names))
        columns = [column["column_name"] for column in dataset["columns"]]
        assert dataset["main_dttm_col"] in (None, *columns)
    for chart in charts.values():
        dataset = datasets[chart["dataset_uuid"]]
        known = {metric["metric_name"] for metric in dataset["metrics"]}
        params = chart["params"]
        asked = params.get("metrics", [])
        asked = [*asked, params["metric"]] if "metric" in params else asked
        assert set(asked) <= known
        columns = {column["column_name"] for column in dataset["columns"]}
        named = [*params.get("all_columns", []), *params.get("groupby", [])]
        assert set(named) <= columns
        assert params.get("x_axis", dataset["main_dttm_col"]) in (*columns, None)
    placed = files["dashboards/tokenhouse.yaml"]["position"]
    shown = {
        item["meta"]["uuid"]
        for item in placed.values()
        if isinstance(item, dict) and item["type"] == "CHART"
    }
    assert shown == set(charts)
    numbers = [
        item["meta"]["chartId"]
        for item in placed.values()
        if isinstance(item, dict) and item["type"] == "CHART"
    ]
    assert sorted(numbers) == list(range(1, 13)), "without one, Superset imports nothing"
    for name, item in placed.items():
        for child in item.get("children", []) if isinstance(item, dict) else []:
            assert child in placed, (name, child)


def test_supersets_metrics_are_answered(page_server):
    """Each metric of each dataset is an expression that its mart can answer."""
    for name, content in superset_files("h", 1).items():
        if name.startswith("datasets/"):
            formulas = ", ".join(metric["expression"] for metric in content["metrics"])
            answer = page_server.ask(f"select {formulas} from {content['table_name']}")
            assert answer.status_code == 200, (name, answer.text)


@pytest.mark.parametrize("made", [superset_bundle, grafana_bundle])
def test_a_bundle_is_the_same_each_time(made):
    first = made("127.0.0.1", 8123)
    assert first == made("127.0.0.1", 8123)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode()
            assert json.loads(text) if name.endswith(".json") else yaml.safe_load(text)


def test_the_filters_of_the_docs_are_of_the_marts():
    """docs/bi.md: each date and each filter is a column of its mart."""
    columns = {mart.name: {name for name, _, _ in mart.columns} for mart in public_marts()}
    lines = (settings.project_dir() / "docs" / "bi.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|")[1:4] for line in lines if line.startswith("| `")]
    assert len(rows) > 20
    for marts, dates, filters in rows:
        named = re.findall(r"\w+", dates)
        for place, mart in enumerate(re.findall(r"\w+", marts)):
            assert named[min(place, len(named) - 1)] in columns[mart]
            words = re.findall(r"is_\w+|\w+_kind|metric\b", filters)
            assert set(words) <= columns[mart], mart
