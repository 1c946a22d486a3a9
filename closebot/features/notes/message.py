"""A message of Slack as the text of a note: who said what, where and when, with its address."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from closebot.cards.notes import LONGEST, MOST_BYTES, Piece
from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.origins import find_permalink, is_outside, message_of, names_of, stamp_of
from closebot.slack.payloads import Call
from closebot.slack.readable import read_message

_PLACES = {"directmessage": "a direct message", "privategroup": "a private channel"}


def compose(call: Call, profiles: dict[str, Json], zone: ZoneInfo) -> Piece:
    """Make the text of a note of the message that a shortcut was used on."""
    message, stamp = message_of(call), stamp_of(call)
    names = names_of(profiles)
    first = f"{_author(message, names)} in {_place(call)}{_moment(stamp, zone)}"
    link = find_permalink(call)
    rest = LONGEST - len(first) - len(link) - 10
    said = kit.clip(read_message(message, names=names), rest)
    while len(said.encode()) > MOST_BYTES - 4000:
        said = kit.clip(said, len(said) * 9 // 10)
    text = "\n\n".join(part for part in (first, said, link) if part)
    key = f"{call.channel or 'none'}.{stamp}"
    return Piece(key, text, is_outside=is_outside(call, profiles))


def _author(message: Json, names: dict[str, str]) -> str:
    user = _text(message, "user")
    said = (
        names.get(user, ""),
        _text(_dict(message.get("user_profile")), "real_name"),
        _text(message, "username"),
        _text(_dict(message.get("bot_profile")), "name"),
        f"@{user}" if user else "",
    )
    name = next((one for one in said if one.strip()), "Somebody")
    return kit.clip(" ".join(name.split()), 100)


def _place(call: Call) -> str:
    name = _text(_dict(call.body.get("channel")), "name")
    if name.startswith("mpdm-"):
        return "a group message"
    return _PLACES.get(name) or (f"#{kit.clip(name, 100)}" if name else "Slack")


def _moment(stamp: str, zone: ZoneInfo) -> str:
    try:
        local = datetime.fromtimestamp(float(stamp), UTC).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return ""
    return f", {local.day} {local:%b %Y %H:%M}"


def _text(holder: Any, key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
