"""``tokenhouse prices`` on a warehouse of its own."""

import pytest
from click.testing import CliRunner

from orchestration import journal
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
    assert "1 models new, 0 with a new price" in output
    assert "1 price rows written." in output
    header, row, _, match = run("show", "acme/NOVA-1").splitlines()
    assert header.split()[:2] == ["model", "provider"]
    assert " ".join(row.split()) == "nova-1 acme - - standard 0 1 2 - - - - - imported"
    assert match == "acme/NOVA-1 is matched: exact."
    [entry] = [entry for path in journal.folder().iterdir() for entry in journal.read(path)]
    assert (entry.asset, entry.by) == (["raw", "price_imports"], "tokenhouse prices import")
    assert (entry.facts["rows_written"], entry.facts["models_new"]) == (1, 1)


def test_an_import_of_what_is_known_is_no_event(run, write_json):
    for _ in range(2):
        run("import", write_json(), "--provider", "acme")
    assert len(list(journal.folder().iterdir())) == 1


def test_import_says_what_changed(run, write_json):
    entry = {
        "litellm_provider": "openai",
        "input_cost_per_token": 3e-06,
        "output_cost_per_token": 1e-05,
        "cache_read_input_token_cost": 1.25e-06,
    }
    output = run("import", write_json({"gpt-4o": entry}))
    assert "openai/gpt-4o: input 2.5 -> 3" in output.splitlines()[0]
    assert "0 models new, 1 with a new price" in output


def test_show_lists_tiers_and_history(run):
    lines = [line.split() for line in run("show", "gpt-5.6-luna", "--tier", "flex").splitlines()]
    assert [line[2:7] for line in lines[1:7]] == [
        ["-", "2026-07-29", "flex", "0", "0.5"],
        ["-", "2026-07-29", "flex", "272000", "1"],
        ["-", "2026-07-29", "flex", "922000", "0.5"],
        ["-", "-", "flex", "0", "0.1"],
        ["-", "-", "flex", "272000", "0.2"],
        ["-", "-", "flex", "922000", "0.1"],
    ]


def test_show_asks_for_one_seller(run):
    output = run("show", "gpt-4o", "--provider", "azure")
    assert "gpt-4o  azure" in output
    assert "openai" in output.splitlines()[-1]


def test_show_of_an_unknown_model_says_what_to_do(run):
    with pytest.raises(BadInputError, match=r"No price for nix.*price_overrides\.csv"):
        run("show", "nix")


def test_into_writes_a_csv_like_the_seed(run, write_json, tmp_path):
    out = tmp_path / "out.csv"
    run("import", write_json(), "--model", "claude*", "--valid-from", "2026-02-01", "--into", out)
    header, base, tier = out.read_text(encoding="utf-8").splitlines()
    assert header.startswith("model,provider,valid_from,valid_to,service_tier,above_input_tokens,")
    period = "claude-sonnet-4-5,anthropic,2026-02-01,,standard"
    assert base == f"{period},0,3,15,0.3,3.75,6,,{{}},{{}},false"
    assert tier == f"{period},200000,6,22.5,0.6,7.5,12,,{{}},{{}},false"
    assert not (tmp_path / "home").exists()


def test_into_a_place_that_cannot_be_written(run, write_json, tmp_path):
    with pytest.raises(BadInputError, match="cannot be written"):
        run("import", write_json(), "--into", tmp_path / "absent" / "out.csv")


def test_help_teaches():
    output = CliRunner().invoke(prices, ["import", "--help"]).output
    assert "holds from today (UTC)" in " ".join(output.split())
    assert "Examples:" in output
