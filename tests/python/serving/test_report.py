"""The report, and the page before anything is loaded."""

import os
import re
import subprocess
import sys
from pathlib import Path

from orchestration import journal
from serving.page_warehouse import cards, fill_page
from serving.served import environment, serving


def test_an_empty_warehouse_says_what_to_do(tmp_path):
    html = {"Accept": "text/html"}
    with serving(tmp_path) as unbuilt:
        assert "Nothing to read yet" in unbuilt.http.get("/", headers=html).text
    fill_page(tmp_path, is_empty=True)
    with serving(tmp_path) as empty:
        assert "Nothing is loaded yet" in empty.http.get("/", headers=html).text


def test_the_report_opens_from_a_file_without_scripts(browser, page_server, page_home, tmp_path):
    file = tmp_path / "report.html"
    _report(page_home, "--output", str(file), "--days", "90")
    text = file.read_text()
    assert "<script src" not in text and "<link" not in text and 'type="module"' not in text
    assert not re.search(r"(?:src|href)=\"(?!#)", text), "it asks nothing of anybody"
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert len(asked) == 1
    shown = cards(page)
    other = context.new_page()
    other.goto(f"{page_server.url}/?days=90")
    assert shown == cards(other)
    assert page.locator("svg.chart .bar").count() == 90
    assert page.locator("main img").count() == 0
    context.close()


def test_the_report_is_printed_as_pdf(browser, page_server, page_home, tmp_path):
    """R063: every block is printed, nothing to click on is, no table is wider than the paper."""
    file = tmp_path / "report.html"
    _report(page_home, "--output", str(file), "--days", "30")
    context = browser.new_context(viewport={"width": 794, "height": 1123})
    page = context.new_page()
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    headings = page.locator("main section > header h2")
    assert headings.count() > 5
    assert all(heading.is_visible() for heading in headings.all())
    assert page.locator("button:visible, select:visible, input:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 794
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", printed)) > 1
    context.close()


def test_a_report_of_one_scope(page_server, page_home, tmp_path):
    file = tmp_path / "report.html"
    _report(page_home, "--output", str(file), "--scope", "model:model-1")
    text = file.read_text()
    ((cost,),) = page_server.rows(
        "select toFloat64(cost_usd) from mart_period_metrics "
        "where scope_id = 'model:model-1' and period_kind = 'last_30d'"
    )
    assert f"${cost:,.2f}" in text
    paths = sorted((page_home / "journal").glob("*.jsonl"))
    entry = journal.read(paths[-1])[0]
    assert (entry.asset, entry.facts["scope"]) == (["exports", "report"], "model:model-1")
    assert re.search(r"Only of model <bdi[^>]*>model-1</bdi>", text)
    for scope in ("model", "galaxy:far", ":x"):
        done = _report(page_home, "--output", str(file), "--scope", scope, check=False)
        assert done.returncode == 2
        assert "kinds are source, workflow, project" in done.stderr


def test_a_report_without_marts_is_one_sentence(tmp_path):
    done = _report(tmp_path, check=False)
    assert done.returncode == 1
    assert "There are no marts yet" in done.stderr


def _report(home, *arguments, check=True):
    command = [Path(sys.executable).with_name("tokenhouse"), "report", *arguments]
    return subprocess.run(
        command,
        env=environment(home) | {"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=check,
    )
