"""Activities: what happened with a lead; notes and calls can be written too.

https://developer.close.com/api/resources/activities
"""

import re
from collections.abc import Sequence
from datetime import datetime
from html import unescape
from typing import Any, Literal

from closebot.close.ids import check_id
from closebot.close.models import KINDS, Activity, Attachment, Call, Note, Record, read_activity
from closebot.close.models.base import Many, Text
from closebot.close.section import (
    UNSET,
    Range,
    Section,
    Unset,
    alike,
    alike_phones,
    ranges,
    written,
)
from closebot.close.walk import Walk

Kind = Literal[
    "Note", "Call", "Email", "EmailThread", "SMS", "WhatsAppMessage", "Meeting",
    "LeadStatusChange", "OpportunityStatusChange", "TaskCompleted", "Created", "LeadMerge",
    "FormSubmission", "CustomActivity",
]  # fmt: skip
PATHS: dict[str, str] = {
    "Note": "note",
    "Call": "call",
    "Email": "email",
    "EmailThread": "emailthread",
    "SMS": "sms",
    "WhatsAppMessage": "whatsapp_message",
    "Meeting": "meeting",
    "LeadStatusChange": "status_change/lead",
    "OpportunityStatusChange": "status_change/opportunity",
    "TaskCompleted": "task_completed",
    "Created": "created",
    "LeadMerge": "lead_merge",
    "FormSubmission": "form_submission",
    "CustomActivity": "custom",
}
# Of every kind; without it a list of e-mails comes with all of their bodies.
_FIELDS = tuple(dict.fromkeys(name for kind in KINDS.values() for name in kind.fields()))


class Activities(Section):
    """The time line of a lead, or what people of the organization did."""

    def list(
        self,
        lead_id: str,
        *,
        kinds: Sequence[Kind] = (),
        user_id: str = "",
        contact_id: str = "",
        date_created: Range | None = None,
        activity_at: Range | None = None,
        thread_emails: bool = False,
        most: int | None = None,
        skip: int = 0,
    ) -> Walk[Activity]:
        """Walk through what happened with a lead, newest first, after the first `skip`.

        `activity_at` is when it happened, which may be long before it was written down; the walk
        then goes by that. `thread_emails` folds e-mails into their conversations. Raises `BadId`.
        """
        params: dict[str, Any] = {
            "lead_id": check_id(lead_id, "lead"),
            "_type__in": list(kinds) or None,
            "user_id": check_id(user_id, "user") if user_id else None,
            "contact_id": check_id(contact_id, "cont") if contact_id else None,
            "thread_emails": "true" if thread_emails else None,
            "_order_by": "-activity_at" if activity_at else None,  # or the range is left aside
            "_fields": _FIELDS,
        } | ranges(date_created=date_created, activity_at=activity_at)
        return self._walk("/activity/", read_activity, params, most=most, skip=skip)

    def list_kind(
        self,
        kind: Kind,
        *,
        lead_id: str = "",
        user_id: str = "",
        contact_id: str = "",
        date_created: Range | None = None,
        most: int | None = None,
    ) -> Walk[Activity]:
        """Walk through one kind of activity, newest first, of a lead or of everybody.

        Across leads, Close filters by user and contact only here, and not in `list`: there it
        would leave such a filter aside. Raises `BadId`.
        """
        params: dict[str, Any] = {
            "lead_id": check_id(lead_id, "lead") if lead_id else None,
            "user_id": check_id(user_id, "user") if user_id else None,
            "contact_id": check_id(contact_id, "cont") if contact_id else None,
            "_fields": KINDS.get(kind, Activity).fields(),
        } | ranges(date_created=date_created)
        return self._walk(f"/activity/{PATHS[kind]}/", read_activity, params, most=most)

    async def get(self, kind: Kind, activity_id: str) -> Activity:
        """Return one activity. Raises `BadId`, `NotFound`."""
        path = f"/activity/{PATHS[kind]}/{check_id(activity_id, 'acti')}/"
        return read_activity(await self._close.request("GET", path))


class Notes(Section):
    """Notes on leads."""

    async def get(self, note_id: str) -> Note:
        """Return a note. Raises `BadId`, `NotFound`."""
        return await self._get(Note, f"/activity/note/{check_id(note_id, 'acti')}/")

    async def create(
        self,
        lead_id: str,
        note: str = "",
        *,
        html: str = "",
        title: str = "",
        pinned: bool = False,
        contact_id: str = "",
        attachments: Sequence[Attachment] = (),
    ) -> Note:
        """Write a note, as plain text or as `html` (which wins); it is the caller's own.

        Raises `BadId`, `Invalid`, `WriteUnclear`.
        https://developer.close.com/api/resources/activities/notes
        """
        body = written(
            lead_id=check_id(lead_id, "lead"),
            note=UNSET if html else note,
            note_html=html or UNSET,
            title=title or UNSET,
            pinned=pinned or UNSET,
            contact_id=check_id(contact_id, "cont") if contact_id else UNSET,
            attachments=attachments or UNSET,
        )
        return await self._post(Note, "/activity/note/", body)

    async def find_created(
        self,
        lead_id: str,
        since: datetime,
        note: str = "",
        *,
        html: str = "",
        title: str = "",
        contact_id: str = "",
        created_by: str = "",
    ) -> Note | None:
        """Return the note that such a `create` has made at or after `since`, or None.

        `created_by`: a user's id. One request, of the lead's newest notes. Raises `CloseError`.
        """
        text = _plain(html) if html else note

        def is_equal(kept: Note) -> bool:
            return (
                _says(kept.note, kept.note_html, text)
                and alike(kept.title, title)
                and contact_id in ("", kept.contact_id)
            )

        params = _newest(lead_id, since)
        return await self._find_created(
            Note, "/activity/note/", since, is_equal, params, created_by=created_by
        )

    async def update(
        self,
        note_id: str,
        *,
        note: str | Unset = UNSET,
        html: str | Unset = UNSET,
        title: str | Unset | None = UNSET,
        pinned: bool | Unset = UNSET,
    ) -> Note:
        """Change what is given; plain text and `html` overwrite each other.

        Raises `BadId`, `NotFound`, `Invalid`, `WriteUnclear`.
        """
        body = written(note=note, note_html=html, title=title, pinned=pinned)
        return await self._put(Note, f"/activity/note/{check_id(note_id, 'acti')}/", body)

    async def delete(self, note_id: str) -> None:
        """Delete a note for good. Raises `BadId`, `NotFound`, `WriteUnclear`."""
        await self._delete(f"/activity/note/{check_id(note_id, 'acti')}/")


