"""Fingerprint of a build's inputs: the project, the target and the data that staging shows."""

import hashlib
import json
from typing import Any

from orchestration import settings
from orchestration.transformation.dbt import project_digest, shared_code_digest
from orchestration.transformation.options import FROM_FORECASTS, BuildOptions

__all__ = ["data_state", "fingerprint", "shared_code"]

_FORECASTS = "ml.forecast_choices"

# What staging reads, per table: the ledger decides which log rows are visible. A load in progress
# has no visible rows yet, and the time of recording changes no model.
_STATES = {
    "raw.loads": ("load_id, status", "final where status != 'loading'"),
    "raw.price_imports": ("* except (_imported_from)", ""),
    "raw.deliveries": ("*", "final"),
    "demo.fault_labels": ("*", ""),
    # Written together with the choice, which has the cutoff, the method and the time of the fit.
    _FORECASTS: ("*", ""),
}


def fingerprint(client: Any, options: BuildOptions) -> str:
    """Return a digest of all inputs of a build.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse, whose raw tables exist.
    options : BuildOptions
        Only the vars matter, as a selection does not change the inputs. A build that excludes the
        models downstream of forecasts does not depend on the forecasts.

    Returns
    -------
    str
        64 hexadecimal digits; builds with the same fingerprint make the same marts.
    """
    parts = {
        "code": _digest_of_code(project_digest(), options),
        "data": {
            table: state
            for table, state in data_state(client).items()
            if table != _FORECASTS or FROM_FORECASTS not in options.exclude
        },
    }
    return _digest(parts)


def shared_code(options: BuildOptions) -> str:
    """Return a digest of the code that every model and test may use, whatever the data.

    Parameters
    ----------
    options : BuildOptions
        Only the vars matter.

    Returns
    -------
    str
        64 hexadecimal digits, of macros, vars and the target.
    """
    return _digest_of_code(shared_code_digest(), options)


def _digest_of_code(files: str, options: BuildOptions) -> str:
    target, variables = settings.target(), options.parsed_variables
    return _digest({"project": files, "target": target, "variables": variables})


def _digest(parts: dict[str, Any]) -> str:
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()


def data_state(client: Any) -> dict[str, list[int]]:
    """Return the state of the tables that staging reads.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse, whose raw tables exist.

    Returns
    -------
    dict of str to list of int
        Per table the number of rows, and the sum and the xor of their hashes.
    """
    state = {}
    for table, (columns, clauses) in _STATES.items():
        layer, name = table.split(".")
        rows = client.query(
            f"select count(), sum(row_hash), groupBitXor(row_hash) from "
            f"(select sipHash64({columns}) as row_hash "
            f"from `{settings.database(layer)}`.{name} {clauses})"
        ).result_rows
        state[table] = list(rows[0])
    return state
