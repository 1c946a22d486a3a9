"""What Close remembers: plain JSON objects by kind and id, without anything that is derived."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from closebot.sandbox.close_api.ids import Ids
from closebot.sandbox.close_api.lexicon import Lexicon
from closebot.sandbox.close_api.moments import write_moment
from closebot.sandbox.close_api.rows import IndexedTable, WatchedTable
from closebot.sandbox.close_api.tables import Index, index_of

Json = dict[str, Any]
Table = dict[str, Json]

EVENTS_KEPT = 20_000


@dataclass
class Store:
    """Every object of one organization. A test may reach in: an entry that is gone is a 404."""

    now: Callable[[], datetime]
    ids: Ids
    organization: Json = field(default_factory=dict)
    users: IndexedTable = field(default_factory=WatchedTable)
    memberships: IndexedTable = field(default_factory=WatchedTable)  # by the user's id
    leads: IndexedTable = field(default_factory=WatchedTable)
    contacts: IndexedTable = field(default_factory=WatchedTable)
    opportunities: IndexedTable = field(default_factory=WatchedTable)
    tasks: IndexedTable = field(default_factory=WatchedTable)
    activities: IndexedTable = field(default_factory=WatchedTable)
    lead_statuses: IndexedTable = field(default_factory=WatchedTable)
    opportunity_statuses: IndexedTable = field(default_factory=WatchedTable)
    pipelines: IndexedTable = field(default_factory=WatchedTable)
    custom_fields: IndexedTable = field(default_factory=WatchedTable)  # each with its `object_type`
    saved_searches: IndexedTable = field(default_factory=WatchedTable)
    lag: float = 0.0  # seconds after which a change can be found by a search
    events: list[Json] = field(default_factory=list)
    lexicons: dict[str, Lexicon] = field(default_factory=dict)  # by kind, made when asked for
    seen: dict[str, tuple[Any, "Store"]] = field(default_factory=dict)  # by who sees not everything

    @property
    def organization_id(self) -> str:
        """The id of the only organization."""
        return str(self.organization["id"])

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return str(self.organization["currency"])

    def stamp(self) -> str:
        """Write the moment that it is now."""
        return write_moment(self.now())

    def user_name(self, user_id: str | None) -> str | None:
        """Return a user's name; None for nobody."""
        user = self.users.get(user_id or "")
        return f"{user['first_name']} {user['last_name']}".strip() if user else None

    def log(self, event: Json) -> None:
        """Remember an event; the oldest are forgotten."""
        self.events.append(event)
        del self.events[:-EVENTS_KEPT]


class Relatives:
    """The objects of one kind that belong to a lead, oldest first."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def __getitem__(self, lead_id: str | None) -> list[Json]:
        return self._index.rows(lead_id)

    def count(self, lead_id: str) -> int:
        """Return how many belong to a lead."""
        return len(self._index.ids(lead_id))

    def get(self, lead_id: str | None, default: list[Json]) -> list[Json]:
        """Return what belongs to a lead, or something else when there is nothing."""
        return self._index.rows(lead_id) or default


@dataclass(frozen=True)
class Family:
    """What belongs to leads."""

    contacts: Relatives
    opportunities: Relatives
    tasks: Relatives


def gather_family(store: Store) -> Family:
    """Return the contacts, opportunities and tasks of leads."""
    tables = (store.contacts, store.opportunities, store.tasks)
    return Family(*(Relatives(index_of(table, "lead_id")) for table in tables))
