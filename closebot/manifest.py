"""The Slack app's manifest, drawn from what the features declare.

https://docs.slack.dev/reference/app-manifest
"""

from typing import Any

from closebot.close import APP_HOST
from closebot.features import FEATURES
from closebot.slack.feature import Declared

# Every scope has a written reason; the README shows this table.
SCOPES = {
    "commands": "answer `/close`",
    "chat:write": "post digests where people set them up, and send a private message when the "
    "place of an answer is gone (a closed form)",
    "users:read": "know your time zone, so that “today” is your today, who wrote a message, and "
    "who is a full member: guests and people of other companies are refused",
    "users:read.email": "warn when somebody connects a Close account with another e-mail address",
    "im:write": "open your direct message with closebot, for a personal digest",
    "links:read": "hear of links to Close in messages, so that they unfold",
    "links:write": "show what such a link leads to, below the message",
    "channels:read": "ask whether a channel is shared with another company, before anything is "
    "posted there for everybody",
    "groups:read": "ask the same of a private channel that the bot was invited to",
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
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
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
            "unfurl_domains": [APP_HOST],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": _events()},
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


def _events() -> list[str]:
    return sorted(one.key for one in declared("event"))


def _verbs() -> list[str]:
    return [one.key for one in declared("command")]


def declared(kind: str) -> list[Declared]:
    """Return what the features declare of one kind, in their order."""
    return [one for feature in FEATURES for one in feature.declared if one.kind == kind]
