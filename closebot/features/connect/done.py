"""After connecting: what was typed before runs, and the person reads who they are now."""

import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from closebot.people import People, Person
from closebot.slack import kit
from closebot.slack.kit import Json
from closebot.slack.outgoing import Outgoing, SlackFailed
from closebot.store import Owner, StoreError, TypedCommand

log = logging.getLogger(__name__)

# A response address lives for 30 minutes; after that there is no place left to answer in.
TYPED_LIVES = timedelta(minutes=29)
_FORM = "connect form"

Run = Callable[[TypedCommand], None]


async def run_typed_before(
    people: People, owner: Owner, now: datetime, run: Run, slash: str
) -> list[str]:
    """Run what was typed before connecting, and return it as it was typed. Raises `StoreError`."""
    typed = await people.store.take_commands(owner, not_before=now - TYPED_LIVES)
    for one in typed:
        run(one)
    return [f"{slash} {one.text}".strip() for one in typed]


def connected_blocks(person: Person, running: Sequence[str], other_email: str = "") -> list[Json]:
    """Say which account is connected now, and what happens next.

    `other_email`: the account's address, where Slack knows the person by another one.
    """
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
    if other_email:
        said = f"Its address is {other_email}, which is not yours in Slack. Not your account? "
        warned = [kit.words(said), kit.words("Disconnect it with the command ")]
        blocks.append(kit.rich(kit.line(*warned, kit.code("disconnect"), kit.words("."))))
    for typed in running:
        line = kit.line(kit.code(typed), kit.words(" runs now, where you typed it."))
        blocks.append(kit.rich(line))
    if not running:
        blocks.append(kit.section("Try a lookup now: type the command and a company's name."))
    return blocks


def connected(person: Person, running: Sequence[str], other_email: str = "") -> Json:
    """Draw the same as a modal."""
    blocks = connected_blocks(person, running, other_email)
    return kit.modal("connect.done", "Connected", blocks, close="Done")


async def remember_form(people: People, owner: Owner, view_id: str, now: datetime) -> None:
    """Remember the open connect form, which shows later what came of it elsewhere."""
    with contextlib.suppress(StoreError):
        await people.store.keepsakes.change(owner, _FORM, lambda _: view_id or None, now)


async def take_form(people: People, owner: Owner, now: datetime) -> str:
    """Return the id of the connect form that was opened last; empty for none."""
    found: list[str] = []

    def change(kept: object) -> None:
        found.append(kept if isinstance(kept, str) else "")

    with contextlib.suppress(StoreError):
        await people.store.keepsakes.change(owner, _FORM, change, now)
    return found[0] if found else ""


async def update_form(slack: Outgoing, view_id: str, view: Json) -> bool:
    """Draw `view` in the place of the connect form; False when that was closed."""
    if not view_id:
        return False
    try:
        await slack.call("views.update", view_id=view_id, view=view)
    except SlackFailed as error:
        log.info("the connect form is not open any more: %s", error)
        return False
    return True
