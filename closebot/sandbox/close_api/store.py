"""What Close remembers: plain JSON objects by kind and id, without anything that is derived."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from closebot.sandbox.close_api.ids import Ids
from closebot.sandbox.close_api.moments import write_moment

Json = dict[str, Any]
Table = dict[str, Json]

EVENTS_KEPT = 20_000


@dataclass
class Store:
    """Every object of one organization. A test may reach in: an entry that is gone is a 404."""

    now: Callable[[], datetime]
    ids: Ids
    lag: float = 0.0  # seconds after which a change can be found by a search
    organization: Json = field(default_factory=dict)
    users: Table = field(default_factory=dict)
    memberships: Table = field(default_factory=dict)  # by the user's id
    leads: Table = field(default_factory=dict)
    contacts: Table = field(default_factory=dict)
    opportunities: Table = field(default_factory=dict)
    tasks: Table = field(default_factory=dict)
    activities: Table = field(default_factory=dict)
    lead_statuses: Table = field(default_factory=dict)
    opportunity_statuses: Table = field(default_factory=dict)
    pipelines: Table = field(default_factory=dict)
    custom_fields: Table = field(default_factory=dict)  # each with its `object_type`
    saved_searches: Table = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)

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


@dataclass
class Family:
    """What belongs to leads, found once for a whole answer."""

    contacts: dict[str | None, list[Json]]
    opportunities: dict[str | None, list[Json]]
    tasks: dict[str | None, list[Json]]


def gather_family(store: Store, lead_ids: Iterable[str] | None = None) -> Family:
    """Return the contacts, opportunities and tasks of leads, oldest first; of all when None."""
    wanted = None if lead_ids is None else set(lead_ids)

    def group(table: Table) -> dict[str | None, list[Json]]:
        found: dict[str | None, list[Json]] = defaultdict(list)
        for one in table.values():
            if wanted is None or one["lead_id"] in wanted:
                found[one["lead_id"]].append(one)
        return found

    return Family(group(store.contacts), group(store.opportunities), group(store.tasks))
