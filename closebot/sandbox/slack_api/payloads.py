"""What the sandbox delivers: the bodies of commands, interactions and events.

https://docs.slack.dev/reference/interaction-payloads and
https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from copy import deepcopy

from closebot.sandbox.slack_api.records import Conversation, Json, Post, User, View
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.typed import escape_typed, rich_blocks

# Slack's own verification token: deprecated, still in every body.
TOKEN = "sandbox-verification-token"  # noqa: S105 - public by nature


def channel_name(conversation: Conversation) -> str:
    """Name a conversation as payloads do."""
    return {"im": "directmessage", "private": "privategroup"}.get(
        conversation.kind, conversation.name
    )


def command_body(
    state: State, user: User, conversation: Conversation, name: str, text: str, address: str
) -> Json:
    """Make the body of a slash command; over HTTP it is sent as a form."""
    return {
        "token": TOKEN,
        "team_id": state.team_id,
        "team_domain": state.world.team_domain,
        "channel_id": conversation.id,
        "channel_name": channel_name(conversation),
        "user_id": user.id,
        "user_name": user.username,
        "command": name,
        "text": escape_typed(state, text),
        "api_app_id": state.app_id,
        "is_enterprise_install": "false",
        "response_url": address,
        "trigger_id": state.issue_trigger(user, channel=conversation.id),
    }


def _common(state: State, kind: str, user: User) -> Json:
    return {
        "type": kind,
        "user": {
            "id": user.id,
            "username": user.username,
            "name": user.username,
            "team_id": user.team_id,
        },
        "api_app_id": state.app_id,
        "token": TOKEN,
        "team": {"id": state.team_id, "domain": state.world.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def view_body(state: State, view: View) -> Json:
    """Show a view as Slack shows it to the app."""
    body: Json = {
        "id": view.id,
        "team_id": state.team_id,
        "private_metadata": "",
        "callback_id": "",
        "title": {"type": "plain_text", "text": "View Title", "emoji": True},
        "close": None,
        "submit": None,
        "clear_on_close": False,
        "notify_on_close": False,
        "external_id": "",
    } | deepcopy(view.body)
    return body | {
        "state": {"values": deepcopy(view.values)},
        "hash": view.hash,
        "previous_view_id": view.previous or None,
        "root_view_id": view.root,
        "app_id": state.app_id,
        "app_installed_team_id": state.team_id,
        "bot_id": state.bot_id,
    }


def message_body(state: State, post: Post) -> Json:
    """Show a message as Slack shows it to the app."""
    body: Json = {"type": "message", "user": post.user, "ts": post.ts, "text": post.text}
    if post.client_msg_id:
        body["client_msg_id"] = post.client_msg_id
    if post.by_bot:
        body |= {"bot_id": state.bot_id, "app_id": state.app_id, "bot_profile": bot_body(state)}
    body["team"] = state.users[post.user].team_id
    if post.blocks:
        body["blocks"] = deepcopy(post.blocks)
    elif not post.by_bot:
        body["blocks"] = rich_blocks(post.text, post.ts[-5:])
    if post.attachments:
        body["attachments"] = deepcopy(post.attachments)
    if post.edited:
        body["edited"] = {"user": post.user, "ts": post.edited}
    if post.thread_ts:
        body["thread_ts"] = post.thread_ts
    if post.broadcast:
        root = state.post_at(post.channel, post.thread_ts)
        body |= {"subtype": "thread_broadcast"} | (
            {"root": message_body(state, root)} if root else {}
        )
    if post.reactions:
        body["reactions"] = show_reactions(post)
    return body


def show_reactions(post: Post) -> list[Json]:
    """Show who reacted to a message."""
    return [
        {"name": name, "users": list(users), "count": len(users)}
        for name, users in post.reactions.items()
    ]


def bot_body(state: State) -> Json:
    """Show the bot as messages and `bots.info` do."""
    icon = "https://a.slack-edge.com/80588/img/plugins/app/bot_{}.png"
    return {
        "id": state.bot_id,
        "app_id": state.app_id,
        "user_id": state.bot.id,
        "name": state.bot.real_name,
        "icons": {f"image_{size}": icon.format(size) for size in (36, 48, 72)},
        "deleted": False,
        "updated": 1700000000,
        "team_id": state.team_id,
    }


def message_action_body(state: State, user: User, post: Post, action: Json, address: str) -> Json:
    """Make the body of a click in a message. An ephemeral message is not sent along."""
    channel = state.conversations[post.channel]
    container: Json = {
        "type": "message",
        "message_ts": post.ts,
        "channel_id": channel.id,
        "is_ephemeral": bool(post.audience),
    }
    if post.thread_ts:
        container["thread_ts"] = post.thread_ts
    body = _common(state, "block_actions", user) | {
        "container": container,
        "trigger_id": state.issue_trigger(user, channel=channel.id),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": deepcopy(post.values)},
        "response_url": address,
        "actions": [action],
    }
    for url, shown in post.unfurls.items():
        if action["block_id"] in {block["block_id"] for block in shown.get("blocks") or []}:
            more = {"type": "message_attachment", "attachment_id": 1, "is_app_unfurl": True}
            body["container"] = container | more | {"app_unfurl_url": url}
            return body | {"app_unfurl": deepcopy(shown) | {"id": 1, "app_unfurl_url": url}}
    if not post.audience:
        body["message"] = message_body(state, post)
    return body


def view_action_body(state: State, user: User, view: View, action: Json) -> Json:
    """Make the body of a click in a modal or a home tab."""
    modal = view.id if view.type == "modal" else ""
    return _common(state, "block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": state.issue_trigger(user, modal, view.channel),
        "view": view_body(state, view),
        "actions": [action],
    }


def submission_body(state: State, user: User, view: View, addresses: list[Json]) -> Json:
    """Make the body of a submitted modal."""
    return _common(state, "view_submission", user) | {
        "trigger_id": state.issue_trigger(user, view.id, view.channel),
        "view": view_body(state, view),
        "response_urls": addresses,
    }


def closed_body(state: State, user: User, view: View, *, cleared: bool) -> Json:
    """Make the body that tells of a closed modal."""
    return _common(state, "view_closed", user) | {
        "view": view_body(state, view),
        "is_cleared": cleared,
        "response_urls": [],
    }


def suggestion_body(
    state: State, user: User, block_id: str, action_id: str, typed: str, where: Post | View
) -> Json:
    """Make the body that asks for the options of a menu."""
    body = _common(state, "block_suggestion", user) | {
        "action_id": action_id,
        "block_id": block_id,
        "value": typed,
    }
    if isinstance(where, View):
        viewed = {"type": "view", "view_id": where.id}
        return body | {"container": viewed, "view": view_body(state, where)}
    channel = state.conversations[where.channel]
    container: Json = {
        "type": "message",
        "message_ts": where.ts,
        "channel_id": channel.id,
        "is_ephemeral": bool(where.audience),
    }
    place = {"container": container, "channel": {"id": channel.id, "name": channel_name(channel)}}
    return body | place | ({} if where.audience else {"message": message_body(state, where)})


def shortcut_body(state: State, user: User, callback_id: str) -> Json:
    """Make the body of a global shortcut."""
    return _common(state, "shortcut", user) | {
        "action_ts": state.next_ts(),
        "callback_id": callback_id,
        "trigger_id": state.issue_trigger(user, channel=state.looking.get(user.id, "")),
    }


def message_shortcut_body(
    state: State, user: User, callback_id: str, post: Post, address: str
) -> Json:
    """Make the body of a shortcut on a message."""
    channel = state.conversations[post.channel]
    return _common(state, "message_action", user) | {
        "action_ts": state.next_ts(),
        "callback_id": callback_id,
        "trigger_id": state.issue_trigger(user, channel=channel.id),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message_ts": post.ts,
        "message": message_body(state, post),
        "response_url": address,
    }
