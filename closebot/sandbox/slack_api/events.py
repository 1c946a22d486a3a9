"""Events: what the app subscribed to hears of.

https://docs.slack.dev/apis/events-api/
"""

import re
from typing import Any
from urllib.parse import urlsplit

from closebot.sandbox.slack_api.payloads import TOKEN, view_body
from closebot.sandbox.slack_api.records import Conversation, Json, Post, User
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.typed import rich_blocks

_LINK = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>")
_MESSAGE_EVENTS = {
    "im": "message.im",
    "mpim": "message.mpim",
    "private": "message.groups",
    "public": "message.channels",
}
# All that ever happen here.
ALL_EVENTS = frozenset({"app_home_opened", "app_mention", "link_shared", *_MESSAGE_EVENTS.values()})
_KINDS = {"im": "im", "mpim": "mpim", "private": "group", "public": "channel"}


def wrap_event(state: State, event: dict[str, Any], channel: Conversation | None) -> Json:
    """Make the body that carries an event."""
    where = channel.id if channel else ""
    return {
        "token": TOKEN,
        "team_id": state.team_id,
        "context_team_id": state.team_id,
        "context_enterprise_id": None,
        "api_app_id": state.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + state.token(5).upper(),
        "event_time": int(state.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": state.team_id,
                "user_id": state.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": bool(channel and channel.shared),
        "event_context": f"4-{event['type']}-{state.team_id}-{state.app_id}-{where}",
    }


def events_of_message(
    state: State, post: Post, where: Conversation, subscribed: frozenset[str]
) -> list[Json]:
    """Return the events that a person's message causes."""
    is_member = state.bot.id in where.members
    message: Json = {
        "type": "message",
        "client_msg_id": post.client_msg_id,
        "text": post.text,
        "user": post.user,
        "ts": post.ts,
        "team": state.users[post.user].team_id,
        "channel": where.id,
        "event_ts": post.ts,
        "blocks": rich_blocks(post.text, post.ts[-5:]),
    }
    if post.thread_ts:
        message["thread_ts"] = post.thread_ts
    events: list[Json] = []
    if is_member and _MESSAGE_EVENTS[where.kind] in subscribed:
        events.append(message | {"channel_type": _KINDS[where.kind]})
    mentioned = f"<@{state.bot.id}>" in post.text
    if is_member and mentioned and "app_mention" in subscribed and where.kind != "im":
        events.append(message | {"type": "app_mention"})
    if (links := links_in(post.text)) and "link_shared" in subscribed:
        shared = {
            "type": "link_shared",
            "user": post.user,
            "channel": post.channel,
            "message_ts": post.ts,
            "links": links,
            "source": "conversations_history",
            "unfurl_id": f"{post.channel}-{post.ts}",
            "is_bot_user_member": is_member,
            "event_ts": post.ts,
        }
        events.append(shared | ({"thread_ts": post.thread_ts} if post.thread_ts else {}))
    return events


def event_of_draft(state: State, post: Post, unfurl_id: str) -> Json:
    """Return the event of links in what somebody writes and has not sent.

    https://docs.slack.dev/messaging/unfurling-links-in-messages#composer
    """
    return {
        "type": "link_shared",
        "user": post.user,
        "channel": "COMPOSER",
        "message_ts": unfurl_id,
        "links": links_in(post.text),
        "source": "composer",
        "unfurl_id": unfurl_id,
        "is_bot_user_member": False,
        "event_ts": state.next_ts(),
    }


def links_in(text: str) -> list[Json]:
    """Return the links in a message's text, as `link_shared` names them."""
    return [{"url": url, "domain": urlsplit(url).hostname or ""} for url in _LINK.findall(text)]


def home_opened(state: State, user: User) -> Json:
    """Return the event of somebody who opens the app's home tab."""
    event: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": state.direct(user).id,
        "tab": "home",
        "event_ts": state.next_ts(),
    }
    home = state.homes.get(user.id)
    return event | ({"view": view_body(state, home)} if home else {})
