"""Statements of the tests: a line each in two files, in which ⏎ stands for the end of a line."""

from pathlib import Path

from serving.served import mart_columns

HERE = Path(__file__).parent

PER_MART = (
    "select * from marts.{mart} limit 0",
    "select * from `marts`.`{mart}` limit 3",
    "select count() from {mart}",
    "describe table marts.{mart}",
    "show create table marts.{mart}",
    "select name, type, comment from system.columns where database = 'marts' and table = '{mart}'",
)


def _lines(name):
    lines = (HERE / name).read_text().splitlines()
    return [line.replace("⏎", "\n") for line in lines if not line.startswith("## ")]


REFUSED = _lines("statements_refused.txt")
ANSWERED = _lines("statements_answered.txt") + [
    statement.format(mart=mart) for mart in mart_columns() for statement in PER_MART
]
