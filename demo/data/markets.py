"""Where the sample shop sells besides its own country, in which money, and what costs something else there."""
from data.collections import EU


def rounding(mode, step, ending=0):
    return {"mode": mode, "stepMinor": step, "endingMinor": ending}


def market(handle, name, currency, countries, round_to, adjust=0, tax=True, lists=()):
    return {"handle": handle, "name": name, "currency": currency, "countries": countries, "taxInclusive": tax,
            "rounding": round_to, "adjustBp": adjust, "priceLists": list(lists)}


MARKETS = {
    # What one euro is worth, in billionths.
    "rates": [{"currency": "USD", "rateE9": 1_080_000_000}, {"currency": "GBP", "rateE9": 856_000_000},
              {"currency": "JPY", "rateE9": 163_500_000_000}],
    "markets": [
        market("de", "Germany", "EUR", ["DE"], rounding("nearest", 1)),
        market("europe", "Europe", "EUR", EU + ["CH", "NO"], rounding("nearest", 1)),
        market("us", "United States", "USD", ["US"], rounding("nearest", 100, 99), tax=False, lists=[
            {"name": "United States, set by hand", "adjustBp": None, "prices": [
                {"sku": "TP-HME-250G-WB", "amountMinor": 1250}, {"sku": "TP-HME-250G-GF", "amountMinor": 1250},
                {"sku": "TP-HME-250G-GE", "amountMinor": 1250}, {"sku": "TP-EBO", "amountMinor": 2800}]}]),
        market("uk", "United Kingdom", "GBP", ["GB"], rounding("nearest", 50)),
        market("jp", "Japan", "JPY", ["JP"], rounding("up", 10), adjust=500),
    ],
}
