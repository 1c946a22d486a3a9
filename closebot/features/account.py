"""Which account am I, and how do I leave."""

from closebot.cards.connect import connect_button
from closebot.people import People, Person
from closebot.slack import kit
from closebot.slack.feature import Feature
from closebot.slack.kit import Json
from closebot.slack.outgoing import Respond
from closebot.slack.payloads import Call
from closebot.store import Owner

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
        message = kit.sentence(f"{said}To look for a lead, use `{call.slash} lead <name>`.")
    elif not await people.store.forget_person(owner):
        message = kit.sentence(
            "You are not connected, so there is nothing to forget.",
            kit.actions(connect_button()),
        )
    else:
        message = kit.sentence(
            "Disconnected: your key is deleted here. It still exists in Close, under "
            f"*Settings → Developer → API Keys*. `{call.slash} connect` brings you back."
        )
    await respond(message)
