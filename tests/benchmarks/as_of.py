"""A built warehouse as it was on an earlier day: what depends on the as-of date, computed again."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration import settings

__all__ = ["AsOf"]

_AS_OF = "int_as_of"


@dataclass
class AsOf:
    """The models between the as-of date and a mart, with the SQL that the last build compiled.

    Attributes
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    mart : str
        The mart that is wanted.
    """

    client: Any
    mart: str

    def __post_init__(self) -> None:
        folder = settings.home() / "dbt"
        manifest = json.loads((folder / "manifest.json").read_text())
        nodes = {
            key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"
        }
        names = {node["name"]: key for key, node in nodes.items()}
        parents = {
            key: {parent for parent in node["depends_on"]["nodes"] if parent in nodes}
            for key, node in nodes.items()
        }
        self.tables = [
            (
                f"{nodes[key]['schema']}.{nodes[key]['alias']}",
                (folder / "compiled" / "tokenhouse" / nodes[key]["original_file_path"]).read_text(),
            )
            for key in _between(parents, names[_AS_OF], names[self.mart])
            if nodes[key]["config"]["materialized"] != "view"
        ]
        self.database = nodes[names[_AS_OF]]["schema"]
        [self.last] = self.client.query(f"select * from {self.database}.{_AS_OF}").named_results()

    def move(self, day: date) -> None:
        """Make the warehouse stand at the end of a day."""
        self._stand(
            self.last
            | {
                "as_of_date": day,
                "last_complete_date": day,
                "last_event_at": f"{day} 23:59:59.999",
            }
        )

    def restore(self) -> None:
        """Make the warehouse stand where it stood."""
        self._stand(self.last)

    def _stand(self, row: dict[str, Any]) -> None:
        self._replace(
            f"{self.database}.{_AS_OF}",
            f"select toDate('{row['as_of_date']}') as as_of_date, "
            f"toDate('{row['last_complete_date']}') as last_complete_date, "
            f"toDate('{row['first_date']}') as first_date, "
            f"toNullable(toDateTime64('{row['last_event_at']}', 3, 'UTC')) as last_event_at",
        )
        for table, sql in self.tables:
            self._replace(table, sql)

    def _replace(self, table: str, sql: str) -> None:
        self.client.command(
            f"create or replace table {table} engine = MergeTree order by tuple() as {sql}"
        )


def _between(parents: dict[str, set[str]], first: str, last: str) -> list[str]:
    """Return what depends on the first and is needed for the last, in order."""
    wanted: list[str] = []
    seen: dict[str, bool] = {}

    def visit(key: str) -> bool:
        if key == first:
            return True
        if key not in seen:
            seen[key] = False
            # Every parent is visited, whether or not one before it depends on the first.
            depends = [visit(parent) for parent in sorted(parents[key])]
            seen[key] = any(depends)
            if seen[key]:
                wanted.append(key)
        return seen[key]

    visit(last)
    return wanted
