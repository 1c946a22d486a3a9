"""The keys of a stored task, with what stands there when nothing was given."""

from typing import Any


def shape_task(given: dict[str, Any]) -> dict[str, Any]:
    """Shape a task."""
    return {
        "_type": "lead",
        "agent_config_id": None,
        "contact_id": None,
        "date": None,
        "deduplication_key": None,
        "is_complete": False,
        "is_dateless": False,
        "is_primary_lead_notification": True,
        "object_id": None,
        "object_type": None,
        "priority": "medium",
        "resolution": None,
        "sequence_id": None,
        "sequence_subscription_id": None,
        "text": "",
        **given,
    }
