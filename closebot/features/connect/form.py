"""The connect form: agree at Close, or paste a key, which is proved before it is kept."""

import re
from datetime import datetime

from pydantic import Field, field_validator

from closebot.cards.connect import CONNECT, RUN, other_organization
from closebot.close import CloseError, RateLimited, Refused, Unreadable
from closebot.features.connect.declared import feature
from closebot.features.connect.done import connected, remember_form, run_typed_before
from closebot.features.connect.slack_person import read_slack_zone
from closebot.people import OtherOrganization, People
from closebot.slack import kit
from closebot.slack.forms import Errors, Form, Reply, Show
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Outgoing
from closebot.slack.payloads import Call
from closebot.slack.router import RunCommand
from closebot.store import Owner, StoreError

SAVE = "connect.save"
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


def connect_form(address: str = "") -> Json:
    """Draw the connect form. `address`: where the person agrees at Close, if that is offered."""
    granting = [
        kit.section(
            "You agree in your browser and come back here. closebot acts as you then, for what "
            "you do and nothing else; `disconnect` takes it back."
        ),
        kit.actions(kit.button("Connect with Close", "link.grant", url=address, style="primary")),
        kit.divider(),
    ]
    how = "Make a key in Close under *Settings → Developer → API Keys* and paste it here."
    pasting = f"*Or paste an API key.* {how}" if address else how
    return kit.modal(
        SAVE,
        "Connect Close",
        [
            *(granting if address else []),
            kit.section(
                f"{pasting} It is kept encrypted, and used for what you do and nothing else."
            ),
            kit.actions(kit.button("Open API Keys in Close", "link.keys", url=KEYS_PAGE)),
            kit.text_input(
                "key",
                "Close API key",
                placeholder="api_…",
                hint="An OAuth access token works too.",
                focus=not address,
                longest=400,
            ),
        ],
        submit="Connect",
        close="Cancel",
    )


@feature.command("connect", usage="connect", help="Connect your own Close account")
async def open_form(modal: Modal, owner: Owner, people: People, now: datetime) -> None:
    """Open the form at once."""
    await _open(modal, owner, people, now)


@feature.action(CONNECT)
async def open_form_by_button(modal: Modal, owner: Owner, people: People, now: datetime) -> None:
    """Open the form from a prompt."""
    await _open(modal, owner, people, now)


async def _open(modal: Modal, owner: Owner, people: People, now: datetime) -> None:
    address = ""
    if people.grants.offered:
        try:
            address = await people.grants.begin(owner)
        except StoreError:  # a key may be pasted all the same
            address = ""
    view_id = await modal.open(connect_form(address))
    if address:
        await remember_form(people, owner, view_id, now)


@feature.action(RUN)
async def run_typed(words: str, call: Call, run_command: RunCommand) -> None:
    """Run what was typed before, now that there is a click for its form to open after."""
    run_command(
        words,
        channel=call.channel,
        response_url=call.response_url,
        trigger_id=call.trigger_id,
    )


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
    except OtherOrganization as other:
        before, proved = other.before.organization_name, other.proved.organization_name
        return Show(kit.modal("connect.other", "Connect Close", other_organization(before, proved)))
    except Refused:
        return Errors({"key": "Close refused this key. Copy it once more, whole, and try again."})
    except RateLimited:
        return Errors({"key": "Close asks us to slow down. Press Connect again in a moment."})
    except Unreadable:
        said = "Close gave an answer that makes no sense. Press Connect again in a moment."
        return Errors({"key": said})
    except CloseError:
        return Errors({"key": "Close did not answer. Press Connect again in a moment."})
    running = await run_typed_before(
        people,
        owner,
        now,
        lambda one: run_command(one.text, channel=one.channel, response_url=one.response_url),
        call.slash,
    )
    return Show(connected(person, running))
