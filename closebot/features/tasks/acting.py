"""Finish a task, reopen it, put it off: each one press, one request, and shown in its place."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from closebot.cards.date_words import next_monday
from closebot.cards.dates import say_due
from closebot.cards.task_forms import PUT_OFF, snooze_days, snooze_form
from closebot.cards.tasks import (
    DONE,
    MONDAY,
    REOPEN,
    RESTORE,
    SNOOZE,
    TAKE_BACK,
    TOMORROW,
    Press,
    State,
    is_late,
    move_due,
)
from closebot.close import BadId, CloseError, NotFound, Task, WriteUnclear
from closebot.features.tasks.declared import feature
from closebot.features.tasks.shown import find_task, keep_message, show
from closebot.people import Person
from closebot.slack import kit
from closebot.slack.forms import Done, Errors, Form, Reply
from closebot.slack.outgoing import Modal, Respond, SlackFailed
from closebot.slack.payloads import Call

GONE = State("This task is no longer in Close, or you may not see it.", is_over=True)


@feature.action(DONE)
async def finish(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Tick a task off, with an Undo."""
    press = Press.read(words)

    async def act() -> tuple[Task, State]:
        task = await change(me, press.task_id, is_complete=True)
        undo = (REOPEN, str(replace(press, due=task.date or press.due)))
        return task, State(_say_done(task, me), undo)

    await show_after(press, act, call, me, respond)


@feature.action(REOPEN)
async def reopen(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Untick a task."""
    press = Press.read(words)

    async def act() -> tuple[Task, State]:
        task = await change(me, press.task_id, is_complete=False)
        return task, State(signed("Reopened", me))

    await show_after(press, act, call, me, respond)


@feature.action(TOMORROW)
async def put_off_to_tomorrow(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Put a task off to tomorrow, at its own time of day."""
    await _put_off(Press.read(words), me.today + timedelta(days=1), call, me, respond)


@feature.action(MONDAY)
async def put_off_to_monday(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Put a task off to the next Monday, at its own time of day."""
    await _put_off(Press.read(words), next_monday(me.today), call, me, respond)


@feature.action(SNOOZE)
async def ask_until_when(words: str, call: Call, me: Person, modal: Modal) -> None:
    """Ask until when; this asks Close nothing."""
    press = keep_message(Press.read(words), call, me)
    await modal.open(snooze_form(str(press), me.today))


class SnoozeForm(Form):
    """Until when: one of the proposed days, or the one picked."""

    until: str = "tomorrow"
    due: date | None = None


@feature.view(PUT_OFF, form=SnoozeForm, waiting="Putting the task off…", once=True)
async def put_off(form: SnoozeForm, call: Call, me: Person, respond: Respond) -> Reply:
    """Put a task off to the day that was chosen."""
    days = snooze_days(me.today)
    if form.until in days and form.due is None:
        day = days[form.until][1]
    elif form.due is None:
        return Errors({"due": "Pick the day."})
    elif form.due < me.today:
        return Errors({"due": "This day is past. Pick today or a later day."})
    else:
        day = form.due  # a day that was picked was meant, whatever stands above it
    return await answer(_put_off(Press.read(call.state), day, call, me, respond), "It is put off.")


@feature.action(RESTORE)
async def put_back(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Give a task the date back that it had before it was put off."""
    press = Press.read(words)

    async def act() -> tuple[Task, State]:
        if press.due is None:
            raise BadId("an undo without a date")
        task = await change(me, press.task_id, date=press.due)
        return task, State(signed("Date put back", me))

    await show_after(press, act, call, me, respond)


@feature.action(TAKE_BACK)
async def take_back(words: str, call: Call, me: Person, respond: Respond) -> None:
    """Delete a task that was just created."""
    press = Press.read(words)
    try:
        await remove(me, press.task_id)
    except NotFound:
        await show(press, find_task(press, me), GONE, call, me, respond)
        return
    said = kit.sentence("The task is deleted again. Nothing of it is left in Close.")
    await respond(said, replace=True)


async def show_after(
    press: Press,
    act: Callable[[], Awaitable[tuple[Task, State]]],
    call: Call,
    me: Person,
    respond: Respond,
) -> None:
    """Do something to a task and show what it is then; one that is gone is shown as that."""
    try:
        task, state = await act()
    except NotFound:
        await show(press, find_task(press, me), GONE, call, me, respond)
        return
    await show(press, task, state, call, me, respond)


async def answer(shown: Awaitable[None], said: str) -> Reply:
    """Answer a submission; what was written is not denied because Slack did not show it."""
    try:
        await shown
    except SlackFailed:
        return Done(f"{said} The message could not be changed.")
    return Done(said)


async def change(me: Person, task_id: str, **given: Any) -> Task:
    """Change a task; where Close does not confirm it, look whether it is so."""
    try:
        return await me.close.tasks.update(task_id, **given)
    except WriteUnclear as unclear:
        try:
            seen = await me.close.tasks.get(task_id)
        except CloseError:
            raise unclear from None
        if all(getattr(seen, name) == value for name, value in given.items()):
            return seen
        raise


async def remove(me: Person, task_id: str) -> None:
    """Delete a task; where Close does not confirm it, look whether it is gone."""
    try:
        await me.close.tasks.delete(task_id)
    except WriteUnclear as unclear:
        try:
            await me.close.tasks.get(task_id)
        except NotFound:
            return
        except CloseError:
            raise unclear from None
        raise


def signed(what: str, me: Person) -> str:
    """Say what was done, by whom and when: “Done by Ana, 10:42”."""
    name = kit.clip(me.connection.close_user_name or "you", 100)
    return f"{what} by {name}, {me.now.astimezone(me.zone):%H:%M}"


def _say_done(task: Task, me: Person) -> str:
    """Say who did it: Close keeps who changed a task last, and when."""
    others = task.updated_by_name != me.connection.close_user_name
    if others and is_late(task, me.now):
        who = f" by {kit.clip(task.updated_by_name, 100)}" if task.updated_by_name else ""
        return f"Done already{who}"
    return signed("Done", me)


async def _put_off(press: Press, day: date, call: Call, me: Person, respond: Respond) -> None:
    async def act() -> tuple[Task, State]:
        task = await change(me, press.task_id, date=move_due(press.due, day, me.zone))
        if task.is_complete:
            return task, State(_say_done(task, me), (REOPEN, str(press)))
        said = signed(f"Snoozed, {say_due(task.date, me.today, me.zone)},", me)
        return task, State(said, (RESTORE, str(press)) if press.due else None)

    await show_after(press, act, call, me, respond)
