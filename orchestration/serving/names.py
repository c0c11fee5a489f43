"""Names that a statement may use: functions, table functions, system tables, formats."""

import csv
from functools import cache
from pathlib import Path

__all__ = [
    "COMBINATORS",
    "FORMATS",
    "KEYWORDS",
    "SYSTEM_TABLES",
    "TABLE_FUNCTIONS",
    "is_allowed_function",
    "refused_functions",
]

_FUNCTIONS = Path(__file__).with_name("allowed_functions.txt")
_REFUSED = Path(__file__).with_name("refused_functions.csv")

# None of them leaves the statement: they make rows from their arguments.
TABLE_FUNCTIONS = frozenset(
    {"numbers", "numbers_mt", "generateseries", "generate_series"}
    | {"values", "sqlstandardvalues", "view"}
)

# What clients ask to describe tables, types and functions. The others tell of the machine, of
# files, or of what other users ask.
SYSTEM_TABLES = frozenset(
    {"aggregate_function_combinators", "clusters", "collations", "columns", "completions"}
    | {"contributors", "data_skipping_indices", "data_type_families", "databases", "dictionaries"}
    | {"formats", "functions", "keywords", "licenses", "merge_tree_settings", "numbers"}
    | {"numbers_mt", "one", "primes", "projections", "settings", "table_engines"}
    | {"table_functions", "tables", "time_zones", "zeros", "zeros_mt"}
)

# Suffixes that make an aggregate function another one, such as sumIf.
COMBINATORS = (
    *("simplestate", "ordefault", "distinct", "resample", "foreach", "argmax", "argmin"),
    *("ornull", "tuple", "merge", "state", "array", "null", "map", "if"),
)

# Words that stand before a parenthesis and call nothing.
KEYWORDS = frozenset(
    {"all", "and", "anti", "any", "apply", "array", "as", "asof", "between"}
    | {"by", "case", "columns", "cross", "cube", "desc", "describe", "distinct", "else"}
    | {"end", "escape", "except", "exists", "explain", "extract", "fill", "filter", "first"}
    | {"following", "from", "full", "global", "group", "grouping", "groups", "having", "if"}
    | {"ilike", "in", "inner", "interpolate", "intersect", "interval", "into", "is", "join"}
    | {"last", "lateral", "left", "like", "limit", "limits", "materialized", "not", "nulls"}
    | {"offset", "on", "only", "or", "order", "outer", "over", "partition", "paste"}
    | {
        "preceding",
        "prewhere",
        "qualify",
        "range",
        "recursive",
        "rename",
        "replace",
        "right",
        "rollup",
    }
    | {"row", "rows", "sample", "select", "semi", "sets", "staleness", "step", "strict"}
    | {"table", "then", "ties", "to", "top", "totals", "union", "using", "values"}
    | {"when", "where", "with"}
)

# Without those that read or keep schemas in files, and without chDB's own.
FORMATS = frozenset(
    {"arrow", "arrowstream", "avro", "bsoneachrow", "csv", "csvwithnames", "csvwithnamesandtypes"}
    | {"customseparated", "customseparatedwithnames", "customseparatedwithnamesandtypes"}
    | {"hash", "json", "jsoncolumns", "jsoncolumnswithmetadata", "jsoncompact"}
    | {"jsoncompactcolumns", "jsoncompacteachrow", "jsoncompacteachrowwithnames"}
    | {"jsoncompacteachrowwithnamesandtypes", "jsoncompacteachrowwithprogress"}
    | {"jsoncompactstrings", "jsoncompactstringseachrow", "jsoncompactstringseachrowwithnames"}
    | {"jsoncompactstringseachrowwithnamesandtypes", "jsoneachrow", "jsoneachrowwithprogress"}
    | {"jsonlines", "jsonobjecteachrow", "jsonstrings", "jsonstringseachrow"}
    | {"jsonstringseachrowwithprogress", "markdown", "msgpack", "native", "ndjson", "npy", "null"}
    | {"odbcdriver2", "orc", "parquet", "pretty", "prettycompact", "prettycompactmonoblock"}
    | {"prettycompactnoescapes", "prettycompactnoescapesmonoblock", "prettyjsoneachrow"}
    | {"prettyjsonlines", "prettymonoblock", "prettyndjson", "prettynoescapes"}
    | {"prettynoescapesmonoblock", "prettyspace", "prettyspacemonoblock"}
    | {"prettyspacenoescapes", "prettyspacenoescapesmonoblock", "prometheus", "raw", "rawblob"}
    | {"rawwithnames", "rawwithnamesandtypes", "rowbinary"}
    | {"rowbinarywithnames", "rowbinarywithnamesandtypes", "sqlinsert", "tabseparated"}
    | {"tabseparatedraw", "tabseparatedrawwithnames", "tabseparatedrawwithnamesandtypes"}
    | {"tabseparatedwithnames", "tabseparatedwithnamesandtypes", "tskv", "tsv", "tsvraw"}
    | {"tsvrawwithnames", "tsvrawwithnamesandtypes", "tsvwithnames", "tsvwithnamesandtypes"}
    | {"values", "vertical", "xml"}
)


@cache
def _functions() -> frozenset[str]:
    return frozenset(_FUNCTIONS.read_text().split())


@cache
def refused_functions() -> dict[str, str]:
    """Return the functions and table functions of the engine that are refused, and why."""
    with _REFUSED.open() as file:
        return {row["name"]: row["reason"] for row in csv.DictReader(file)}


def is_allowed_function(name: str) -> bool:
    """Return whether a function of this name, with any combinators, may be called.

    Parameters
    ----------
    name : str
        In any case: no allowed name is a refused one in other letters.
    """
    lower = name.lower()
    while True:
        if lower in _functions():
            return True
        ending = next((suffix for suffix in COMBINATORS if lower.endswith(suffix)), "")
        if not ending or ending == lower:
            return False
        lower = lower.removesuffix(ending)