class Outcome(Record):
    """What a call or a meeting came to, in the organization's own words."""

    id: str
    name: str = ""
    applies_to: Many[str] = ()


class _CallWithHtml(Call):
    """A call with its note as a document too."""

    note_html: Text = ""


class Calls(Section):
    """Calls that were made elsewhere; nothing here dials."""

    async def log(
        self,
        lead_id: str,
        *,
        direction: Literal["inbound", "outbound"],
        duration: int = 0,
        contact_id: str = "",
        note: str = "",
        phone: str = "",
        status: str = "completed",
        outcome_id: str = "",
    ) -> Call:
        """Log a call that was made outside Close. `duration` in seconds.

        `status`: completed, no-answer, busy, failed, cancel …. Raises `BadId`, `Invalid`,
        `WriteUnclear`. https://developer.close.com/api/resources/activities/calls
        """
        body = written(
            lead_id=check_id(lead_id, "lead"),
            direction=direction,
            duration=duration,
            status=status,
            contact_id=check_id(contact_id, "cont") if contact_id else UNSET,
            note=note or UNSET,
            phone=phone or UNSET,
            outcome_id=check_id(outcome_id, "outcome") if outcome_id else UNSET,
        )
        return await self._post(Call, "/activity/call/", body)

    async def find_created(
        self,
        lead_id: str,
        since: datetime,
        *,
        direction: Literal["inbound", "outbound"],
        duration: int = 0,
        contact_id: str = "",
        note: str = "",
        phone: str = "",
        status: str = "completed",
        outcome_id: str = "",
        created_by: str = "",
    ) -> Call | None:
        """Return the call that such a `log` has written at or after `since`, or None.

        `created_by`: a user's id. One request, of the lead's newest calls. Raises `CloseError`.
        """

        def is_equal(call: _CallWithHtml) -> bool:
            return (
                (call.direction, call.duration or 0) == (direction, duration)
                and call.status == status
                and _says(call.note, call.note_html, note)
                and contact_id in ("", call.contact_id)
                and outcome_id in ("", call.outcome_id)
                and alike_phones(phone, call.phone)
            )

        params = _newest(lead_id, since)
        return await self._find_created(
            _CallWithHtml, "/activity/call/", since, is_equal, params, created_by=created_by
        )

    async def get(self, call_id: str) -> Call:
        """Return a call. Raises `BadId`, `NotFound`."""
        return await self._get(Call, f"/activity/call/{check_id(call_id, 'acti')}/")

    async def update(
        self,
        call_id: str,
        *,
        direction: Literal["inbound", "outbound"] | Unset = UNSET,
        duration: int | Unset = UNSET,
        note: str | Unset = UNSET,
        outcome_id: str | Unset | None = UNSET,
    ) -> Call:
        """Change what is given of a logged call; `duration` in seconds, None clears.

        Close changes direction and duration only of calls that it did not make itself. Raises
        `BadId`, `NotFound`, `Invalid`, `WriteUnclear`.
        """
        body = written(direction=direction, duration=duration, note=note, outcome_id=outcome_id)
        return await self._put(Call, f"/activity/call/{check_id(call_id, 'acti')}/", body)

    async def outcomes(self) -> tuple[Outcome, ...]:
        """Return the outcomes of calls; others are of meetings alone. Raises `CloseError`."""
        found = await self._records("/outcome/", Outcome).all()
        return tuple(one for one in found if not one.applies_to or "calls" in one.applies_to)

    async def delete(self, call_id: str) -> None:
        """Delete a logged call for good. Raises `BadId`, `NotFound`, `WriteUnclear`."""
        await self._delete(f"/activity/call/{check_id(call_id, 'acti')}/")


def _newest(lead_id: str, since: datetime) -> dict[str, Any]:
    return {"lead_id": check_id(lead_id, "lead")} | ranges(date_created=Range(gte=since))


def _says(note: str, html: str, text: str) -> bool:
    """Say whether a note has this text; Close may give a text back as a document alone."""
    kept = [note, _plain(html)] if html else [note]
    return any(alike(one, text) for one in kept)


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))
