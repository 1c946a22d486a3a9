"""Change a task in a form, hand it to somebody else, or delete it."""

from typing import Any

from pydantic import field_validator

from closebot.cards.edits import find_touched
from closebot.cards.task_forms import (
    DELETE_SURELY,
    SAVE,
    delete_form,
    edit_form,
    read_due,
    read_edited,
    read_former,
    read_refusal,
    write_former,
)
from closebot.cards.tasks import DELETE, EDIT, UNEDIT, Press, State
from closebot.close import BadId, Invalid, NotFound, Task
from closebot.features.tasks.acting import GONE, answer, change, remove, show_after, signed
from closebot.features.tasks.declared import feature
from closebot.features.tasks.shown import find_task, keep_message, keep_task, show
from closebot.people import Person
from closebot.slack import forms
from closebot.slack.forms import Done, Errors, Form, Reply
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Respond
from closebot.slack.payloads import Call


class EditForm(Form):
    """What was changed is read by what stood there."""

    task: str | None = None
    due: str = ""
    time: str = ""
    assignee: str = ""

    @field_validator("task")
    @classmethod
    def _says_something(cls, value: str | None) -> str | None:
        if value is not None and not value:
            raise ValueError("Say what is to be done.")
        return value


@feature.action(EDIT)
async def open_edit(words: str, call: Call, me: Person, modal: Modal) -> None:
    """Open the form with what the task has now."""
    press = keep_message(Press.read(words), call, me)

    async def draw() -> Json:
        task = await me.close.tasks.get(press.task_id)
        keep_task(task, me)
        return edit_form(task, str(Press(task.id, task.date, press.pages)), me.zone)

    await modal.open_when_ready("Edit task", draw())


@feature.view(SAVE, form=EditForm, waiting="Saving the task…", once=True)
async def save(form: EditForm, call: Call, me: Person, respond: Respond) -> Reply:
    """Send what differs from what stood there, and show the row as it is then."""
    view = call.view or {}
    kept, marks = read_edited(call.state)
    press = Press.read(kept)
    touched = find_touched(view.get("blocks", []), forms.read_values(view), marks)
    if not touched:
        return Done("Nothing was changed.")
    given: dict[str, Any] = {}
    if "task" in touched:
        given["text"] = form.task
    if "assignee" in touched:
        given["assigned_to"] = form.assignee
    if touched & {"due", "time"}:
        if not form.due and not form.time:
            return Errors({"due": "A task has a day in Close. Pick one."})
        due, wrong = read_due(form.due, form.time, now=me.now, zone=me.zone)
        if wrong:
            return Errors(wrong)
        given["date"] = due
    try:
        before = find_task(press, me)
        task = await change(me, press.task_id, **given)
    except Invalid as error:
        me.forget_setup()  # who is there may have changed
        return Errors(read_refusal(error, ("task", "due", "assignee")))
    except NotFound:
        return Errors({"due": "This task is no longer in Close, so nothing was changed."})
    undo = (UNEDIT, write_former(press, before, given)) if before else None
    state = State(signed("Changed", me), undo if undo and undo[1] else None)
    return await answer(show(press, task, state, call, me, respond), "The task is changed.")


@feature.action(UNEDIT)
async def change_back(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Give a task back what it had before it was changed."""
    press, former = read_former(words)

    async def act() -> tuple[Task, State]:
        if not former:
            raise BadId("an undo without what there was before")
        return await change(me, press.task_id, **former), State(signed("Changed back", me))

    await show_after(press, act, call, me, respond)


class DeleteForm(Form):
    """Nothing is filled in: Submit is the answer."""


@feature.action(DELETE)
async def ask_to_delete(words: str, call: Call, me: Person, modal: Modal) -> None:
    """Show what would be deleted, and ask."""
    press = keep_message(Press.read(words), call, me)

    async def draw() -> Json:
        task = find_task(press, me) or await me.close.tasks.get(press.task_id)
        keep_task(task, me)
        return delete_form(task, str(press), today=me.today, zone=me.zone)

    await modal.open_when_ready("Delete task", draw())


@feature.view(DELETE_SURELY, form=DeleteForm, waiting="Deleting the task…", once=True)
async def delete(call: Call, me: Person, respond: Respond) -> Reply:
    """Delete a task for good, and say so in its row."""
    press = Press.read(call.state)
    state = State(signed("Deleted", me), is_over=True)
    try:
        await remove(me, press.task_id)
    except NotFound:
        state = state if call.earlier else GONE
    shown = show(press, find_task(press, me), state, call, me, respond)
    return await answer(shown, "The task is deleted.")
