"""The workspace as one person sees it, in JSON for a page."""

from typing import Any

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
        "team": {"id": state.team_id, "name": state.world.company},
        "bot": {"id": state.bot.id, "name": state.bot.username, "connected": connected},
        "violations": list(state.violations),
        "notices": list(state.notices[me.id]),
        "latest": _show_latest(state, me),
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
        }
        for post in state.seen_by(me, where.id)
    ]


def show_log(state: State, after: int = 0) -> list[Json]:
    """Show the newest deliveries, calls and violations, oldest first; those after a number."""
    return [
        {
            "number": entry.number,
            "kind": entry.kind,
            "name": entry.name,
            "at": entry.at.isoformat(),
            "ms": round(entry.ms, 1),
            "sent": _plain(entry.sent),
            "answer": _plain(entry.answer),
        }
        for entry in state.log
        if entry.number > after
    ]


def _plain(value: Any) -> Any:
    return value if isinstance(value, dict | list | str | int | float | None) else str(value)
