"""What is refused and what is answered, over HTTP on the real server."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.serving.names import TABLE_FUNCTIONS, is_allowed_function, refused_functions
from serving.statements_answered import ANSWERED
from serving.statements_refused import REFUSED

REFUSING = (400, 403, 404)


def test_there_are_enough_statements():
    assert len(set(REFUSED)) >= 150
    assert len(set(ANSWERED)) >= 300


def test_hostile_statements_are_refused(served):
    answered = []
    for statement in REFUSED:
        answer = served.ask(statement)
        if answer.status_code not in REFUSING:
            answered.append(f"{answer.status_code} {statement}")
    assert not answered
    assert not Path("/tmp/tokenhouse_refused").exists()


def test_legitimate_statements_are_answered(served):
    refused = []
    for statement in ANSWERED:
        answer = served.ask(statement)
        if answer.status_code != 200:
            refused.append(f"{statement[:200]}\n    {answer.text[:300]}")
    assert not refused, "\n".join(refused)
