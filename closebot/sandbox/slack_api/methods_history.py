"""The Web API about what was said: a channel's messages, a thread, and reactions.

https://docs.slack.dev/reference/methods/conversations.history and
https://docs.slack.dev/reference/methods/conversations.replies
"""

import re

from closebot.sandbox.slack_api.faults import Refused
from closebot.sandbox.slack_api.methods_chat import link_to
from closebot.sandbox.slack_api.methods_conversations import demand_of_kind, find_visible
from closebot.sandbox.slack_api.payloads import message_body
from closebot.sandbox.slack_api.records import Conversation, Json, Post
from closebot.sandbox.slack_api.web_api import Call, Method

_USUAL, _MOST = 100, 999
_TS = re.compile(r"\d+(\.\d+)?")
_EMOJI = re.compile(r"[\w+'-]+(::skin-tone-[2-6])?")


def list_messages(call: Call) -> Json:
    demand_of_kind(call, "history")
    posts = [
        post
        for post in _said_in(call, _find_joined(call))
        if not post.thread_ts or post.thread_ts == post.ts or post.broadcast
    ]
    return _answer(call, posts[::-1]) | {
        "pin_count": 0,
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }


def list_replies(call: Call) -> Json:
    demand_of_kind(call, "history")
    conversation, ts = _find_joined(call), call.text("ts")
    if not ts:
        raise Refused("invalid_arguments", "[ERROR] missing required field: ts")
    thread = [post for post in _public_posts(call, conversation) if ts in {post.ts, post.thread_ts}]
    if not thread:
        raise Refused("thread_not_found")
    # The message that the thread hangs from always comes along.
    within = _within(call, thread[1:])
    return _answer(call, [thread[0], *within])


def _find_joined(call: Call) -> Conversation:
    conversation = find_visible(call)
    if call.state.bot.id not in conversation.members:
        raise Refused("not_in_channel")
    return conversation


def _public_posts(call: Call, conversation: Conversation) -> list[Post]:
    return [
        post
        for post in call.state.posts
        if post.channel == conversation.id and not post.deleted and not post.audience
    ]


def _said_in(call: Call, conversation: Conversation) -> list[Post]:
    return _within(call, _public_posts(call, conversation))


def _within(call: Call, posts: list[Post]) -> list[Post]:
    """Return what was said in the window that was asked for. Raises `Refused`."""
    oldest, latest = _read_ts(call, "oldest"), _read_ts(call, "latest")
    ends = call.flag("inclusive")
    return [
        post
        for post in posts
        if (not oldest or float(post.ts) > oldest or (ends and float(post.ts) == oldest))
        and (not latest or float(post.ts) < latest or (ends and float(post.ts) == latest))
    ]


def _read_ts(call: Call, name: str) -> float:
    text = call.text(name, "0")
    if not _TS.fullmatch(text):
        raise Refused(f"invalid_ts_{name}")
    return float(text)


def _answer(call: Call, posts: list[Post]) -> Json:
    if call.count("limit", _USUAL) > _MOST:
        raise Refused("invalid_limit")
    shown, cursor = call.page([_show(call, post) for post in posts], _USUAL)
    more: Json = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": shown, "has_more": bool(cursor)} | more


def _show(call: Call, post: Post) -> Json:
    """Show a message with what it says of its thread."""
    body = message_body(call.state, post)
    if post.thread_ts and post.thread_ts != post.ts:
        root = call.state.post_at(post.channel, post.thread_ts)
        return body | ({"parent_user_id": root.user} if root else {})
    replies = [
        one
        for one in call.state.posts
        if one.thread_ts == post.ts != one.ts
        and one.channel == post.channel
        and not (one.deleted or one.audience)
    ]
    if not replies:
        return body
    users = list(dict.fromkeys(one.user for one in replies))
    return body | {
        "thread_ts": post.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


# --- reactions --------------------------------------------------------------------------------


def add_reaction(call: Call) -> Json:
    name, bot = _read_emoji(call), call.state.bot.id
    users = _find_reacted(call).reactions.setdefault(name, [])
    if bot in users:
        raise Refused("already_reacted")
    users.append(bot)
    call.state.changes.note("message")
    return {}


def remove_reaction(call: Call) -> Json:
    name, bot, post = _read_emoji(call), call.state.bot.id, _find_reacted(call)
    users = post.reactions.get(name, [])
    if bot not in users:
        raise Refused("no_reaction")
    users.remove(bot)
    if not users:
        del post.reactions[name]
    call.state.changes.note("message")
    return {}


def get_reactions(call: Call) -> Json:
    post = _find_reacted(call)
    link = {"permalink": link_to(call.state, post)}
    return {"type": "message", "channel": post.channel, "message": _show(call, post) | link}


def _find_reacted(call: Call) -> Post:
    """Find the message that is meant. Raises `Refused`."""
    if not call.text("channel") or not call.text("timestamp"):
        raise Refused("no_item_specified")
    conversation = _find_joined(call)
    post = call.state.post_at(conversation.id, call.text("timestamp"))
    if post is None or post.audience:
        raise Refused("message_not_found")
    return post


def _read_emoji(call: Call) -> str:
    name = call.text("name").strip(":")
    if not _EMOJI.fullmatch(name):
        raise Refused("invalid_name")
    return name


METHODS: dict[str, Method] = {
    "conversations.history": list_messages,
    "conversations.replies": list_replies,
    "reactions.add": add_reaction,
    "reactions.get": get_reactions,
    "reactions.remove": remove_reaction,
}
