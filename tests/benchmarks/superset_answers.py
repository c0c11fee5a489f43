"""Ask Superset for the data of every chart that it has; runs in Superset's environment.

Usage: python superset_answers.py; prints a JSON object: chart, then its rows.
"""

import json
import sys

from superset.app import create_app

TABLE_ROWS = 100


def main() -> None:
    """Print the rows of each chart."""
    application = create_app()
    with application.app_context():
        from flask import g
        from superset import db, security_manager
        from superset.models.slice import Slice

        g.user = security_manager.find_user("admin")
        found = {one.slice_name: rows(one) for one in db.session.query(Slice).all()}
    json.dump(found, sys.stdout, default=str)


def rows(chart) -> list:
    """Return the rows of a chart, asked as Superset's page asks for them."""
    from superset.charts.schemas import ChartDataQueryContextSchema
    from superset.commands.chart.data.get_data_command import ChartDataCommand

    context = ChartDataQueryContextSchema().load(
        {
            "datasource": {"id": chart.datasource_id, "type": "table"},
            "queries": [query(json.loads(chart.params))],
            "result_format": "json",
            "result_type": "full",
        }
    )
    command = ChartDataCommand(context)
    command.validate()
    (answer,) = command.run()["queries"]
    if answer["error"]:
        raise SystemExit(f"{chart.slice_name}: {answer['error']}")
    return answer["data"]


def query(params: dict) -> dict:
    """Return a query of a chart's parameters."""
    asked = {
        "filters": [],
        "extras": {"where": " and ".join(one["sqlExpression"] for one in params["adhoc_filters"])},
    }
    if params["viz_type"] == "table":
        return asked | {"columns": params["all_columns"], "row_limit": TABLE_ROWS}
    if params["viz_type"] == "big_number_total":
        return asked | {"metrics": [params["metric"]]}
    day = {
        "columnType": "BASE_AXIS",
        "expressionType": "SQL",
        "label": params["x_axis"],
        "sqlExpression": params["x_axis"],
        "timeGrain": params["time_grain_sqla"],
    }
    return asked | {
        "columns": [day, *params["groupby"]],
        "metrics": params["metrics"],
        "row_limit": params["row_limit"],
    }


if __name__ == "__main__":
    main()
