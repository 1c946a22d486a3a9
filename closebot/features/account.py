"""Which account am I, and how do I leave; also when the app or the person leaves Slack."""

import logging

from closebot.audience import Audience
from closebot.cards.connect import DISCONNECT, connect_button
from closebot.people import People, Person
from closebot.slack import kit
from closebot.slack.feature import Feature
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call
from closebot.store import Owner, StoreError

log = logging.getLogger(__name__)

feature = Feature("account")


def account_card(name: str, email: str, organization: str, *, zone: str, since: str) -> Json:
    """Draw which Close user and organization a person is."""
    pairs = [
        ("Close user", name),
        ("E-mail", email),
        ("Organization", organization),
        ("Time zone", zone),
        ("Connected", since),
    ]
    lines = [
        kit.line(kit.words(f"{word}  ", bold=True), kit.words(value or "not given"))
        for word, value in pairs
    ]
    said = kit.quote(f"You are {name} of {organization} in Close.")
    return kit.message(said, [kit.rich(*lines)])


@feature.command("me", usage="me", help="Say which Close user and organization you are")
async def show_account(me: Person, respond: Respond) -> None:
    """Ask Close who the key belongs to now."""
    user = await me.close.me.get()
    organization = user.organizations[0].name if user.organizations else ""
    await respond(
        account_card(
            user.name,
            user.email or "",
            organization or "",
            zone=me.zone.key,
            since=f"{me.connection.connected_at.astimezone(me.zone):%d %b %Y}",
        )
    )


@feature.command("disconnect", usage="disconnect", help="Forget your Close key here")
async def disconnect(
    words: str, call: Call, owner: Owner, people: People, respond: Respond
) -> None:
    """Delete the key and say how to come back."""
    if words:  # somebody looks for a company of that name
        said = f"Nothing was disconnected: `{call.slash} disconnect` takes no words. "
        message = kit.sentence(f"{said}To look for a lead, use `{call.slash} lead Acme`.")
        await respond(message)
        return
    await _disconnect(call, owner, people, respond)


@feature.action(DISCONNECT)
async def disconnect_by_button(call: Call, owner: Owner, people: People, respond: Respond) -> None:
    """Do the same after a press that was confirmed."""
    await _disconnect(call, owner, people, respond)


async def _disconnect(call: Call, owner: Owner, people: People, respond: Respond) -> None:
    ended = await people.forget(owner)
    if not ended.was_connected:
        message = kit.sentence(
            "You are not connected, so there is nothing to forget.",
            kit.actions(connect_button()),
        )
    else:
        message = kit.sentence(f"{_WORDS[ended.revoked]} `{call.slash} connect` brings you back.")
    await respond(message)


_WORDS = {
    None: "Disconnected: your key is deleted here. It still exists in Close, under "
    "*Settings → Developer → API Keys*.",
    True: "Disconnected: your access is deleted here and taken back at Close.",
    False: "Disconnected: your access is deleted here. Close did not confirm that it is taken back "
    "there too, so look in Close's settings, and remove closebot from the connected apps.",
}


# --- ends that nobody types ---------------------------------------------------------------------


@feature.event("app_uninstalled")
async def forget_workspace(call: Call, people: People) -> None:
    """Delete all that is kept of a workspace that has removed the app."""
    await _forget_workspace(call, people)


@feature.event("tokens_revoked")
async def forget_workspace_of_tokens(call: Call, people: People) -> None:
    """Do the same when the bot's token was revoked; those of people are none of ours."""
    tokens = call.body["event"].get("tokens")
    if isinstance(tokens, dict) and tokens.get("bot"):
        await _forget_workspace(call, people)


async def _forget_workspace(call: Call, people: People) -> None:
    try:
        await people.forget_workspace(call.workspace)
    except StoreError:
        # Slack tells it once, so nobody comes back to this.
        log.error("a workspace has left and could not be deleted: delete the database file")  # noqa: TRY400
        raise
    log.info("a workspace has left: everything of it is deleted")


@feature.event("user_change")
async def forget_deactivated(call: Call, owner: Owner, people: People, audience: Audience) -> None:
    """Delete all that is kept of somebody whose Slack account was deactivated."""
    user = call.body["event"].get("user")
    if not call.user or not isinstance(user, dict):
        return
    audience.forget_person(call.user)
    if user.get("deleted") is True:
        await people.forget(owner)
        log.info("somebody was deactivated: everything of them is deleted")
