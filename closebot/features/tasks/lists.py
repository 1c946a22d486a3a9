"""Look through tasks: one's own or a colleague's, those of a time, to-dos or the whole inbox."""

from closebot.cards.tasks import NEXT, PREVIOUS
from closebot.cards.typed_tasks import take_person
from closebot.features.tasks.declared import feature
from closebot.features.tasks.person import find_named, unite_mentions
from closebot.features.tasks.shown import SCOPES, Choice, draw_page, find_page, read_pages
from closebot.people import Person
from closebot.slack import kit
from closebot.slack.outgoing import Outgoing, Respond
from closebot.slack.payloads import Call

_EVERY_TYPE = ("all types", "all", "inbox")


def read_words(words: str) -> tuple[Choice | None, str]:
    """Read which list was asked for, and whose (without the “@”); None for words nobody knows."""
    rest, person = take_person(words)
    scope, every = "open", False
    text = " ".join(rest.casefold().split())
    for said in _EVERY_TYPE:
        if text == said or text.endswith(f" {said}") or text.startswith(f"{said} "):
            every = True
            text = text.removesuffix(said).removeprefix(said).strip()
            break
    if text:
        if text not in SCOPES:
            return None, person
        scope = text
    return Choice(scope, "", every), person


@feature.command(
    "tasks",
    usage="tasks [today/overdue/week/future/done] [@person] [all types]",
    help="List tasks, and finish or put them off; yours that are open, unless you say more",
    example="tasks overdue",
)
async def list_tasks(call: Call, me: Person, respond: Respond, slack: Outgoing) -> None:
    """Answer with the first page, grouped by when things are due."""
    choice, person = read_words(unite_mentions(call))
    if choice is None:
        known = ", ".join(f"`{call.slash} tasks {scope}`" for scope in SCOPES[1:])
        said = f"Which tasks? `{call.slash} tasks` lists yours that are open; there is also {known}"
        await respond(kit.sentence(f"{said}, and `{call.slash} tasks all types`."))
        return
    if person:
        user_id, _ = await find_named(person, call, me, slack)
        if not user_id:
            said = f"Nobody in Close is “{kit.quote(person, 200)}” for certain. "
            await respond(kit.sentence(f"{said}Try their name as it is in Close, or their e-mail."))
            return
        choice = Choice(choice.scope, user_id, choice.all_types)
    await respond(draw_page(await find_page(choice, 0, me), me))


@feature.action(NEXT)
async def next_page(words: str, me: Person, respond: Respond) -> None:
    """Show the page after this one in its place."""
    await _turn(words, me, respond)


@feature.action(PREVIOUS)
async def previous_page(words: str, me: Person, respond: Respond) -> None:
    """Show the page before this one in its place."""
    await _turn(words, me, respond)


async def _turn(words: str, me: Person, respond: Respond) -> None:
    skip, choice = read_pages(words)
    await respond(draw_page(await find_page(choice, skip, me), me), replace=True)
