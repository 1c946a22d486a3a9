"""Tasks.

https://developer.close.com/api/resources/tasks
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

from closebot.close.errors import BadId
from closebot.close.ids import check_id, check_ids
from closebot.close.models import Task
from closebot.close.section import UNSET, Range, Section, Unset, alike, ranges, written
from closebot.close.walk import Walk

View = Literal["inbox", "future", "archive"]
Order = Literal["date", "-date", "date_created", "-date_created"]

MOST_AT_ONCE = 1000
_TASK = "(?:task|noti)"  # all but to-dos and planned calls have noti_ ids


class Tasks(Section):
    """To-dos, planned calls, and everything else that stands in an inbox."""

    def list(
        self,
        *,
        types: Sequence[str] = ("lead",),
        ids: Sequence[str] = (),
        view: View | None = None,
        assigned_to: str = "",
        lead_id: str = "",
        is_complete: bool | None = None,
        due: Range | None = None,
        date_created: Range | None = None,
        date_updated: Range | None = None,
        order: Order = "date",
        most: int | None = None,
        skip: int = 0,
        fields: Sequence[str] = (),
        ahead: int = 1,
        total: int | None = None,
    ) -> Walk[Task]:
        """Walk through the tasks that match every filter, after the first `skip`.

        `types`: `lead` alone as a rule, as in Close; `("all",)` for the whole inbox. `view`:
        `inbox` is what is open until the end of today, overdue included, `future` what comes
        after; both go by the zone of this client, and replace bounds of `due`. `fields`: fewer
        than a task has, by Close's names. `ahead`: pages asked for at once, for a walk to the
        end. `total`: how many there are, where it is known. Raises `BadId`.
        """
        params: dict[str, Any] = {
            "_order_by": order,
            "_type": types[0] if len(types) == 1 else None,
            "_type__in": list(types) if len(types) > 1 else None,
            "id__in": check_ids(ids, _TASK) or None,
            "view": view,
            "assigned_to": check_id(assigned_to, "user") if assigned_to else None,
            "lead_id": check_id(lead_id, "lead") if lead_id else None,
            "is_complete": is_complete,
        }
        if fields:
            params["_fields"] = ["id", *fields]
        filters = ranges(date=due, date_created=date_created, date_updated=date_updated)
        return self._records(
            "/task/", Task, params | filters, most=most, skip=skip, ahead=ahead, total=total
        )

    async def get(self, task_id: str) -> Task:
        """Return a task of any type. Raises `BadId`, `NotFound`."""
        return await self._get(Task, f"/task/{check_id(task_id, _TASK)}/", Task.fields())

    async def create(
        self,
        lead_id: str,
        text: str,
        *,
        date: date | datetime | None = None,
        assigned_to: str = "",
    ) -> Task:
        """Make a to-do on a lead. `date` is a day or a moment with its offset.

        Without `date` Close takes today and calls the task dateless; without `assigned_to` it is
        the caller's. Raises `BadId`, `Invalid`, `WriteUnclear`.
        """
        body = written(
            _type="lead",
            lead_id=check_id(lead_id, "lead"),
            text=text,
            date=date or UNSET,
            assigned_to=check_id(assigned_to, "user") if assigned_to else UNSET,
        )
        return await self._post(Task, "/task/", body)

    async def find_created(
        self,
        lead_id: str,
        since: datetime,
        text: str,
        *,
        date: date | datetime | None = None,
        assigned_to: str = "",
        created_by: str = "",
    ) -> Task | None:
        """Return the to-do that such a `create` has made at or after `since`, or None.

        `created_by`: a user's id. One request, of the lead's newest tasks. Raises `CloseError`.
        """

        def is_equal(task: Task) -> bool:
            return (
                alike(task.text, text)
                and (date is None or _is_same(date, task.date))
                and assigned_to in ("", task.assigned_to)
            )

        params = {
            "lead_id": check_id(lead_id, "lead"),
            "_type": "lead",
            "_order_by": "-date_created",
        } | ranges(date_created=Range(gte=since))
        return await self._find_created(
            Task, "/task/", since, is_equal, params, created_by=created_by
        )

    async def create_call(
        self,
        lead_id: str,
        contact_id: str,
        *,
        date: date | datetime | None = None,
        assigned_to: str = "",
    ) -> Task:
        """Plan a call to a contact. Raises `BadId`, `Invalid`, `WriteUnclear`."""
        body = written(
            _type="outgoing_call",
            lead_id=check_id(lead_id, "lead"),
            contact_id=check_id(contact_id, "cont"),
            date=date or UNSET,
            assigned_to=check_id(assigned_to, "user") if assigned_to else UNSET,
        )
        return await self._post(Task, "/task/", body)

    async def update(
        self,
        task_id: str,
        *,
        text: str | Unset = UNSET,
        date: date | datetime | Unset | None = UNSET,
        assigned_to: str | Unset = UNSET,
        is_complete: bool | Unset = UNSET,
    ) -> Task:
        """Change what is given; `text` is for to-dos alone.

        Raises `BadId`, `NotFound`, `Invalid`, `WriteUnclear`.
        """
        if isinstance(assigned_to, str):
            check_id(assigned_to, "user")
        body = written(text=text, date=date, assigned_to=assigned_to, is_complete=is_complete)
        return await self._put(Task, f"/task/{check_id(task_id, _TASK)}/", body)

    async def complete(self, task_id: str) -> Task:
        """Tick a task off; for a to-do Close writes a TaskCompleted activity.

        Raises as `update` does.
        """
        return await self.update(task_id, is_complete=True)

    async def reopen(self, task_id: str) -> Task:
        """Untick a task. Raises as `update` does."""
        return await self.update(task_id, is_complete=False)

    async def delete(self, task_id: str) -> None:
        """Delete a task for good. Raises `BadId`, `NotFound`, `WriteUnclear`."""
        await self._delete(f"/task/{check_id(task_id, _TASK)}/")

    async def update_many(
        self,
        task_ids: Sequence[str],
        *,
        date: date | datetime | Unset = UNSET,
        assigned_to: str | Unset = UNSET,
        is_complete: bool | Unset = UNSET,
    ) -> None:
        """Change up to 1,000 tasks at once, by their ids.

        An empty list is refused here (`BadId`): Close takes it for *all* tasks. Raises also
        `Invalid`, `WriteUnclear`.
        """
        ids = check_ids(task_ids, _TASK)
        if not ids or len(ids) > MOST_AT_ONCE:
            raise BadId(f"a bulk update needs 1 to {MOST_AT_ONCE} tasks, not {len(ids)}")
        if isinstance(assigned_to, str):
            check_id(assigned_to, "user")
        body = written(date=date, assigned_to=assigned_to, is_complete=is_complete)
        # The ids go in the body: an address of 1,000 ids would be too long.
        await self._close.request(
            "PUT", "/task/", json={"_params": {"id__in": ",".join(ids)}, **body}
        )


def _is_same(given: date | datetime, kept: date | datetime | None) -> bool:
    """Compare as Close keeps it: days it may show as a moment, moments it cuts to milliseconds."""
    if isinstance(given, datetime):
        return isinstance(kept, datetime) and abs(given - kept) < timedelta(seconds=1)
    return given == (kept.date() if isinstance(kept, datetime) else kept)
