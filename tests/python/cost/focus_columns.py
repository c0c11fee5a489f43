"""The FinOps Open Cost and Usage Specification 1.2, as far as charges of usage can break it.

Columns, levels and whether they may be NULL are those of the published column list
(https://focus.finops.org/focus-specification/v1-2/).
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

__all__ = ["problems_of"]

# Column: (whether it must be there, whether it may be empty).
COLUMNS = {
    "AvailabilityZone": (False, True),
    "BilledCost": (True, False),
    "BillingAccountId": (True, False),
    "BillingAccountName": (True, True),
    "BillingAccountType": (False, False),
    "BillingCurrency": (True, False),
    "BillingPeriodEnd": (True, False),
    "BillingPeriodStart": (True, False),
    "CapacityReservationId": (False, True),
    "CapacityReservationStatus": (False, True),
    "ChargeCategory": (True, False),
    "ChargeClass": (True, True),
    "ChargeDescription": (True, True),
    "ChargeFrequency": (False, False),
    "ChargePeriodEnd": (True, False),
    "ChargePeriodStart": (True, False),
    "CommitmentDiscountCategory": (False, True),
    "CommitmentDiscountId": (False, True),
    "CommitmentDiscountName": (False, True),
    "CommitmentDiscountQuantity": (False, True),
    "CommitmentDiscountStatus": (False, True),
    "CommitmentDiscountType": (False, True),
    "CommitmentDiscountUnit": (False, True),
    # Of usage that is no correction, quantity, unit, prices and their id are never empty.
    "ConsumedQuantity": (True, False),
    "ConsumedUnit": (True, False),
    "ContractedCost": (True, False),
    "ContractedUnitPrice": (True, False),
    "EffectiveCost": (True, False),
    "InvoiceId": (False, True),
    "InvoiceIssuerName": (True, False),
    "ListCost": (True, False),
    "ListUnitPrice": (True, False),
    "PricingCategory": (False, False),
    "PricingCurrency": (False, True),
    "PricingCurrencyContractedUnitPrice": (False, True),
    "PricingCurrencyEffectiveCost": (False, True),
    "PricingCurrencyListUnitPrice": (False, True),
    "PricingQuantity": (True, False),
    "PricingUnit": (True, False),
    "ProviderName": (True, False),
    "PublisherName": (True, False),
    "RegionId": (False, True),
    "RegionName": (False, True),
    "ResourceId": (False, True),
    "ResourceName": (False, True),
    "ResourceType": (False, True),
    "ServiceCategory": (True, False),
    "ServiceName": (True, False),
    "ServiceSubcategory": (False, False),
    "SkuId": (True, False),
    "SkuMeter": (False, True),
    "SkuPriceDetails": (False, True),
    "SkuPriceId": (True, False),
    "SubAccountId": (False, True),
    "SubAccountName": (False, True),
    "SubAccountType": (False, True),
    "Tags": (False, True),
}
ALLOWED = {
    "BillingCurrency": {"USD"},
    "ChargeCategory": {"Usage", "Purchase", "Tax", "Credit", "Adjustment"},
    "ChargeClass": {"", "Correction"},
    "ChargeFrequency": {"One-Time", "Recurring", "Usage-Based"},
    "PricingCategory": {"Standard", "Dynamic", "Committed", "Other"},
    "ServiceCategory": {"AI and Machine Learning"},
    "ServiceSubcategory": {"Generative AI"},
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
NUMBER = re.compile(r"-?\d+(\.\d+)?(E-?\d+)?")
# "Tokens", or with a whole number of them: "1000000 Tokens".
UNIT = re.compile(r"(\d+ )?[A-Z][a-z]+s")
NUMBERS = ("Cost", "Quantity", "UnitPrice")


def problems_of(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return what of a file's rows breaks the specification.

    Parameters
    ----------
    rows : sequence of mapping
        Texts by column, empty for NULL.
    """
    names = list(rows[0])
    known = [name for name in names if not name.startswith("x_")]
    problems = [f"{name} is missing" for name in COLUMNS if COLUMNS[name][0] and name not in names]
    problems += [f"{name} is unknown" for name in known if name not in COLUMNS]
    if names[: len(known)] != known:
        problems.append("own columns come last")
    for row in rows:
        problems += [f"{name} is empty" for name in known if not row[name] and not COLUMNS[name][1]]
        problems += [f"{name} is {row[name]}" for name in ALLOWED if row[name] not in ALLOWED[name]]
        problems += [f"{name} is {text}" for name, text in row.items() if _is_misshaped(name, text)]
        problems += [
            f"{cost} is not price times quantity"
            for cost, price in (
                ("ListCost", "ListUnitPrice"),
                ("ContractedCost", "ContractedUnitPrice"),
            )
            if abs(Decimal(row[cost]) - Decimal(row[price]) * Decimal(row["PricingQuantity"]))
            > Decimal("1e-12")
        ]
        if not row["ChargePeriodStart"] < row["ChargePeriodEnd"]:
            problems.append("a charge ends before it begins")
        if not row["BillingPeriodStart"] <= row["ChargePeriodStart"] < row["BillingPeriodEnd"]:
            problems.append("a charge is outside its billing period")
    parents = {(row["SkuPriceId"], row["SkuId"]) for row in rows if row["SkuPriceId"]}
    if len({price for price, _ in parents}) != len(parents):
        problems.append("a SkuPriceId has several SkuIds")
    problems += [
        f"{row['SkuPriceId']} has a day or an amount in it"
        for row in rows
        if re.search(r"\d{4}-\d\d-\d\d(?!\d)", row["SkuPriceId"].replace(row["SkuId"], ""))
    ]
    return sorted(set(problems))


def _is_misshaped(name: str, text: str) -> bool:
    if not text:
        return False
    if name.endswith(("PeriodStart", "PeriodEnd")):
        return not MOMENT.fullmatch(text)
    if name.endswith(NUMBERS):
        return not NUMBER.fullmatch(text)
    if name.endswith("Unit"):
        return not UNIT.fullmatch(text)
    if name == "Tags":
        return not all(
            value is None or isinstance(value, str | int | float | bool)
            for value in json.loads(text).values()
        )
    return False
