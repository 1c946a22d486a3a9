"""Activities that Close writes down itself, and those that people write."""

from collections.abc import Mapping
from typing import Any

from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.changes import create
from closebot.sandbox.close_api.store import Json


def record_activity(
    asked: Asked, kind: str, lead_id: str | None, fields: Mapping[str, Any]
) -> Json:
    """Store an activity of the person who asks, at this moment unless `fields` say otherwise."""
    at = asked.store.stamp()
    common: Json = {
        "_type": kind,
        "lead_id": lead_id,
        "user_id": asked.user_id,
        "users": [],
        "activity_at": at,
    }
    if kind != "TaskCompleted":
        common["contact_id"] = None
    return create(asked, "activity", "acti", {**common, **fields})
