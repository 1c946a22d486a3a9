"""The Web API about the app itself, the workspace and people."""

from closebot.sandbox.slack_api.faults import Refused
from closebot.sandbox.slack_api.payloads import bot_body
from closebot.sandbox.slack_api.records import Json, User
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.web_api import Call, Method

_AVATARS = (24, 32, 48, 72, 192, 512)
_ICONS = (34, 44, 68, 88, 102, 132)


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
    user = find_user(call.state, call.text("user"))
    shown = show_user(call.state, user)
    return {"user": shown | ({"locale": "en-US"} if call.flag("include_locale") else {})}


def find_user(state: State, name: str) -> User:
    """Find somebody by id. Raises `Refused`."""
    if name not in state.users:
        raise Refused("user_not_found")
    return state.users[name]


def list_users(call: Call) -> Json:
    users = [show_user(call.state, user) for user in call.state.users.values()]
    page, cursor = call.page(users)
    now = int(call.state.now().timestamp())
    return {"members": page, "cache_ts": now, "response_metadata": {"next_cursor": cursor}}


def find_by_email(call: Call) -> Json:
    wanted = call.text("email").lower()
    for user in call.state.users.values():
        if wanted and user.email.lower() == wanted and user.role != "stranger":
            return {"user": show_user(call.state, user)}
    raise Refused("users_not_found")


def show_profile(call: Call) -> Json:
    name = call.text("user", call.state.bot.id)
    return {"profile": show_user(call.state, find_user(call.state, name))["profile"]}


# --- the workspace and the app ----------------------------------------------------------------


def show_team(call: Call) -> Json:
    state = call.state
    if call.text("team", state.team_id) != state.team_id:
        raise Refused("team_not_found")
    domain = state.world.team_domain
    icon = {f"image_{size}": f"https://a.slack-edge.com/{size}.png" for size in _ICONS}
    return {
        "team": {
            "id": state.team_id,
            "name": state.world.company,
            "url": f"https://{domain}.slack.com/",
            "domain": domain,
            "email_domain": "",
            "icon": icon | {"image_default": True},
        }
    }


def show_bot(call: Call) -> Json:
    if call.text("bot") != call.state.bot_id:
        raise Refused("bot_not_found")
    return {"bot": bot_body(call.state)}


METHODS: dict[str, Method] = {
    "api.test": test_api,
    "auth.test": test_auth,
    "apps.connections.open": open_connection,
    "bots.info": show_bot,
    "team.info": show_team,
    "users.info": show_one,
    "users.list": list_users,
    "users.lookupByEmail": find_by_email,
    "users.profile.get": show_profile,
}
