"""``tokenhouse prices`` on a warehouse of its own."""

import pytest
from click.testing import CliRunner

from orchestration.cli.prices import prices
from orchestration.errors import BadInputError


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run ``tokenhouse prices`` and return its output."""
    monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TOKENHOUSE_TARGET", raising=False)

    def run(*arguments):
        arguments = [str(argument) for argument in arguments]
        return CliRunner().invoke(prices, arguments, catch_exceptions=False).output

    return run


def test_import_reports_and_show_finds_the_rows(run, write_json):
    output = run("import", write_json(), "--provider", "acme")
    assert "1 models new, 0 with a new price, 0 unchanged; 1 price rows written." in output
    header, row = run("show", "acme/NOVA-1").splitlines()
    assert header.split()[:2] == ["model", "provider"]
    assert " ".join(row.split()) == "nova-1 acme 1970-01-01 0 1 2 - - - - imported"


def test_show_lists_history_and_tiers_newest_last(run):
    lines = run("show", "openai/gpt-4o").splitlines()
    days = [line.split()[2] for line in lines if line.split()[1] == "openai"]
    assert days == ["1970-01-01", "2024-10-02"]
    sonnet = run("show", "claude-sonnet-4-5-20250929").splitlines()
    assert sonnet[1].split()[3:9] == ["0", "3", "15", "0.3", "3.75", "6"]
    assert sonnet[2].split()[3:9] == ["200000", "6", "22.5", "0.6", "7.5", "12"]


def test_show_of_an_unknown_model_says_what_to_do(run):
    with pytest.raises(BadInputError, match=r"No price for nix.*price_overrides\.csv"):
        run("show", "nix")


def test_out_writes_a_csv_like_the_seed(run, write_json, tmp_path):
    out = tmp_path / "out.csv"
    run("import", write_json(), "--model", "claude*", "--valid-from", "2026-02-01", "--out", out)
    header, base, tier = out.read_text(encoding="utf-8").splitlines()
    assert header.startswith("model,provider,valid_from,above_input_tokens,input_usd_per_million")
    assert base == "claude-sonnet-4-5,anthropic,2026-02-01,0,3,15,0.3,3.75,6,,false"
    assert tier == "claude-sonnet-4-5,anthropic,2026-02-01,200000,6,22.5,0.6,7.5,12,,false"
    assert not (tmp_path / "home").exists()


def test_out_to_a_place_that_cannot_be_written(run, write_json, tmp_path):
    with pytest.raises(BadInputError, match="cannot be written"):
        run("import", write_json(), "--out", tmp_path / "absent" / "out.csv")


def test_help_teaches():
    output = CliRunner().invoke(prices, ["import", "--help"]).output
    assert "holds from today (UTC)" in " ".join(output.split())
    assert "Examples:" in output
