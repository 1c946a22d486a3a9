"""The Web API about conversations: which there are, who is in them, and coming in."""

from closebot.sandbox.slack_api.faults import Refused
from closebot.sandbox.slack_api.methods_people import find_user
from closebot.sandbox.slack_api.records import Conversation, Json
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.web_api import Call, Method

_KINDS = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
# How scopes call a kind of conversation.
_SCOPES = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}


def show_conversation(state: State, conversation: Conversation) -> Json:
    """Show a channel or a private conversation as the Web API does."""
    if conversation.kind == "im":
        other = next(iter(conversation.members - {state.bot.id}))
        return {
            "id": conversation.id,
            "created": 1700000000,
            "is_archived": False,
            "is_im": True,
            "is_org_shared": False,
            "user": other,
            "is_user_deleted": False,
            "priority": 0,
        }
    private = conversation.kind in {"private", "mpim"}
    return {
        "id": conversation.id,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": not private,
        "is_group": private,
        "is_im": False,
        "is_mpim": conversation.kind == "mpim",
        "is_private": private,
        "created": 1700000000,
        "creator": next(iter(state.users)),
        "is_archived": False,
        "is_general": conversation.key == "general",
        "is_shared": conversation.shared,
        "is_ext_shared": conversation.shared,
        "is_pending_ext_shared": conversation.pending,
        "pending_shared": [state.partner_id] if conversation.pending else [],
        "is_org_shared": False,
        "is_member": state.bot.id in conversation.members,
        "topic": {"value": conversation.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(conversation.members),
    }


def find_visible(call: Call) -> Conversation:
    """Find a conversation that the bot may know of. Raises `Refused`."""
    conversation = call.state.conversations.get(call.text("channel"))
    if conversation is None:
        raise Refused("channel_not_found")
    if conversation.kind != "public" and call.state.bot.id not in conversation.members:
        raise Refused("channel_not_found")
    return conversation


def open_conversation(call: Call) -> Json:
    if call.text("channel"):
        conversation = find_visible(call)
    else:
        names = call.arguments.get("users") or ""
        users = names if isinstance(names, list) else str(names).split(",")
        if len(users) != 1 or not users[0]:
            raise Refused("users_list_not_supplied" if not names else "not_enough_users")
        conversation = call.state.direct(find_user(call.state, str(users[0])))
    if call.flag("return_im"):
        return {"channel": show_conversation(call.state, conversation)}
    return {"channel": {"id": conversation.id}}


def show_channel(call: Call) -> Json:
    demand_of_kind(call, "read")
    return {"channel": show_conversation(call.state, find_visible(call))}


def demand_of_kind(call: Call, right: str) -> None:
    """Refuse whoever lacks a right (`read`, `history`) to conversations of this kind."""
    asked = call.state.conversations.get(call.text("channel"))
    call.demand(f"{_SCOPES[asked.kind if asked else 'public']}:{right}")


def list_members(call: Call) -> Json:
    demand_of_kind(call, "read")
    members = sorted(find_visible(call).members)
    return {"members": members, "response_metadata": {"next_cursor": ""}}


def list_channels(call: Call) -> Json:
    names = [name.strip() for name in call.text("types", "public_channel").split(",")]
    if not set(names) <= _KINDS.keys():
        raise Refused("invalid_types")
    asked = {_KINDS[name] for name in names}
    for kind in sorted(asked):
        call.demand(f"{_SCOPES[kind]}:read")
    state = call.state
    seen = [
        show_conversation(state, conversation)
        for conversation in state.conversations.values()
        if conversation.kind in asked
        and (conversation.kind == "public" or state.bot.id in conversation.members)
    ]
    page, cursor = call.page(seen)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


def join_channel(call: Call) -> Json:
    conversation, bot = find_visible(call), call.state.bot.id
    if conversation.kind != "public":
        raise Refused("method_not_supported_for_channel_type")
    already = bot in conversation.members
    conversation.members.add(bot)
    call.state.changes.note("channel")
    shown: Json = {"channel": show_conversation(call.state, conversation)}
    if already:
        word = "already_in_channel"
        shown |= {"warning": word, "response_metadata": {"warnings": [word]}}
    return shown


METHODS: dict[str, Method] = {
    "conversations.info": show_channel,
    "conversations.join": join_channel,
    "conversations.list": list_channels,
    "conversations.members": list_members,
    "conversations.open": open_conversation,
}
