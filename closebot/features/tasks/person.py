"""Whom somebody means by “@name”, and how they write dates: what only Slack knows."""

import asyncio
import re
from datetime import timedelta

from closebot.close import CloseError
from closebot.people import Person, find_colleague
from closebot.slack.kit import Json
from closebot.slack.outgoing import Outgoing, SlackFailed
from closebot.slack.payloads import Call

SOON = 1.0  # seconds for Slack to tell a profile
_LOCALE_AGE = timedelta(days=1)
_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|([^<>]*))?>")


async def find_named(typed: str, call: Call, me: Person, slack: Outgoing) -> tuple[str, str]:
    """Return the id and name of the Close user that “@…” means; empty for nobody for certain.

    `typed` is without the “@”. Raises `CloseError`.
    """
    if typed.casefold() == "me":
        return me.connection.close_user_id, me.connection.close_user_name
    slack_user = _find_id(typed, call)
    if slack_user == call.user:
        return me.connection.close_user_id, me.connection.close_user_name
    found = await find_colleague(me, slack_user, []) if slack_user else ("", "")
    if found[0]:
        return found
    names = [typed]
    if slack_user:
        profile = await _ask_profile(slack, slack_user)
        own = profile.get("profile")
        more = own if isinstance(own, dict) else {}
        said = (more.get("email"), profile.get("real_name"), more.get("display_name"))
        names = [*(one for one in said if isinstance(one, str)), typed]
    return await find_colleague(me, "", names)


def unite_mentions(call: Call) -> str:
    """Return a command's words with each mention as one word, also where a name has blanks."""
    words = call.words
    for found in _mentions(call):
        if found[2] and len(found[2].split()) > 1:
            words = words.replace(f"@{found[2]}", f"@{found[1]}")
    return words


async def find_locale(call: Call, me: Person, slack: Outgoing) -> str:
    """Return how a person writes dates (`en-US`); empty where Slack does not say it soon."""
    user, question = me.connection.close_user_id, f"locale {call.user}"
    known: str | None = me.known.recall(user, question, me.now, _LOCALE_AGE)
    if known:
        return known
    locale = (await _ask_profile(slack, call.user, include_locale=True)).get("locale")
    if not isinstance(locale, str):
        return ""
    me.known.learn(user, question, locale, me.now)
    return locale


async def try_find_named(typed: str, call: Call, me: Person, slack: Outgoing) -> tuple[str, str]:
    """Do the same for a form that can do without: nobody, where Close does not tell."""
    try:
        async with asyncio.timeout(2 * SOON):
            return await find_named(typed, call, me, slack)
    except (CloseError, TimeoutError):
        return "", ""


def _find_id(typed: str, call: Call) -> str:
    """Return the Slack id behind a mention in the command as Slack delivered it."""
    for found in _mentions(call):
        if typed in (found[1], found[2]):
            return found[1]
    return typed if re.fullmatch(r"[UW][A-Z0-9]{6,30}", typed) else ""


def _mentions(call: Call) -> list[re.Match[str]]:
    raw = call.body.get("text")
    return list(_MENTION.finditer(raw if isinstance(raw, str) else ""))


async def _ask_profile(slack: Outgoing, user: str, **more: bool) -> Json:
    try:
        async with asyncio.timeout(SOON):
            answer = await slack.call("users.info", user=user, **more)
    except (SlackFailed, TimeoutError):
        return {}
    profile = answer.get("user")
    return profile if isinstance(profile, dict) else {}
