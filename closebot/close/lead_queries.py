"""Queries for lists of leads, and for leads that may be the same company.

https://developer.close.com/api/resources/advanced-filtering
"""

import re
from collections.abc import Iterable

from closebot.close.search import (
    Query,
    at_domain,
    every,
    field_of,
    field_text,
    objects,
    related,
    some,
    with_contact,
)

_DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?"
    # Letters of any script; the last part also as it is written for machines.
    r"((?:[^\W_](?:(?:[^\W_]|-)*[^\W_])?\.)+(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59}))"
    r"(?:[/:?#]\S*)?",
    re.IGNORECASE,
)


def one_of_ids(ids: Iterable[str]) -> Query:
    """Match the objects with these ids."""
    return some(*({"type": "id", "value": one} for one in ids))


def with_status(status_id: str) -> Query:
    """Match leads in a status."""
    condition = {"type": "reference", "reference_type": "status.lead", "object_ids": [status_id]}
    return _condition(field_of("lead", "status_id"), condition)


def owned(owner_field_ids: Iterable[str]) -> Query:
    """Match leads that the asking user owns: an open opportunity there, or a custom field."""
    me = {"type": "current_user"}
    deal = every(
        _condition(field_of("opportunity", "user_id"), me),
        _condition(field_of("opportunity", "status_type"), {"type": "term", "values": ["active"]}),
    )
    named = [
        _condition({"type": "custom_field", "custom_field_id": one}, me) for one in owner_field_ids
    ]
    return some(related("lead", "opportunity", deal), *named)


def resembling(
    names: Iterable[str] = (),
    domains: Iterable[str] = (),
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
) -> Query:
    """Match leads that may be the same company, by any of what is given.

    Each of `names` is words that all stand in the name; `phones` are E.164.
    """
    return every(
        objects("lead"),
        some(
            *(field_text("lead", "display_name", one, "full_words") for one in names),
            *(at_domain(one) for one in domains),
            *(with_contact("email", one) for one in emails),
            *(with_contact("phone", one) for one in phones),
        ),
    )


def sounding(beginning: str, words: str = "") -> Query:
    """Match leads in whose name a word begins so, or all of these words stand."""
    named = [field_text("lead", "display_name", beginning, "beginning_of_words")]
    if words:
        named.append(field_text("lead", "display_name", words, "full_words"))
    return every(objects("lead"), some(*named))


def read_domain(words: str) -> str:
    """Return the domain of a web address or an e-mail address, without www; else nothing."""
    local, at, host = words.strip().rpartition("@")
    found = _DOMAIN.fullmatch(host if at and "/" not in local else words.strip())
    return found[1].lower() if found else ""


def _condition(field: Query, condition: Query) -> Query:
    return {"type": "field_condition", "field": field, "condition": condition}
