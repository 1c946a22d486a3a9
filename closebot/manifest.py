"""The Slack app's manifest, drawn from what the features declare.

https://docs.slack.dev/reference/app-manifest
"""

from typing import Any

from closebot.features import FEATURES
from closebot.slack.feature import Declared

# Every scope has a written reason; the README shows this table.
SCOPES = {
    "commands": "answer `/close`",
    "chat:write": "send a private message when the place of an answer is gone (a closed form)",
    "users:read": "know your time zone, so that “today” is your today",
}


def build_manifest(*, url: str = "", command: str = "/close") -> dict[str, Any]:
    """Return the manifest of this deployment.

    With `url` (https://…, without a path) it is for HTTP mode, otherwise for Socket Mode.
    `command` is the slash command's name: commands have no namespace in Slack, so the app that
    was installed last wins a name.
    """
    events = f"{url.rstrip('/')}/slack/events"
    request = {"request_url": events} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "closebot",
            "description": "Close CRM, from Slack: each person as themselves.",
            "background_color": "#1f3a5f",
        },
        "features": {
            "bot_user": {"display_name": "closebot", "always_online": True},
            "slash_commands": [
                {
                    "command": command,
                    "description": "Look up leads in Close",
                    "usage_hint": " | ".join(_verbs()),
                    "should_escape": True,
                    **({"url": events} if url else {}),
                }
            ],
            **({"shortcuts": shortcuts} if (shortcuts := _shortcuts()) else {}),
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _shortcuts() -> list[dict[str, str]]:
    return [
        {
            "name": one.name,
            "type": "global" if one.kind == "shortcut" else "message",
            "callback_id": one.key,
            "description": one.help,
        }
        for kind in ("shortcut", "message_shortcut")
        for one in declared(kind)
    ]


def _verbs() -> list[str]:
    return [one.key for one in declared("command")]


def declared(kind: str) -> list[Declared]:
    """Return what the features declare of one kind, in their order."""
    return [one for feature in FEATURES for one in feature.declared if one.kind == kind]
