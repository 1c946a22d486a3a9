"""What one person sees of the store: everything, or only the leads that are theirs.

A lead is theirs when they own it (the custom field `Lead Owner`), have made it, or have an
opportunity or a task there; what belongs to such a lead is seen with it. The rest answers as if
it did not exist.
"""

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter
from typing import Any, SupportsIndex, cast

from closebot.sandbox.close_api.roles import permissions_of
from closebot.sandbox.close_api.rows import IndexedTable, Row
from closebot.sandbox.close_api.store import Json, Store
from closebot.sandbox.close_api.tables import index_of
from closebot.sandbox.close_api.texts import keep_lexicons

OWNER = "Lead Owner"
SEES_ALL = "view_all_leads"


def may(store: Store, user_id: str, permission: str) -> bool:
    """Tell whether a user's role grants something."""
    return permission in permissions_of(store.memberships[user_id]["role_id"])


def see(store: Store, user_id: str) -> Store:
    """Return the store as a user sees it. It holds until something is written."""
    if may(store, user_id, SEES_ALL):
        return store
    version = _version(store)
    known = store.seen.get(user_id)
    if known is None or known[0] != version:
        known = store.seen[user_id] = (version, _cut(store, user_id))
    return known[1]


def _version(store: Store) -> tuple[Any, ...]:
    tables = (
        store.leads,
        store.contacts,
        store.opportunities,
        store.tasks,
        store.activities,
        store.custom_fields,
    )
    events = store.events
    newest = events[-1]["id"] if events else None
    return *(table.version for table in tables), len(events), newest, store.lag


def _cut(store: Store, user_id: str) -> Store:
    leads = {one for one in _leads_of(store, user_id) if one in store.leads}
    keep_lexicons(store)

    def related(table: IndexedTable) -> "_Part":
        return _Part(table, index_of(table, "lead_id").ids_of(leads))

    return replace(
        store,
        leads=_Part(store.leads, leads),
        contacts=related(store.contacts),
        opportunities=related(store.opportunities),
        tasks=related(store.tasks),
        activities=related(store.activities),
        events=_Log(store.events, leads),
    )


class _Part(IndexedTable):
    """Some rows of a table. What is written goes to the table too."""

    def __init__(self, whole: IndexedTable, ids: Iterable[str]) -> None:
        super().__init__()
        rows = [cast("Row", whole[key]) for key in ids if key in whole]
        rows.sort(key=attrgetter("number"))  # as they stand in the table
        dict.update(self, ((row.key, row) for row in rows))
        self._whole = whole
        self._version = whole.version

    @property
    def kept(self) -> dict[tuple[str, ...], Any]:
        """Indexes that hold until the table changes, of which this part is not told."""
        if self._version != self._whole.version:
            self._version = self._whole.version
            self._kept.clear()
        return self._kept

    def __setitem__(self, key: str, row: Json) -> None:
        self._whole[key] = row
        super().__setitem__(key, self._whole[key])

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._whole.pop(key, None)

    def pop(self, key: str, *default: Any) -> Any:
        """Take a row away."""
        self._whole.pop(key, None)
        return super().pop(key, *default)


class _Log(list[Json]):
    """The events of some leads. What is written goes to the log itself."""

    def __init__(self, whole: list[Json], leads: set[str]) -> None:
        super().__init__(event for event in whole if event["lead_id"] in leads)
        self._whole = whole

    def append(self, event: Json) -> None:
        self._whole.append(event)

    def __delitem__(self, where: SupportsIndex | slice) -> None:
        del self._whole[where]


def _leads_of(store: Store, user_id: str) -> set[str]:
    owners = [
        f"custom.{field_id}"
        for field_id, field in store.custom_fields.items()
        if field["name"] == OWNER and field["object_type"] == "lead"
    ]
    found = {
        str(lead["id"])
        for name in (*owners, "created_by")
        for lead in index_of(store.leads, name).rows(user_id)
    }
    for table, name in ((store.opportunities, "user_id"), (store.tasks, "assigned_to")):
        found.update(str(one["lead_id"]) for one in index_of(table, name).rows(user_id))
    return found
