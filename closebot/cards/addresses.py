"""A postal address as a few typed lines: street, then city with state and postcode, then country.

What cannot be told apart stays together where it was typed, as the city or the street.
"""

import re

from closebot.close import Address

HINT = "One a line: street, then city with state and postcode, then country"

_LONGEST = 1000
_US = re.compile(r"(?P<city>[^,]+),\s*(?P<state>[^\d,]+?),?\s+(?P<zipcode>\d[\d -]*)")
_CODE_FIRST = re.compile(r"(?P<zipcode>(?:[A-Z]{1,2}-)?\d[\d -]*\d)\s+(?P<city>[^\d,]+)")
_CODE_LAST = re.compile(r"(?P<city>[^\d,]+?),?\s+(?P<zipcode>(?:[A-Z]{1,2}-)?\d[\d -]*)")
_WITH_STATE = re.compile(r"(?P<city>[^\d,]+),\s*(?P<state>[^\d,]+)")


def read_address(text: str) -> Address | None:
    """Read an address; None for nothing. Raises `ValueError` with a sentence."""
    lines = [line for one in text.splitlines() if (line := " ".join(one.split()).strip(","))]
    if not lines:
        return None
    if any(len(line) > _LONGEST for line in lines):
        raise ValueError("A line of this address is longer than Close takes.")
    street, *rest = lines
    country = rest.pop() if len(rest) > 1 else ""
    city = rest.pop() if rest else ""
    found = _read_city(city)
    return Address(
        label="business",
        address_1=street,
        address_2=", ".join(rest),
        city=found.get("city", city),
        state=found.get("state", ""),
        zipcode=found.get("zipcode", ""),
        country=country.upper() if len(country) == 2 else country,
    )


def write_address(address: Address) -> str:
    """Write an address as it is typed."""
    state = " ".join(part for part in (address.state, address.zipcode) if part)
    city = ", ".join(part for part in (address.city, state) if part)
    if address.zipcode and not address.state:
        city = f"{address.zipcode} {address.city}".strip()
    lines = [address.address_1, address.address_2, city, address.country]
    return "\n".join(line for line in lines if line)


def can_be_typed(address: Address) -> bool:
    """Say whether an address that is written is read back as it is."""
    try:
        found = read_address(write_address(address))
    except ValueError:
        return False
    return found is not None and found.model_copy(update={"label": address.label}) == address


def _read_city(line: str) -> dict[str, str]:
    for shape in (_US, _CODE_FIRST, _CODE_LAST, _WITH_STATE):
        if found := shape.fullmatch(line):
            return {name: value.strip() for name, value in found.groupdict().items()}
    return {}
