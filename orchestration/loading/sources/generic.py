"""Anyone's logs under the conformed column names."""

from orchestration.loading.generic_columns import CALL_COLUMNS, RUN_COLUMNS, GenericColumn
from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys

__all__ = ["SOURCES"]


def _required(columns: tuple[GenericColumn, ...], none_of: frozenset[str] = keys()) -> Signature:
    groups: dict[str, list[str]] = {}
    for column in columns:
        if column.requirement:
            groups.setdefault(column.requirement, []).append(column.name)
    return Signature(one_of=tuple(keys(*names) for names in groups.values()), none_of=none_of)


SOURCES = (
    Source(
        name="generic_calls",
        entity="generic_calls",
        title="model calls under the conformed column names",
        run_keys=("run_id", "call_id"),
        signatures=(_required(CALL_COLUMNS),),
        formats=TABLE_FORMATS,
        columns=CALL_COLUMNS,
    ),
    Source(
        name="generic_runs",
        entity="generic_runs",
        title="runs under the conformed column names",
        run_keys=("run_id",),
        # The demo's fault labels name run, workflow and times, too, and are no logs.
        signatures=(_required(RUN_COLUMNS, none_of=keys("fault_id")),),
        formats=TABLE_FORMATS,
        columns=RUN_COLUMNS,
    ),
)
