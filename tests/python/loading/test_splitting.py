"""However lines are split over files, in any order, the same records are there."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.loading import load
from orchestration.warehouse.client import connect

LINES = [json.dumps({"sessionId": f"s{n % 3}", "type": "user", "n": n}) for n in range(8)]


@st.composite
def splits(draw):
    """Draw files, each a list of lines, that hold every line at least once."""
    files = draw(st.lists(st.lists(st.sampled_from(LINES), min_size=1), max_size=4))
    missing = [line for line in LINES if not any(line in file for file in files)]
    return draw(st.permutations([*files, *([missing] if missing else [])]))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(files=splits(), in_one_load=st.booleans())
def test_any_split_gives_the_same_records(files, in_one_load):
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOKENHOUSE_HOME", f"{folder}/home")
        paths = [Path(folder, f"{number}.jsonl") for number in range(len(files))]
        for path, lines in zip(paths, files, strict=True):
            path.write_text("\n".join(lines))

        for batch in [paths] if in_one_load else [[path] for path in paths]:
            load(batch)

        with connect() as client:
            rows = client.query(
                "select distinct record from raw.claude_code_lines where _load_id in "
                "(select load_id from raw.loads final where status = 'loaded')"
            ).result_rows
    assert sorted(record for (record,) in rows) == sorted(LINES)
