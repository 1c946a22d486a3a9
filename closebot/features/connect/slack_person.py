"""What Slack says of a person who connects."""

import asyncio
from dataclasses import dataclass, field

from closebot.slack.outgoing import Outgoing, SlackFailed


@dataclass(frozen=True, slots=True)
class SlackPerson:
    """A person's name, IANA zone and e-mail address in Slack; empty where it is not said."""

    name: str = ""
    zone: str = ""
    email: str = field(default="", repr=False)


async def read_slack_zone(slack: Outgoing, user: str) -> str:
    """Return the IANA zone in a person's Slack profile; empty when Slack does not say it soon."""
    return (await read_slack_person(slack, user)).zone


async def read_slack_person(slack: Outgoing, user: str) -> SlackPerson:
    """Return who somebody is; empty when Slack does not say it soon."""
    try:
        async with asyncio.timeout(1):
            answer = await slack.call("users.info", user=user)
    except (SlackFailed, TimeoutError):
        return SlackPerson()
    user_said = answer.get("user")
    said = user_said if isinstance(user_said, dict) else {}
    profile = said.get("profile")
    email = profile.get("email") if isinstance(profile, dict) else None
    facts = (said.get("real_name") or said.get("name"), said.get("tz"), email)
    return SlackPerson(*(one if isinstance(one, str) else "" for one in facts))
