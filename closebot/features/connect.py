"""Connect a Close account: paste a key, it is proved, and what was typed before runs."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import Field, field_validator

from closebot.cards.connect import CONNECT
from closebot.close import CloseError, RateLimited, Refused, Unreadable
from closebot.people import People, Person
from closebot.slack import kit
from closebot.slack.feature import Feature
from closebot.slack.forms import Errors, Form, Reply, Show
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Outgoing, SlackFailed
from closebot.slack.payloads import Call
from closebot.slack.router import RunCommand
from closebot.store import Owner

feature = Feature("connect")

SAVE = "connect.save"
# A response address lives for 30 minutes; after that there is no place left to answer in.
TYPED_LIVES = timedelta(minutes=29)
KEYS_PAGE = "https://app.close.com/settings/developer/api-keys/"


class ConnectForm(Form):
    """What is typed into the connect form."""

    key: str = Field(repr=False)

    @field_validator("key")
    @classmethod
    def _looks_like_a_key(cls, value: str) -> str:
        if not value:
            raise ValueError("Paste your key here.")
        if not re.fullmatch(r"[\x21-\x7e]{8,400}", value):
            raise ValueError("This is not a Close key: one long word without blanks.")
        return value


def connect_form() -> Json:
    """Draw the connect form."""
    return kit.modal(
        SAVE,
        "Connect Close",
        [
            kit.section(
                "Make a key in Close under *Settings → Developer → API Keys* and paste it here. "
                "It is kept encrypted, and used for what you do and nothing else."
            ),
            kit.actions(kit.button("Open API Keys in Close", "link.keys", url=KEYS_PAGE)),
            kit.text_input(
                "key",
                "Close API key",
                placeholder="api_…",
                hint="An OAuth access token works too.",
                focus=True,
                longest=400,
            ),
        ],
        submit="Connect",
        close="Cancel",
    )


def connected(person: Person, running: Sequence[str]) -> Json:
    """Say which account is connected now, and what happens next."""
    account = person.connection
    blocks = [
        kit.rich(
            kit.line(
                kit.words("Connected as "),
                kit.words(account.close_user_name or "somebody without a name", bold=True),
                kit.words(f" of {account.organization_name or 'an organization without a name'}."),
            )
        )
    ]
    for typed in running:
        line = kit.line(kit.code(typed), kit.words(" runs now, where you typed it."))
        blocks.append(kit.rich(line))
    if not running:
        blocks.append(kit.section("Try a lookup now: type the command and a company's name."))
    return kit.modal("connect.done", "Connected", blocks, close="Done")


@feature.command("connect", usage="connect", help="Connect your own Close account")
async def open_form(modal: Modal) -> None:
    """Open the form at once."""
    await modal.open(connect_form())


@feature.action(CONNECT)
async def open_form_by_button(modal: Modal) -> None:
    """Open the form from a prompt."""
    await modal.open(connect_form())


@feature.view(SAVE, form=ConnectForm, waiting="Checking your key with Close…", secret=("key",))
async def save(
    form: ConnectForm,
    call: Call,
    owner: Owner,
    people: People,
    slack: Outgoing,
    now: datetime,
    run_command: RunCommand,
) -> Reply:
    """Prove the key, store it, and run what was typed before."""
    try:
        person = await people.connect(owner, form.key, await read_slack_zone(slack, call.user))
    except Refused:
        return Errors({"key": "Close refused this key. Copy it once more, whole, and try again."})
    except RateLimited:
        return Errors({"key": "Close asks us to slow down. Press Connect again in a moment."})
    except Unreadable:
        said = "Close gave an answer that makes no sense. Press Connect again in a moment."
        return Errors({"key": said})
    except CloseError:
        return Errors({"key": "Close did not answer. Press Connect again in a moment."})
    typed = await people.store.take_commands(owner, not_before=now - TYPED_LIVES)
    for one in typed:
        run_command(one.text, channel=one.channel, response_url=one.response_url)
    return Show(connected(person, [f"{call.slash} {one.text}" for one in typed]))


async def read_slack_zone(slack: Outgoing, user: str) -> str:
    """Return the IANA zone in a person's Slack profile; empty when Slack does not say it soon."""
    try:
        async with asyncio.timeout(1):
            answer = await slack.call("users.info", user=user)
    except (SlackFailed, TimeoutError):
        return ""
    profile = answer.get("user")
    zone = profile.get("tz") if isinstance(profile, dict) else None
    return zone if isinstance(zone, str) else ""
