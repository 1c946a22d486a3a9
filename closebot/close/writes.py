"""Writes, as whoever keeps a record of them is told: what kind of thing, which one, what end."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Action = Literal["create", "update", "delete"]
End = Literal["done", "refused", "unclear"]

_ACTIONS: Mapping[str, Action] = {"POST": "create", "PUT": "update", "DELETE": "delete"}
_LEAD = re.compile(r"lead_[0-9A-Za-z]+")
_ID = re.compile(r"[a-z]+_(?=\w*[0-9A-Z])[0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Write:
    """A record that is about to be written. `kind`: `lead`, `note`, `task` …; ids may be empty.

    None of what is written is in it.
    """

    action: Action
    kind: str
    id: str = ""
    lead_id: str = ""


class Finish(Protocol):
    """Tell how a write ended; ids that are known only now come with it.

    `refused`: nothing was changed, also because it never got there. May be called again when a
    record is found whose write was `unclear`.
    """

    def __call__(self, end: End, *, record_id: str = "", lead_id: str = "") -> Awaitable[None]:
        """Tell it."""


# Asked before a write is sent; when it raises, nothing is sent.
Watch = Callable[[tuple[Write, ...]], Awaitable[Finish]]


def read_writes(method: str, path: str, body: Any) -> tuple[Write, ...]:
    """Say which records a request writes, as far as it tells; one at least."""
    given = body if isinstance(body, Mapping) else {}
    parts = path.strip("/").split("/")
    if parts == ["lead", "merge"]:
        source, kept = read_id(given.get("source")), read_id(given.get("destination"))
        return Write("delete", "lead", source, source), Write("update", "lead", kept, kept)
    kinds = [part for part in parts if not _ID.fullmatch(part)]
    found = next((part for part in reversed(parts) if _ID.fullmatch(part)), "")
    action, kind = _ACTIONS.get(method, "update"), kinds[-1] if kinds else ""
    lead_id = read_lead_id(given) or (found if kind == "lead" else "")
    many = given.get("_params")
    if isinstance(many, Mapping):
        ids = str(many.get("id__in", "")).split(",")
        return tuple(Write(action, kind, read_id(one)) for one in ids)
    return (Write(action, kind, found, lead_id),)


def read_id(value: Any) -> str:
    """Return an id of Close's, or nothing for what is none."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def read_lead_id(record: Any) -> str:
    """Return the id of the lead that a record belongs to, or is; empty where it does not tell."""
    if not isinstance(record, Mapping):
        return ""
    for name in ("lead_id", "id"):
        value = record.get(name)
        if isinstance(value, str) and _LEAD.fullmatch(value):
            return value
    return ""
