"""Where dbt finds the adapter's macros: it has none of its own, dbt-clickhouse's serve."""

from pathlib import Path

PACKAGE_PATH = str(Path(__file__).parent)
