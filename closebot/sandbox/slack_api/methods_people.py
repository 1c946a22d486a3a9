"""The Web API about the app itself, people and conversations."""

from closebot.sandbox.slack_api.faults import Refused
from closebot.sandbox.slack_api.records import Conversation, Json, User
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.web_api import Call, Method

_AVATARS = (24, 32, 48, 72, 192, 512)


def test_api(call: Call) -> Json:
    if call.text("error"):
        raise Refused(call.text("error"), args=call.arguments)
    return {"args": call.arguments} if call.arguments else {}


def test_auth(call: Call) -> Json:
    state = call.state
    return {
        "url": f"https://{state.world.team_domain}.slack.com/",
        "team": state.world.company,
        "user": state.bot.username,
        "team_id": state.team_id,
        "user_id": state.bot.id,
        "bot_id": state.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(call: Call) -> Json:
    return {"url": f"{call.app_base}/link/?ticket={call.ticket()}&app_id={call.state.app_id}"}


# --- people -----------------------------------------------------------------------------------


def show_user(state: State, user: User) -> Json:
    """Show a person as the Web API does."""
    is_foreign = user.role == "stranger"
    profile: Json = {
        "title": user.title,
        "phone": "",
        "skype": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.username,
        "display_name_normalized": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": f"g{user.id.lower()}",
        "team": user.team_id,
    }
    profile |= {f"image_{size}": f"https://a.slack-edge.com/{size}.png" for size in _AVATARS}
    if user.is_bot:
        profile |= {"api_app_id": state.app_id, "bot_id": state.bot_id, "always_active": True}
    elif not is_foreign:
        profile["email"] = user.email
    shown: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.username,
        "deleted": user.deleted,
        "color": "9f69e7",
        "real_name": user.real_name,
        "tz": user.zone,
        "tz_label": user.zone.partition("/")[2].replace("_", " "),
        "tz_offset": state.offset_of(user),
        "profile": profile,
        "is_admin": user.role == "admin",
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.role in {"guest", "guest_of_several"},
        "is_ultra_restricted": user.role == "guest",
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1700000000,
    }
    return shown | ({"is_stranger": True} if is_foreign else {"is_email_confirmed": True})


def show_one(call: Call) -> Json:
    _demand(call, "users:read")
    user = find_user(call.state, call.text("user"))
    shown = show_user(call.state, user)
    return {"user": shown | ({"locale": "en-US"} if call.flag("include_locale") else {})}


def _demand(call: Call, scope: str) -> None:
    if scope not in call.state.scopes:
        provided = ",".join(call.state.scopes)
        raise Refused("missing_scope", needed=scope, provided=provided)


def find_user(state: State, name: str) -> User:
    """Find somebody by id. Raises `Refused`."""
    if name not in state.users:
        raise Refused("user_not_found")
    return state.users[name]


def list_users(call: Call) -> Json:
    users = [show_user(call.state, user) for user in call.state.users.values()]
    page, cursor = _page(call, users)
    now = int(call.state.now().timestamp())
    return {"members": page, "cache_ts": now, "response_metadata": {"next_cursor": cursor}}


def find_by_email(call: Call) -> Json:
    wanted = call.text("email").lower()
    for user in call.state.users.values():
        if wanted and user.email.lower() == wanted and user.role != "stranger":
            return {"user": show_user(call.state, user)}
    raise Refused("users_not_found")


def _page(call: Call, items: list[Json]) -> tuple[list[Json], str]:
    limit = call.count("limit", 200)
    try:
        start = int(call.text("cursor") or 0)
    except ValueError:
        raise Refused("invalid_cursor") from None
    end = start + max(1, limit)
    return items[start:end], str(end) if end < len(items) else ""


# --- conversations ----------------------------------------------------------------------------


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


def _find_visible(call: Call) -> Conversation:
    conversation = call.state.conversations.get(call.text("channel"))
    if conversation is None:
        raise Refused("channel_not_found")
    if conversation.kind != "public" and call.state.bot.id not in conversation.members:
        raise Refused("channel_not_found")
    return conversation


def open_conversation(call: Call) -> Json:
    if call.text("channel"):
        conversation = _find_visible(call)
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
    _demand_reading(call)
    return {"channel": show_conversation(call.state, _find_visible(call))}


def _demand_reading(call: Call) -> None:
    """Refuse whoever may not read of conversations of this kind."""
    asked = call.state.conversations.get(call.text("channel"))
    scopes = {"private": "groups:read", "im": "im:read", "mpim": "mpim:read"}
    _demand(call, scopes.get(asked.kind, "channels:read") if asked else "channels:read")


def list_members(call: Call) -> Json:
    _demand_reading(call)
    members = sorted(_find_visible(call).members)
    return {"members": members, "response_metadata": {"next_cursor": ""}}


def list_channels(call: Call) -> Json:
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im"}
    asked = {kinds.get(name.strip()) for name in call.text("types", "public_channel").split(",")}
    state = call.state
    seen = [
        show_conversation(state, conversation)
        for conversation in state.conversations.values()
        if conversation.kind in asked
        and (conversation.kind == "public" or state.bot.id in conversation.members)
    ]
    page, cursor = _page(call, seen)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


METHODS: dict[str, Method] = {
    "api.test": test_api,
    "auth.test": test_auth,
    "apps.connections.open": open_connection,
    "users.info": show_one,
    "users.list": list_users,
    "users.lookupByEmail": find_by_email,
    "conversations.open": open_conversation,
    "conversations.info": show_channel,
    "conversations.members": list_members,
    "conversations.list": list_channels,
}
