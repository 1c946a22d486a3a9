"""An account of another organization: it takes the place of the first one only after a yes."""

from datetime import datetime

from closebot.cards.connect import KEEP, REPLACE, connect_button
from closebot.features.connect.declared import feature
from closebot.features.connect.done import connected_blocks, run_typed_before
from closebot.people import People
from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond
from closebot.slack.payloads import Call
from closebot.slack.router import RunCommand
from closebot.store import Owner


@feature.action(REPLACE)
async def replace(
    call: Call,
    owner: Owner,
    people: People,
    now: datetime,
    run_command: RunCommand,
    modal: Modal,
    respond: Respond,
) -> None:
    """Connect the account that waited for a yes."""
    person = await people.answer(owner, yes=True)
    if person is None:
        blocks = [
            kit.section(
                "Nothing was changed: this question was answered before, or is too old. Connect "
                "again to change the account."
            ),
            kit.actions(connect_button()),
        ]
    else:
        running = await run_typed_before(
            people,
            owner,
            now,
            lambda one: run_command(one.text, channel=one.channel, response_url=one.response_url),
            call.slash,
        )
        blocks = connected_blocks(person, running)
    await _say(call, modal, respond, blocks)


@feature.action(KEEP)
async def keep(call: Call, owner: Owner, people: People, modal: Modal, respond: Respond) -> None:
    """Give back what waited for a yes."""
    await people.answer(owner, yes=False)
    said = f"Nothing was changed. `{call.slash} me` says which account you are."
    await _say(call, modal, respond, [kit.section(said)])


async def _say(call: Call, modal: Modal, respond: Respond, blocks: list[Json]) -> None:
    """Put the answer in the place of the question."""
    if (call.view or {}).get("type") == "modal":
        await modal.update(kit.modal("connect.done", "Connect Close", blocks))
    else:
        await respond(kit.message(kit.read_words(blocks), blocks), replace=True)
