"""Add a task: in one line, in a form, from a lead's card or from a message."""

import asyncio
from datetime import date, datetime

from pydantic import field_validator

from closebot.cards.leads import NEW_TASK
from closebot.cards.task_forms import CREATE, Draft, new_form, read_due, read_refusal
from closebot.cards.tasks import TAKE_BACK, Press, State, task_card
from closebot.cards.typed_tasks import names_slashed, read_task
from closebot.close import CloseError, Invalid, Lead, NotFound, Task, create_once
from closebot.features.tasks.acting import answer
from closebot.features.tasks.declared import feature
from closebot.features.tasks.person import find_locale, unite_mentions
from closebot.features.tasks.understood import itself, understand
from closebot.people import Person, name_lead, propose_lead
from closebot.slack import kit
from closebot.slack.forms import Errors, Form, Reply
from closebot.slack.kit import Json
from closebot.slack.origins import (
    ask_profiles,
    find_permalink,
    is_outside,
    message_of,
    names_of,
)
from closebot.slack.outgoing import Modal, Outgoing, Respond
from closebot.slack.payloads import Call
from closebot.slack.readable import read_hints, read_message

_LONGEST_EXCERPT = 300
_GONE = "This lead is no longer in Close, or you may not see it. Choose another and try again."
_TITLE = "New task"


class NewForm(Form):
    """What is to be done, for which lead, when and by whom."""

    lead: str
    task: str
    due: str = ""
    time: str = ""
    assignee: str = ""
    allowed: tuple[str, ...] = ()

    @field_validator("task")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value:
            raise ValueError("Say what is to be done.")
        return value


@feature.command(
    "task",
    usage="task <text> [for <lead>] [@person] [when]",
    help="Add a task in one line; a form opens for what is not clear",
    example="task call Jane for Acme tomorrow 3pm",
)
async def add(call: Call, me: Person, respond: Respond, modal: Modal, slack: Outgoing) -> None:
    """Take the line apart and create the task, or open the form with what was understood."""
    words = unite_mentions(call)
    locale = await find_locale(call, me, slack) if names_slashed(words) else ""
    typed = read_task(words, now=me.now, zone=me.zone, locale=locale)
    draft = await understand(words, typed, call, me, slack)
    if draft.lead is None or draft.hints or not draft.text:
        await modal.open(new_form(draft, me.zone))
        return
    try:
        task = await _create(draft.lead.id, draft.text, draft.due, draft.assignee[0], me)
    except CloseError:
        # Slack shows a command to nobody once it is sent.
        await respond(kit.sentence(f"You typed: {kit.quote(call.typed, 2500)}"))
        raise
    await respond(await _made(task, draft.lead, draft.assignee[1], call, me))


@feature.action(NEW_TASK)
async def open_of_lead(words: str, me: Person, modal: Modal) -> None:
    """Open the form from a lead's card."""

    async def draw() -> Json:
        return new_form(Draft(await name_lead(me, words), assignee=itself(me)), me.zone)

    await modal.open_when_ready(_TITLE, draw())


@feature.message_shortcut("create_task", name="Create task", help="Make a task of a message")
async def open_of_message(call: Call, me: Person, modal: Modal, slack: Outgoing) -> None:
    """Open the form with the first lines of a message and its address."""

    async def draw() -> Json:
        message = message_of(call)
        proposal, profiles = await asyncio.gather(
            propose_lead(me, call.channel, [read_hints(message)]), ask_profiles(slack, call)
        )
        said = _excerpt(read_message(message, names=names_of(profiles)))
        draft = Draft(
            proposal.lead,
            "\n".join(part for part in (said, find_permalink(call)) if part),
            assignee=itself(me),
            hints={"lead": proposal.hint},
            is_outside=is_outside(call, profiles),
        )
        return new_form(draft, me.zone)

    await modal.open_when_ready(_TITLE, draw())


@feature.view(CREATE, form=NewForm, waiting="Creating the task…", once=True)
async def create(form: NewForm, call: Call, me: Person, respond: Respond) -> Reply:
    """Create the task, once, and show it where the form was opened."""
    view = call.view or {}
    asked = any(block.get("block_id") == "allowed" for block in view.get("blocks", []))
    if asked and not form.allowed:
        return Errors({"allowed": "Tick this box, or cancel: then nothing goes to Close."})
    due, wrong = read_due(form.due, form.time, now=me.now, zone=me.zone)
    if wrong:
        return Errors(wrong)
    try:
        task = await _create(form.lead, form.task, due, form.assignee, me, call.earlier)
    except Invalid as error:
        me.forget_setup()  # who is there may have changed
        return Errors(read_refusal(error))
    except NotFound:
        return Errors({"lead": _GONE})
    lead = Lead(id=form.lead, display_name=_chosen(view, "lead"))
    card = await _made(task, lead, _chosen(view, "assignee"), call, me)
    return await answer(respond(card), "The task is created.")


async def _create(
    lead_id: str,
    text: str,
    due: date | datetime | None,
    assignee: str,
    me: Person,
    earlier: datetime | None = None,
) -> Task:
    own = me.connection.close_user_id
    tasks = me.close.tasks
    return await create_once(
        lambda: tasks.create(lead_id, text, date=due, assigned_to=assignee or own),
        lambda since: tasks.find_created(
            lead_id, since, text, date=due, assigned_to=assignee or own, created_by=own
        ),
        began=me.now,
        earlier=earlier,
    )


async def _made(task: Task, lead: Lead, assignee: str, call: Call, me: Person) -> Json:
    """Draw a task that was created, with an Undo that deletes it."""
    known = {"lead_name": lead.display_name, "lead_id": lead.id, "assigned_to_name": assignee}
    task = task.model_copy(
        update={key: value for key, value in known.items() if value and not getattr(task, key)}
    )
    await me.see_lead(_name(lead, task.lead_name), call.channel)
    return task_card(
        task,
        today=me.today,
        zone=me.zone,
        title="Task created",
        state=State(undo=(TAKE_BACK, str(Press(task.id, task.date)))),
    )


def _name(lead: Lead, name: str) -> Lead:
    return lead if lead.display_name else lead.model_copy(update={"display_name": name})


def _excerpt(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return kit.clip("\n".join(lines[:2]), _LONGEST_EXCERPT)


def _chosen(view: Json, name: str) -> str:
    """Return the words of the option that stands in a field."""
    for element in view.get("state", {}).get("values", {}).get(name, {}).values():
        option = element.get("selected_option")
        if isinstance(option, dict):
            return str(option.get("text", {}).get("text", "")).strip()
    return ""
