"""The Web API about messages."""

from typing import Any

from closebot.sandbox.slack_api.content import check_attached, read_blocks, read_message
from closebot.sandbox.slack_api.events import links_in
from closebot.sandbox.slack_api.faults import Refused
from closebot.sandbox.slack_api.methods_people import find_user
from closebot.sandbox.slack_api.payloads import message_body
from closebot.sandbox.slack_api.records import Conversation, Json, Post
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.values import fill_in_ids, initial_values
from closebot.sandbox.slack_api.web_api import Call, Method


def _find_conversation(call: Call) -> Conversation:
    """Find where to post: a channel's id or #name, or a person's id. Raises `Refused`."""
    name, state = call.text("channel"), call.state
    if not name:
        raise Refused("invalid_arguments", "[ERROR] missing required field: channel")
    user = state.users.get(name)
    if user is not None:
        if user.is_bot:
            raise Refused("cannot_dm_bot")
        return state.direct(user)
    conversation = state.conversations.get(name)
    if conversation is None:
        named = [one for one in state.conversations.values() if "#" + one.name == name]
        conversation = named[0] if named and named[0].kind != "im" else None
    if conversation is None:
        raise Refused("channel_not_found")
    if state.bot.id not in conversation.members:
        raise Refused("not_in_channel" if conversation.kind == "public" else "channel_not_found")
    return conversation


def post_message(call: Call) -> Json:
    conversation = _find_conversation(call)
    content = read_message(call.arguments)
    repeated = _find_repeated(call, conversation)
    if repeated is not None:
        return _posted(call, repeated)
    post = call.state.post(
        conversation.id,
        call.state.bot.id,
        content,
        thread_ts=call.text("thread_ts"),
        client_msg_id=call.text("client_msg_id"),
        broadcast=bool(call.text("thread_ts")) and call.flag("reply_broadcast"),
    )
    return _posted(call, post)


def _find_repeated(call: Call, conversation: Conversation) -> Post | None:
    name = call.text("client_msg_id")
    if not name:
        return None
    for post in call.state.posts:
        if post.channel == conversation.id and post.client_msg_id == name:
            if post.deleted:
                raise Refused("duplicate_message_not_found")
            return post
    return None


def _posted(call: Call, post: Post) -> Json:
    return {"channel": post.channel, "ts": post.ts, "message": message_body(call.state, post)}


def post_ephemeral(call: Call) -> Json:
    conversation = _find_conversation(call)
    user = find_user(call.state, call.text("user"))
    if user.id not in conversation.members:
        raise Refused("user_not_in_channel")
    content = read_message(call.arguments)
    thread = call.text("thread_ts")
    bot = call.state.bot.id
    post = call.state.post(conversation.id, bot, content, audience=user.id, thread_ts=thread)
    return {"message_ts": post.ts}


def _find_own(call: Call, refusal: str) -> Post:
    """Find a message of the bot's; ephemeral ones cannot be reached. Raises `Refused`."""
    if call.text("channel") not in call.state.conversations:
        raise Refused("channel_not_found")
    post = call.state.post_at(call.text("channel"), call.text("ts"))
    if post is None or post.audience:
        raise Refused("message_not_found")
    if not post.by_bot:
        raise Refused(refusal)
    return post


def update_message(call: Call) -> Json:
    post = _find_own(call, "cant_update_message")
    content = read_message(call.arguments)
    post.broadcast = post.broadcast or (bool(post.thread_ts) and call.flag("reply_broadcast"))
    call.state.edit(post, content)
    message = message_body(call.state, post)
    return {"channel": post.channel, "ts": post.ts, "text": post.text, "message": message}


def delete_message(call: Call) -> Json:
    post = _find_own(call, "cant_delete_message")
    call.state.delete(post)
    return {"channel": post.channel, "ts": post.ts}


def make_permalink(call: Call) -> Json:
    channel, ts = call.text("channel"), call.text("message_ts")
    if channel not in call.state.conversations:
        raise Refused("channel_not_found")
    post = call.state.post_at(channel, ts)
    if post is None:
        raise Refused("message_not_found")
    return {"channel": channel, "permalink": link_to(call.state, post)}


def link_to(state: State, post: Post) -> str:
    """Return the address of a message."""
    place = f"https://{state.world.team_domain}.slack.com/archives/{post.channel}"
    return f"{place}/p{post.ts.replace('.', '')}"


def unfurl(call: Call) -> Json:
    unfurls, asks = call.arguments.get("unfurls"), call.flag("user_auth_required")
    if not unfurls and not asks:
        raise Refused("missing_unfurls")
    post = _find_shared(call)
    if not isinstance(unfurls or {}, dict):
        raise Refused("invalid_unfurls_format")
    shown = {url: _read_unfurl(call, post, url, one) for url, one in (unfurls or {}).items()}
    post.unfurls |= shown
    post.values = initial_values(
        post.shown_blocks, post.values, call.state.default_in(post.channel)
    )
    if asks:
        _ask_to_sign_in(call, post)
    call.state.changes.note("message")
    return {}


def _find_shared(call: Call) -> Post:
    """Find the message, or what is being written, that has the links. Raises `Refused`."""
    by_id = bool(call.text("unfurl_id") and call.text("source"))
    by_place = bool(call.text("channel") and call.text("ts"))
    if by_id == by_place:
        raise Refused("invalid_arguments", "either unfurl_id and source, or channel and ts")
    name = call.text("unfurl_id")
    channel, _, ts = name.partition("-") if by_id else (call.text("channel"), "", call.text("ts"))
    is_draft = by_id and call.text("source") == "composer"
    post = call.state.drafts.get(name) if is_draft else call.state.post_at(channel, ts)
    if post is None:
        raise Refused("cannot_unfurl_message")
    return post


def _read_unfurl(call: Call, post: Post, url: str, shown: Any) -> Json:
    if url not in {link["url"] for link in links_in(post.text)}:
        raise Refused("cannot_unfurl_url", f"[ERROR] no link of the message: {url}")
    if not isinstance(shown, dict):
        raise Refused("invalid_unfurls_format")
    if problems := check_attached(shown, f"/unfurls/{url}"):
        raise Refused("invalid_unfurls_format", *[problem.line for problem in problems])
    if shown.get("blocks") is None:
        return shown
    blocks = read_blocks(shown["blocks"], rich_text=False)
    return shown | {"blocks": fill_in_ids(blocks, call.state.token)}


def _ask_to_sign_in(call: Call, post: Post) -> None:
    """Show the invitation to sign in to the person who shared the link, privately."""
    if post.channel not in call.state.conversations:
        return
    blocks = call.arguments.get("user_auth_blocks")
    said = call.text("user_auth_message") or "Sign in to see what this link leads to."
    content = {"text": said, "blocks": read_blocks(blocks) if blocks else []}
    call.state.post(post.channel, call.state.bot.id, content, audience=post.user)


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update_message,
    "chat.delete": delete_message,
    "chat.getPermalink": make_permalink,
    "chat.unfurl": unfurl,
}
