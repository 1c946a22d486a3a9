"""What a person chooses for themselves, and what a Slack admin chooses for everybody."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import field_validator

from closebot.cards.settings import (
    EVERYBODY,
    FIRST,
    FROM_SLACK,
    MOST_FIELDS,
    OPEN,
    SAVE,
    TITLE,
    Chosen,
    ForAll,
    settings_form,
    settings_saved,
)
from closebot.cards.zones import ZONES
from closebot.close import CloseError, CustomField, Pipeline, Unauthorized
from closebot.people import Mention, Person, Preferences, save_preferences
from closebot.slack import forms
from closebot.slack.feature import Feature
from closebot.slack.forms import Done, Errors, Form, Reply
from closebot.slack.kit import Json
from closebot.slack.outgoing import Modal, Outgoing, Respond
from closebot.slack.payloads import Call

T = TypeVar("T")

feature = Feature("settings")

SOON = 3.0  # seconds that the form waits for Close


class SettingsForm(Form):
    """What is chosen; each setting is a field of its own."""

    zone: str
    days: tuple[int, ...]
    mention: Mention
    pipeline: str = ""
    audience: str = "me"
    card_fields: tuple[str, ...] = ()

    @field_validator("days")
    @classmethod
    def _some_days(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        days = tuple(sorted({day for day in value if day in range(7)}))
        if not days:
            raise ValueError("Choose at least one day.")
        return days


@feature.command("settings", usage="settings", help="Choose your time zone, your days and more")
async def open_settings(call: Call, me: Person, slack: Outgoing, modal: Modal) -> None:
    """Open the form with what is chosen."""
    await modal.open_when_ready(TITLE, _draw(call, me, slack))


@feature.action(OPEN)
async def open_settings_by_button(call: Call, me: Person, slack: Outgoing, modal: Modal) -> None:
    """Open it from a button."""
    await modal.open_when_ready(TITLE, _draw(call, me, slack))


async def _draw(call: Call, me: Person, slack: Outgoing) -> Json:
    me.forget_setup()  # a field that was just made in Close is looked for here
    pipelines, fields, may_change = await asyncio.gather(
        _find_pipelines(me), _find_fields(me), _is_admin(slack, call.user)
    )
    chosen = await me.lead_card_fields() if fields is not None else ()
    offered = None if fields is None else _offer(fields, chosen)
    organization = me.connection.organization_name
    for_all = ForAll(organization, offered, chosen, may_change)
    return settings_form(read_chosen(me), pipelines, for_all, slash=call.slash)


async def _find_pipelines(me: Person) -> tuple[Pipeline, ...] | None:
    found = await _soon(me.organization())
    return found.pipelines if found else None


async def _find_fields(me: Person) -> tuple[CustomField, ...] | None:
    return await _soon(me.custom_fields("lead"))


async def _soon(asked: Awaitable[T]) -> T | None:
    """Return what Close says; None when it does not, as the form is of use without."""
    try:
        async with asyncio.timeout(SOON):
            return await asked
    except Unauthorized:
        raise
    except (CloseError, TimeoutError):
        return None


def read_chosen(me: Person) -> Chosen:
    """Return what somebody has chosen, as the form shows it."""
    own = me.preferences
    return Chosen(own.zone, me.connection.zone, own.days, own.mention, own.pipeline, own.shares)


@feature.view(SAVE, form=SettingsForm, waiting="Saving the settings…")
async def save_settings(
    form: SettingsForm, call: Call, me: Person, slack: Outgoing, respond: Respond
) -> Reply:
    """Save what was chosen; what stands for everybody only if this person still may."""
    if form.zone not in (FROM_SLACK, me.preferences.zone, me.connection.zone, *ZONES):
        return Errors({"zone": "This time zone is not known. Choose one of the list."})
    fields = None
    if "card_fields" in forms.read_values(call.view or {}):
        before = await me.lead_card_fields()
        if set(form.card_fields) != {one.id for one in before}:
            if refused := await _refuse(form, slack, call.user):
                return Errors({"card_fields": refused})
            known = await me.custom_fields("lead")
            fields = [one for one in known if one.id in form.card_fields]
    preferences = _read(form, me.preferences)
    await save_preferences(me.store, me.connection.owner, preferences, me.now)
    if fields is not None:
        await me.choose_lead_card_fields([one.id for one in fields])
    saved = read_chosen(replace(me, preferences=preferences))
    await respond(settings_saved(saved, fields, me.connection.organization_name))
    return Done("The settings were saved.")


async def _refuse(form: SettingsForm, slack: Outgoing, user: str) -> str:
    if not await _is_admin(slack, user):
        return "Only an admin of this Slack can change this."
    if len(form.card_fields) > MOST_FIELDS:
        return f"A card has room for {MOST_FIELDS} fields; these are {len(form.card_fields)}."
    return ""


def _read(form: SettingsForm, before: Preferences) -> Preferences:
    # Where Close did not say which pipelines there are, the one that was chosen stays.
    pipeline = "" if form.pipeline == FIRST else form.pipeline or before.pipeline
    return Preferences(
        zone="" if form.zone == FROM_SLACK else form.zone,
        days=form.days,
        mention=form.mention,
        pipeline=pipeline,
        shares=form.audience == EVERYBODY,
    )


async def _is_admin(slack: Outgoing, user: str) -> bool:
    """Ask Slack whether somebody runs this workspace. Raises `SlackFailed`."""
    profile = (await slack.call("users.info", user=user)).get("user")
    if not isinstance(profile, dict):
        return False
    grid = profile.get("enterprise_user")
    roles: list[dict[str, Any]] = [profile, grid if isinstance(grid, dict) else {}]
    return any(role.get(name) is True for role in roles for name in ("is_admin", "is_owner"))


def _offer(fields: Sequence[CustomField], chosen: Sequence[CustomField]) -> list[CustomField]:
    """Put what is chosen first, so that it is never cut off."""
    others = [one for one in fields if one not in chosen and one.type != "hidden"]
    return [*chosen, *others]
