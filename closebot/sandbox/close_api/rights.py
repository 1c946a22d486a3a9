"""What a role does not allow: Close answers 403 before it does anything.

Reading is not decided here; see `seen.py`.
"""

from closebot.sandbox.close_api.asked import Asked, Route
from closebot.sandbox.close_api.errors import Refused
from closebot.sandbox.close_api.seen import may
from closebot.sandbox.close_api.store import Json, Table

_WRITES = frozenset({"POST", "PUT", "DELETE"})
_CUSTOMIZATIONS = ("/status/", "/pipeline/", "/custom_field", "/outcome/")
_NEEDED = {
    ("POST", "/lead/merge/"): "merge_leads",
    ("DELETE", "/lead/{id}/"): "delete_leads",
}
_MANAGED = {"opportunity": "opportunities", "task": "tasks", "activity": "activities"}


def demand_right(asked: Asked, route: Route) -> None:
    """Refuse an operation that the role of the person does not allow. Raises `Refused` (403)."""
    needed = _needed(asked, route) if route.method in _WRITES else None
    if needed is not None:
        _demand(asked, needed)


def demand_tasks(asked: Asked, tasks: list[Json]) -> None:
    """Refuse to change many tasks when some are of others. Raises `Refused` (403)."""
    if not all(_is_own(task, asked.user_id) for task in tasks):
        _demand(asked, "manage_others_tasks")


def _demand(asked: Asked, permission: str) -> None:
    if not may(asked.store, asked.user_id, permission):
        raise Refused(403, {"error": "You don't have permission to perform this action."})


def _needed(asked: Asked, route: Route) -> str | None:
    """Return the permission that an operation needs; None when everybody may."""
    if route.path.startswith(_CUSTOMIZATIONS):
        return "manage_customizations"
    kind = route.parts[0]
    one = _table(asked, kind).get(asked.id) if "{id}" in route.path else None
    if one is None:  # that it does not exist is said by the operation
        return _NEEDED.get((route.method, route.path))
    if not _is_own(one, asked.user_id):
        return f"manage_others_{_MANAGED[kind]}"
    return f"delete_own_{_MANAGED[kind]}" if route.method == "DELETE" else None


def _table(asked: Asked, kind: str) -> Table:
    store = asked.store
    tables = {
        "opportunity": store.opportunities,
        "task": store.tasks,
        "activity": store.activities,
    }
    return tables.get(kind, {})


def _is_own(one: Json, user_id: str) -> bool:
    return user_id in {one.get("user_id"), one.get("assigned_to"), one["created_by"]}
