"""What somebody is in a Slack, as `users.info` tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from closebot.audience.refusals import Unrecognized

Role = Literal["member", "guest", "outsider", "bot", "deactivated"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is in this Slack."""

    role: Role
    is_admin: bool = False


def read_standing(user: Any, identity: Mapping[str, Any]) -> Standing:
    """Read a profile; `identity` is what `auth.test` says of this Slack. Raises `Unrecognized`.

    On Grid the teams of one company differ, so the enterprise counts there.
    """
    if not isinstance(user, dict) or not user.get("id"):
        raise Unrecognized
    enterprise, own_grid = user.get("enterprise_user"), identity.get("enterprise_id")
    if own_grid:
        grid = enterprise.get("enterprise_id") if isinstance(enterprise, dict) else None
        is_own = grid == own_grid
    else:
        team = user.get("team_id")
        is_own = not team or team == identity.get("team_id", team)
    if user.get("is_stranger") or not is_own:
        return Standing("outsider")
    if user.get("deleted"):
        return Standing("deactivated")
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT":
        return Standing("bot")
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing("guest")
    admin = any(user.get(name) for name in ("is_admin", "is_owner", "is_primary_owner"))
    return Standing("member", is_admin=admin)
