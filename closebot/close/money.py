"""Money: integer cents on the wire and inside, text for people. The only place that converts."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

MOST_CENTS: Final = 100 * 10**12  # Close names no limit; more than that is a slip of the finger

_LONGEST = 100
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
# What else people write, in small letters, and the currencies that it may mean.
_SIGNS = {symbol.casefold(): {code} for code, symbol in _SYMBOLS.items()} | {
    "$": {"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"},
    "us$": {"USD"},
    "au$": {"AUD"},
    "c$": {"CAD"},
    "s$": {"SGD"},
    "hk$": {"HKD"},
    "nt$": {"TWD"},
    "mx$": {"MXN"},
    "¥": {"JPY", "CNY"},
    "rs": {"INR", "PKR", "LKR"},
    "rs.": {"INR", "PKR", "LKR"},
    "fr": {"CHF"},
    "fr.": {"CHF"},
    "sfr": {"CHF"},
    "sfr.": {"CHF"},
    "kr": {"SEK", "NOK", "DKK", "ISK"},
    "kr.": {"SEK", "NOK", "DKK", "ISK"},
    "kč": {"CZK"},
    "zł": {"PLN"},
    "ft": {"HUF"},
    "lei": {"RON"},
    "r": {"ZAR"},
    "₺": {"TRY"},
    "₽": {"RUB"},
    "₴": {"UAH"},
    "₱": {"PHP"},
    "฿": {"THB"},
    "₫": {"VND"},
    "₦": {"NGN"},
}
_CODES = {code for codes in _SIGNS.values() for code in codes} | {"AED", "BGN", "EGP", "MYR"}
_PARTS = re.compile(r"([^0-9]*)([0-9][0-9., ']*)(.*)", re.DOTALL)
_NO_AMOUNT = "That is not an amount: type a number"
_TIMES = {"k": 3, "m": 6}
_GROUPED = {
    ".": re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+"),
    "'": re.compile(r"[1-9][0-9]{0,2}('[0-9]{3})+"),
    " ": re.compile(r"[1-9][0-9]{0,2}( [0-9]{3})+"),
    # In India: 1,23,456.
    ",": re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+|[1-9][0-9]?(,[0-9]{2})+,[0-9]{3}"),
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


def read_money(text: str, currency: str = "USD") -> int:
    """Read an amount as people type it, and return it in cents.

    Takes `5k`, `1.2m`, `5,000`, `$5,000.50`, `€12.500,00`, `12 500,5`, `1'000`, `1,23,456.50`. A
    lone separator before exactly three digits groups thousands, as money has no three decimals:
    `12.500` is 12,500; but `1.234k` is 1,234. `currency` is the organization's, as an ISO 4217
    code. Raises `ValueError` with a sentence for the person who typed it.
    """
    currency = currency or "USD"
    try:
        number, shift = _take_apart(_clean(text), currency)
        return _count(number, shift)
    except ValueError as fault:
        example = Money(500000, currency)
        raise ValueError(f"{fault}, for example {example} or 5k.") from None


def _clean(text: str) -> str:
    """Return the text in small letters, with plain digits, marks and single spaces."""
    if len(text) > _LONGEST:
        raise ValueError("That is too long for an amount: type a number")
    typed = " ".join(
        "".join(_plain(one) for one in unicodedata.normalize("NFC", text)).split()
    ).casefold()
    if not typed:
        raise ValueError("There is no amount here: type a number")
    return typed


def _take_apart(typed: str, currency: str) -> tuple[str, int]:
    """Return the number alone, and the zeros that k or m stands for."""
    parts = _PARTS.fullmatch(typed)
    if parts is None:
        raise ValueError(_NO_AMOUNT)
    before, number, after = (part.strip() for part in parts.groups())
    if "-" in before:
        raise ValueError("An amount here is never below zero: type it without a minus")
    if before[-1:] in (".", ",") and not _name(before, currency):  # `$.50`, but not `Rs.50`
        before, number = before[:-1].rstrip(), before[-1] + number
    if after[:1] == "-" and number[-1] in ".,":  # `5,-` has no cents
        number, after = number[:-1], after[1:].lstrip()
    shift = 0
    if not _name(after, currency):  # `5kr` is no 5k
        shift = _TIMES.get(after[:1], 0)
        after = after[1:].lstrip() if shift else after
    for sign in (before, after):
        if sign:
            _check_sign(sign, currency)
    return number, shift


def _check_sign(sign: str, currency: str) -> None:
    meant = _name(sign, currency)
    if not meant:
        raise ValueError(_NO_AMOUNT)
    if currency not in meant:
        raise ValueError(f"The organization uses {currency}: type the amount in it")


def _count(number: str, shift: int) -> int:
    """Return a number as cents, after `shift` zeros."""
    whole, decimals = _split(number, is_short=shift > 0)
    if not whole:
        raise ValueError("It is not clear which mark is for thousands and which for cents: type it")
    places = 2 + shift
    if len(decimals) > places:
        raise ValueError("An amount has two decimals at most: type it")
    cents = int((whole + decimals).ljust(len(whole) + places, "0"))
    if cents > MOST_CENTS:
        raise ValueError(f"That is more than {MOST_CENTS // 100:,}: type a smaller amount")
    return cents


def _plain(one: str) -> str:
    """Return a character as the keyboard here has it: digits and marks of other scripts, spaces."""
    digit = unicodedata.decimal(one, None)
    if digit is not None:
        return str(digit)
    if one.isspace():
        return " "
    if "\uff01" <= one <= "\uff5e":  # full width
        return chr(ord(one) - 0xFEE0)
    return {"’": "'", "−": "-", "–": "-", "—": "-", "￥": "¥", "￡": "£", "￦": "₩"}.get(one, one)


def _name(sign: str, currency: str) -> set[str]:
    """Return the currencies that a sign or a code may mean."""
    code = sign.upper()
    if code in _CODES or code == currency:
        return {code}
    return _SIGNS.get(sign, set())


def _split(number: str, *, is_short: bool) -> tuple[str, str]:
    """Return the digits before and after the decimal mark; nothing where that cannot be told.

    `is_short`: it stands in thousands or millions, so a lone mark is a decimal mark.
    """
    marks = [one for one in number if one in ".,"]
    spaced = " " in number or "'" in number
    if not marks:
        return _join(number), ""
    head, mark, tail = number.rpartition(marks[-1])
    if not tail.isdigit():
        return "", ""
    if len(set(marks)) == 1 and not spaced:
        lone_group = _GROUPED[mark].fullmatch(number) and not is_short
        if len(marks) > 1 or lone_group:
            return _join(number), ""
    if mark in head:
        return "", ""
    return (_join(head) if head else "0"), tail


def _join(groups: str) -> str:
    """Return the digits of a whole number, or nothing when it is not grouped as one."""
    marks = {one for one in groups if not one.isdigit()}
    if not marks:
        return groups
    if len(marks) > 1 or not _GROUPED[marks.pop()].fullmatch(groups):
        return ""
    return re.sub(r"[., ']", "", groups)
