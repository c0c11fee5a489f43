"""Money and counts: types with room, and prices in one place."""

import re

from conventions.project import complain

COUNT = re.compile(r"(?:^|_)count$")
MONEY = re.compile(r"(?:^|_)(?:cost|usd)$")
# Means, bounds and forecasts are fractions of a cent in any case; sums and amounts are exact.
WIDE = re.compile(r"(?:Nullable\()?(?:Decimal\((?:18|38|76), 12\)|Float64)\)?")
PRICING_MODEL = "int_calls__priced"
FRACTION = r"(?<![\w.])\d*\.\d+"
PRICE_IN_CODE = re.compile(rf"tokens\s*\*\s*{FRACTION}|{FRACTION}\s*\*\s*\w*tokens")
PRICE_BOOK = ("int_model_price", "int_price_book", "stg_tokenhouse__")


def test_counts_and_money_have_room(project):
    """R003, K10: a count of 8 or 16 bits wraps around silently, and money is no Float32."""
    offenders = [
        f"{mart['patch_path']}: {name}.{column['name']} is {column['data_type']}"
        for name, mart in project.marts.items()
        for column in mart["columns"].values()
        if (
            COUNT.search(column["name"])
            and not re.fullmatch(r"(?:Nullable\()?UInt(?:32|64)\)?", column["data_type"])
        )
        or (MONEY.search(column["name"]) and not WIDE.fullmatch(column["data_type"]))
    ]
    complain("Counts are UInt32 or UInt64, money a decimal of 12 places or Float64:", offenders)


def test_tokens_are_priced_in_one_place(project):
    """R087: tokens meet prices in one formula, so every aggregate uses the same price book."""
    formulas = [m["name"] for m in project.macros.values() if "tokens_cost(" in m["macro_sql"]]
    assert set(formulas) == {"call_cost", "tokens_cost"}
    callers = {m["name"] for m in project.models.values() if "call_cost(" in m["raw_code"]}
    complain(
        "Costs come from int_calls; only what explains a reported cost computes others:",
        [
            name
            for name in callers - {PRICING_MODEL}
            if not name.startswith("int_cost_explanations__")
        ],
    )
    complain(
        "Only the price book reads prices:",
        [
            f"{model['original_file_path']}"
            for model in project.models.values()
            if "usd_per_million_tokens" in model["raw_code"]
            and not model["name"].startswith(PRICE_BOOK)
        ],
    )
    complain(
        "No price stands in code; it belongs to seeds/model_prices.csv:",
        [
            f"{model['original_file_path']}: {found[0]}"
            for model in project.models.values()
            if (found := PRICE_IN_CODE.search(model["raw_code"]))
        ],
    )
