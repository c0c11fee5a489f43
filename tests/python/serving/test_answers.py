"""Answers that are kept: the newest in use, never more than fit, and never of another build."""

import subprocess
import sys
import time

from orchestration.serving.answers import Answers
from serving.page_warehouse import fill_page
from serving.served import environment, serving


def test_what_was_used_last_is_kept():
    answers = Answers(10)
    answers.keep("a", b"1234")
    answers.keep("b", b"1234")
    assert answers.get("a") == b"1234"
    answers.keep("c", b"123")
    assert (answers.get("a"), answers.get("b"), answers.get("c")) == (b"1234", None, b"123")
    answers.keep("a", b"1234567")
    assert (answers.get("a"), answers.get("c")) == (b"1234567", b"123")
    answers.keep("d", b"x" * 11)
    assert answers.get("d") is None
    assert answers.get("a") == b"1234567"


def test_a_newer_build_has_answers_of_its_own(tmp_path):
    fill_page(tmp_path)
    with serving(tmp_path) as server:
        path, key = "/api/analytics/model-comparison", "models"
        first = server.http.get(path).json()["data"][key]
        assert first == server.http.get(path).json()["data"][key] != []
        program = (
            "from orchestration.warehouse.client import connect\n"
            "from orchestration.warehouse.snapshots import publish\n"
            "with connect() as client:\n"
            "    client.command('truncate table marts.mart_period_metrics')\n"
            "publish()"
        )
        subprocess.run([sys.executable, "-c", program], env=environment(tmp_path), check=True)
        for _ in range(100):
            if not server.http.get(path).json()["data"][key]:
                return
            time.sleep(0.1)
        raise AssertionError("the answers of the build before are shown")
