"""`/role/`: what people may do. Only the roles that Close has from the start are here."""

from closebot.sandbox.close_api.asked import Asked, Route, read_window
from closebot.sandbox.close_api.errors import missing
from closebot.sandbox.close_api.store import Json

_PERMISSIONS = {
    "restricteduser": ("calling", "delete_own_activities", "delete_own_tasks"),
    # Other people's clients are given the key of a user: it may delete leads and customize.
    "user": (
        "ai_chat",
        "bulk_edit",
        "bulk_email",
        "bulk_sequence_subscriptions",
        "calling",
        "delete_leads",
        "delete_own_activities",
        "delete_own_opportunities",
        "delete_own_tasks",
        "manage_customizations",
        "merge_leads",
        "view_all_leads",
    ),
    "superuser": (
        "ai_chat",
        "bulk_delete",
        "bulk_edit",
        "bulk_email",
        "bulk_import",
        "bulk_sequence_subscriptions",
        "calling",
        "delete_leads",
        "delete_own_activities",
        "delete_own_opportunities",
        "delete_own_tasks",
        "export",
        "manage_customizations",
        "manage_others_activities",
        "manage_others_opportunities",
        "manage_others_tasks",
        "manage_team_smart_views",
        "merge_leads",
        "view_all_leads",
    ),
    "admin": (
        "ai_chat",
        "bulk_delete",
        "bulk_edit",
        "bulk_email",
        "bulk_import",
        "bulk_sequence_subscriptions",
        "call_coach_barge",
        "call_coach_listen",
        "calling",
        "delete_leads",
        "delete_own_activities",
        "delete_own_opportunities",
        "delete_own_tasks",
        "export",
        "manage_customizations",
        "manage_email_sequences",
        "manage_group_numbers",
        "manage_organization",
        "manage_others_activities",
        "manage_others_opportunities",
        "manage_others_tasks",
        "manage_team_email_templates",
        "manage_team_smart_views",
        "merge_leads",
        "view_all_leads",
    ),
}
_ROLES = {
    "admin": "Admin",
    "superuser": "Super User",
    "user": "User",
    "restricteduser": "Restricted User",
}


def permissions_of(role: str) -> list[str]:
    """Return what a built-in role allows."""
    return list(_PERMISSIONS[role])


def _show_role(role_id: str) -> Json:
    return {
        "editable": False,
        "id": role_id,
        "name": _ROLES[role_id],
        "permissions": permissions_of(role_id),
        "visibility_user_lcf_behavior": None,
        "visibility_user_lcf_ids": None,
    }


def _roles(asked: Asked) -> Json:
    cut, more = read_window(asked.params).cut([_show_role(one) for one in _ROLES])
    return {"data": cut, "has_more": more}


def _role(asked: Asked) -> Json:
    if asked.id not in _ROLES:
        raise missing("Role")
    return _show_role(asked.id)


ROUTES = (Route("GET", "/role/", _roles), Route("GET", "/role/{id}/", _role))
