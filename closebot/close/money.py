"""Money: integer cents on the wire and inside, text for people. The only place that converts."""

from dataclasses import dataclass

_SYMBOLS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "AUD": "A$",
    "CAD": "CA$",
    "NZD": "NZ$",
    "BRL": "R$",
    "INR": "₹",
    "ILS": "₪",
    "KRW": "₩",
}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in hundredths of a currency's unit, as Close keeps every amount.

    `currency` is an ISO 4217 code.
    """

    cents: int
    currency: str = "USD"

    def __str__(self) -> str:
        """Write the amount in full: `$12,500.50`, `€300`, `CHF 1,000`, `-$5`."""
        whole, rest = divmod(abs(self.cents), 100)
        symbol = _SYMBOLS.get(self.currency, f"{self.currency} " if self.currency else "")
        sign = "-" if self.cents < 0 else ""
        return f"{sign}{symbol}{whole:,}" + (f".{rest:02d}" if rest else "")
