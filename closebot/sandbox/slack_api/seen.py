"""The workspace as one person sees it, in JSON for a page."""

from typing import Any

from closebot.sandbox.slack_api.picking import is_offered, is_visible
from closebot.sandbox.slack_api.records import Conversation, Json, User
from closebot.sandbox.slack_api.state import State


def show_workspace(state: State, me: User, *, connected: bool) -> Json:
    """Show the people, the channels, the bot and what it did wrong."""
    people = [user for user in state.users.values() if not user.is_bot]
    return {
        "me": _show_person(me),
        "people": [_show_person(user) for user in people],
        "channels": [
            _show_channel(state, conversation, me)
            for conversation in state.conversations.values()
            if conversation.kind == "public"
            or (conversation.kind == "private" and me.id in conversation.members)
        ],
        "talks": [
            _show_talk(state, conversation, me)
            for conversation in state.conversations.values()
            if conversation.kind in {"im", "mpim"}
            and me.id in conversation.members
            and state.bot.id not in conversation.members
        ],
        "conversations": [
            _show_choice(state, conversation, me) for conversation in conversations_of(state, me)
        ],
        "team": {"id": state.team_id, "name": state.world.company},
        "bot": {"id": state.bot.id, "name": state.bot.real_name, "connected": connected},
        "violations": list(state.violations),
        "notices": list(state.notices[me.id]),
        "latest": _show_latest(state, me),
        "newest": state.last_ts,
        "started": state.started.isoformat(),
    }


def _show_latest(state: State, me: User) -> dict[str, str]:
    """Say when somebody was last written to in each conversation, to tell what is unread."""
    latest = {}
    for post in state.seen_by(me):
        if post.user != me.id:
            where = state.conversations[post.channel]
            latest[_name_place(state, where)] = post.ts
    return latest


def _name_place(state: State, where: Conversation) -> str:
    """Return the key by which a page opens a conversation: `dm` is the one with the bot."""
    if where.kind in {"im", "mpim"}:
        return "dm" if state.bot.id in where.members else where.id
    return where.key


def _show_person(user: User) -> Json:
    return {
        "key": user.key,
        "id": user.id,
        "name": user.real_name,
        "title": user.title,
        "role": user.role,
        "zone": user.zone,
    }


def _show_channel(state: State, conversation: Conversation, me: User) -> Json:
    return {
        "key": conversation.key,
        "id": conversation.id,
        "name": conversation.name,
        "topic": conversation.topic,
        "private": conversation.kind == "private",
        "shared": conversation.shared,
        "bot_is_member": state.bot.id in conversation.members,
        "is_member": me.id in conversation.members,
    }


def _show_talk(state: State, conversation: Conversation, me: User) -> Json:
    others = sorted(state.users[one].real_name for one in conversation.members - {me.id})
    return {"key": conversation.id, "id": conversation.id, "name": ", ".join(others)}


def conversations_of(state: State, me: User) -> list[Conversation]:
    """Return what somebody can pick where conversations are offered; the one with the bot too."""
    state.direct(me)
    return [one for one in state.conversations.values() if is_visible(one, me)]


def names_offered(state: State, me: User, element: Json) -> dict[str, str]:
    """Return the conversations that an element offers to somebody: their ids by their names."""
    bot = state.bot.id
    offered = [one for one in conversations_of(state, me) if is_offered(one, element, bot)]
    return {_show_choice(state, one, me)["name"]: one.id for one in offered}


def _show_choice(state: State, conversation: Conversation, me: User) -> Json:
    """Show a conversation as selects offer it; what its `filter` asks is told apart."""
    talks = conversation.kind in {"im", "mpim"}
    return {
        "id": conversation.id,
        "name": _show_talk(state, conversation, me)["name"] if talks else conversation.name,
        "kind": conversation.kind,
        "shared": conversation.shared,
        "bot": conversation.kind == "im" and state.bot.id in conversation.members,
    }


def show_posts(state: State, me: User, where: Conversation) -> list[Json]:
    """Show the messages that somebody sees in a conversation, oldest first."""
    return [
        {
            "ts": post.ts,
            "user": {
                "id": post.user,
                "name": state.users[post.user].real_name,
                "bot": state.users[post.user].is_bot,
            },
            "text": post.text,
            "blocks": post.blocks,
            "attachments": [*post.attachments, *post.unfurls.values()],
            "ephemeral": bool(post.audience),
            # Slack writes "(edited)" beside what people changed, not beside an app's updates.
            "edited": bool(post.edited) and not post.by_bot,
            "thread_ts": post.thread_ts or None,
            "broadcast": post.broadcast,
            "reactions": [
                {"name": name, "names": [state.users[one].real_name for one in users]}
                for name, users in post.reactions.items()
            ],
        }
        for post in state.seen_by(me, where.id)
    ]


def show_log(state: State, after: int = 0) -> list[Json]:
    """Show the newest deliveries, calls and violations as they are now, in order of `revision`.

    Only what is new, or has changed, after a revision.
    """
    return [
        {
            "number": entry.number,
            "revision": entry.revision,
            "kind": entry.kind,
            "name": entry.name,
            "label": entry.label or entry.name,
            "at": entry.at.isoformat(),
            "ms": None if entry.ms is None else round(entry.ms, 1),
            "outcome": entry.outcome,
            "note": entry.note,
            "sent": _plain(entry.sent),
            "answer": _plain(entry.answer),
            "gap": entry.gap,
        }
        for entry in sorted(state.log, key=lambda one: one.revision)
        if entry.revision > after
    ]


def _plain(value: Any) -> Any:
    return value if isinstance(value, dict | list | str | int | float | None) else str(value)
