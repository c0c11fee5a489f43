"""Bills in the FinOps Open Cost and Usage Specification, as CSV."""

from datetime import date
from typing import Any

from orchestration import settings
from orchestration.exporting.cells import without_formulas
from orchestration.exporting.series import Export, Series

__all__ = ["focus"]

# As the specification writes moments.
_MOMENT = "%Y-%m-%dT%H:%i:%SZ"
_MOMENTS = ("BillingPeriodEnd", "BillingPeriodStart", "ChargePeriodEnd", "ChargePeriodStart")
_FIRST, _LAST = date(1970, 1, 1), date(2149, 6, 6)


def focus(client: Any, series: Series, *, formulas: bool = False) -> Export:
    """Return the charges of some days.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    series : Series
        Its days; by default all.
    formulas : bool
        Whether texts that a spreadsheet would run as formulas stay as they are.
    """
    source = (
        f"from `{settings.database('marts')}`.focus_cost_and_usage as charges "
        "where toDate(charges.ChargePeriodStart) between {start:Date} and {end:Date}"
    )
    parameters = {"start": str(series.start or _FIRST), "end": str(series.end or _LAST)}
    moments = ", ".join(
        f"formatDateTime(charges.{name}, '{_MOMENT}') as {name}" for name in _MOMENTS
    )
    content = client.raw_query(
        f"select charges.* replace ({moments}) {source} order by all",
        parameters=parameters,
        settings={"format_csv_null_representation": ""},
        fmt="CSVWithNames",
    )
    [(rows,)] = client.query(f"select count() {source}", parameters=parameters).result_rows
    return Export(content if formulas else without_formulas(content), rows)
