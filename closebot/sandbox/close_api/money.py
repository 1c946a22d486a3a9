"""Amounts: integer cents, written as Close writes them."""

from typing import Any

Json = dict[str, Any]

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CZK": "Kč", "JPY": "¥"}
_SUFFIXES = {"one_time": "", "monthly": " monthly", "annual": " annual"}
_YEARLY = {"one_time": 1, "monthly": 12, "annual": 1}
PERIODS = tuple(_SUFFIXES)


def write_amount(cents: int, currency: str) -> str:
    """Write an amount: `$17,236,848.20`, `$500`."""
    sign, whole, rest = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100
    fraction = f".{rest:02d}" if rest else ""
    return f"{sign}{SYMBOLS.get(currency, currency)}{whole:,}{fraction}"


def write_value(cents: int | None, currency: str, period: str) -> str:
    """Write the value of an opportunity: `$5 monthly`, or nothing."""
    if cents is None:
        return ""
    return write_amount(cents, currency) + _SUFFIXES[period]


def annualize(cents: int, period: str) -> int:
    """Return what an amount is in a year."""
    return cents * _YEARLY[period]


def expect(cents: int, confidence: int) -> int:
    """Weigh an amount by its confidence."""
    return cents * confidence // 100


def sum_up(opportunities: list[Json], currency: str) -> Json:
    """Return the sums that come with a list of opportunities, over all that match."""
    counted: dict[str, int] = {}
    sums = {
        f"{kind}_{period}": 0
        for kind in ("total_value", "expected_value")
        for period in (*PERIODS, "annualized")
    }
    for one in opportunities:
        period, value = one["value_period"], one["value"] or 0
        weighed = expect(value, one["confidence"])
        counted[period] = counted.get(period, 0) + 1
        sums[f"total_value_{period}"] += value
        sums[f"expected_value_{period}"] += weighed
        sums["total_value_annualized"] += annualize(value, period)
        sums["expected_value_annualized"] += annualize(weighed, period)
    written = {
        f"{name}_formatted": write_amount(cents, currency) if cents else None
        for name, cents in sums.items()
    }
    return {
        "total_results": len(opportunities),
        "count_by_value_period": counted,
        **sums,
        **written,
    }
