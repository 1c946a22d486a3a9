"""The message that a shortcut was used on: its address, its people, whose words it holds."""

import asyncio
import re
from typing import Any

from closebot.slack.kit import Json
from closebot.slack.outgoing import Outgoing, SlackFailed
from closebot.slack.payloads import Call
from closebot.slack.readable import mentioned

# How long names are waited for, in seconds, and of how many people.
SOON = 1.0
MOST_NAMES = 20


def message_of(call: Call) -> Json:
    """Return the message that a shortcut was used on."""
    return _dict(call.body.get("message"))


def stamp_of(call: Call) -> str:
    """Return the time stamp by which Slack knows that message; empty for an odd one."""
    found = _text(call.body, "message_ts") or _text(message_of(call), "ts")
    return found if re.fullmatch(r"\d{1,12}\.\d{1,10}", found) else ""


def find_permalink(call: Call) -> str:
    """Return the message's address; empty where the payload does not tell it.

    https://docs.slack.dev/reference/methods/chat.getPermalink
    """
    message, stamp = message_of(call), stamp_of(call)
    domain = _text(_dict(call.body.get("team")), "domain")
    if not re.fullmatch(r"[A-Za-z0-9.-]+", domain) or not call.channel or not stamp:
        return ""
    address = f"https://{domain}.slack.com/archives/{call.channel}/p{stamp.replace('.', '')}"
    thread = _text(message, "thread_ts")
    if re.fullmatch(r"\d+\.\d+", thread) and thread != stamp:
        address += f"?thread_ts={thread}&cid={call.channel}"
    return address


async def ask_profiles(slack: Outgoing, call: Call, *more: str) -> dict[str, Json]:
    """Return the profiles of whom a message is by and whom it mentions, of those Slack tells."""
    message = message_of(call)
    ids = dict.fromkeys([*more, _text(message, "user"), *mentioned(message)])
    asked = {
        one: asyncio.create_task(slack.call("users.info", user=one))
        for one in [one for one in ids if one][:MOST_NAMES]
    }
    if not asked:
        return {}
    try:
        await asyncio.wait(asked.values(), timeout=SOON)
    finally:
        for task in asked.values():
            task.cancel()
        ended = await asyncio.gather(*asked.values(), return_exceptions=True)
    found: dict[str, Json] = {}
    for one, answer in zip(asked, ended, strict=True):
        if isinstance(answer, dict):
            found[one] = _dict(answer.get("user"))
        elif not isinstance(answer, SlackFailed | asyncio.CancelledError):
            raise answer
    return found


def names_of(profiles: dict[str, Json]) -> dict[str, str]:
    """Return the names of those whose profiles tell one."""
    return {one: name for one, profile in profiles.items() if (name := _name(profile))}


def is_outside(call: Call, profiles: dict[str, Json]) -> bool:
    """Say whether a message is from another company: by Slack's word, or by its author's team.

    On Enterprise Grid another team may be another workspace of the same company.
    https://docs.slack.dev/reference/objects/user-object
    """
    message = message_of(call)
    author = profiles.get(_text(message, "user"), {})
    for holder in (call.body, _dict(call.body.get("channel"))):
        if any(holder.get(name) is True for name in ("is_ext_shared", "is_ext_shared_channel")):
            return True
    theirs = _text(_dict(author.get("enterprise_user")), "enterprise_id")
    ours = _text(_dict(call.body.get("enterprise")), "id")
    ours = ours or _text(_dict(call.body.get("team")), "enterprise_id")
    if ours and theirs == ours:
        return False
    if author.get("is_stranger") is True:
        return True
    teams = {_text(message, name) for name in ("user_team", "source_team", "team")} - {""}
    teams = teams or {_text(_dict(message.get("bot_profile")), "team_id")} - {""}
    return bool(teams and call.team and call.team not in teams)


def _name(profile: Json) -> str:
    own = _dict(profile.get("profile"))
    said = (
        _text(profile, "real_name"),
        _text(own, "real_name"),
        _text(own, "display_name"),
        _text(profile, "name"),
    )
    return next((one for one in said if one.strip()), "")


def _text(holder: Any, key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
