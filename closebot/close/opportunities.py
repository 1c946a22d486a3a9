"""Opportunities.

Amounts are integer cents. A status and its pipeline are one choice: `status_id`.
https://developer.close.com/api/resources/opportunities
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from closebot.close.errors import Unreadable
from closebot.close.ids import check_id, check_ids
from closebot.close.models import Opportunity, OpportunityGroup, OpportunityTotals, read
from closebot.close.section import (
    UNSET,
    Range,
    Section,
    Unset,
    alike,
    custom_fields,
    ranges,
    written,
)
from closebot.close.walk import PAGE, Walk

Period = Literal["one_time", "monthly", "annual"]
StatusType = Literal["active", "won", "lost"]
GroupBy = Literal[
    "user_id", "date_won__week", "date_won__month", "date_won__quarter", "date_won__year"
]
Order = Literal[
    "date_won", "-date_won", "date_created", "-date_created", "date_updated", "-date_updated",
    "confidence", "-confidence", "value", "-value", "user_name", "-user_name",
    "annualized_value", "-annualized_value", "annualized_expected_value",
    "-annualized_expected_value",
]  # fmt: skip


_MOST_GROUPED = 10_000  # opportunities


class OpportunityWalk(Walk[Opportunity]):
    """A walk through opportunities that knows what all of them add up to."""

    @property
    def totals(self) -> OpportunityTotals:
        """The totals over everything that matches, as of the last page."""
        given = {key: value for key, value in self.answer.items() if value is not None}
        return read(OpportunityTotals, given)


class Opportunities(Section):
    """Deals."""

    def list(
        self,
        *,
        lead_id: str = "",
        user_ids: Sequence[str] = (),
        status_ids: Sequence[str] = (),
        status_types: Sequence[StatusType] = (),
        status_labels: Sequence[str] = (),
        value_periods: Sequence[Period] = (),
        date_won: Range | None = None,
        date_created: Range | None = None,
        date_updated: Range | None = None,
        query: str = "",
        smart_view_id: str = "",
        is_stalled: bool | None = None,
        order: Order = "-date_created",
        most: int | None = None,
        skip: int = 0,
    ) -> OpportunityWalk:
        """Walk through the opportunities that match every filter, after the first `skip`.

        `user_ids` takes ids of groups too. There is no filter by pipeline: give its statuses,
        whose labels may repeat in another. `date_won` is the expected close date of those that are
        open. `smart_view_id`: of leads in that Smart View. Raises `BadId`.
        """
        filters = self._filters(
            lead_id=lead_id,
            user_ids=user_ids,
            status_ids=status_ids,
            status_types=status_types,
            status_labels=status_labels,
            value_periods=value_periods,
            date_won=date_won,
            date_created=date_created,
            date_updated=date_updated,
            query=query,
            smart_view_id=smart_view_id,
            is_stalled=is_stalled,
        )
        params = {"_fields": _FIELDS, "_order_by": order, **filters}

        async def ask(window: dict[str, Any]) -> Any:
            return await self._close.request("GET", "/opportunity/", params=params | window)

        return OpportunityWalk(ask, lambda row: read(Opportunity, row), most=most, skip=skip)

    def _filters(
        self,
        *,
        lead_id: str = "",
        user_ids: Sequence[str] = (),
        status_ids: Sequence[str] = (),
        status_types: Sequence[StatusType] = (),
        status_labels: Sequence[str] = (),
        value_periods: Sequence[Period] = (),
        date_won: Range | None = None,
        date_created: Range | None = None,
        date_updated: Range | None = None,
        query: str = "",
        smart_view_id: str = "",
        is_stalled: bool | None = None,
    ) -> dict[str, Any]:
        return {
            "lead_id": check_id(lead_id, "lead") if lead_id else None,
            "user_id__in": list(user_ids) or None,
            "status_id__in": check_ids(status_ids, "stat") or None,
            "status_type__in": list(status_types) or None,
            "status_label__in": list(status_labels) or None,
            "value_period__in": list(value_periods) or None,
            "query": query or None,
            "lead_saved_search_id": check_id(smart_view_id, "save") if smart_view_id else None,
            "is_stalled": is_stalled,
        } | ranges(date_won=date_won, date_created=date_created, date_updated=date_updated)

    async def totals(self, **filters: Any) -> OpportunityTotals:
        """Return what the opportunities of `list(**filters)` add up to, in one small request.

        Raises `BadId`, `CloseError`.
        """
        walk = self.list(**filters, most=1)
        await walk.first()
        return walk.totals

    async def groups(self, by: GroupBy, **filters: Any) -> tuple[OpportunityGroup, ...]:
        """Return what the opportunities of `list(**filters)` add up to, by owner or period.

        Close pages by opportunities and not by groups: one request for every 100 of them, of at
        most 10,000. Raises `BadId`, `CloseError`.
        """
        params = self._filters(**filters) | {"_group_by": by, "_limit": PAGE}
        groups: dict[str, OpportunityGroup] = {}
        skip = 0
        while skip < _MOST_GROUPED:
            window = {"_skip": skip} if skip else {}
            answer = await self._close.request("GET", "/opportunity/", params=params | window)
            rows = answer.get("data") if isinstance(answer, Mapping) else None
            if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
                raise Unreadable("opportunities in groups: data is not a list of objects")
            for row in rows:
                given = {name: value for name, value in row.items() if value is not None}
                group = read(OpportunityGroup, given)
                groups[group.key] = group  # one that is cut by a page comes twice
            held = [row["objects"] for row in rows if isinstance(row.get("objects"), list)]
            skip += (count := sum(map(len, held)))
            if not answer.get("has_more") or not count:
                break
        return tuple(groups.values())

    async def get(self, opportunity_id: str) -> Opportunity:
        """Return an opportunity. Raises `BadId`, `NotFound`."""
        path = f"/opportunity/{check_id(opportunity_id, 'oppo')}/"
        return await self._get(Opportunity, path, _FIELDS)

    async def create(
        self,
        lead_id: str,
        *,
        status_id: str = "",
        value: int | None = None,
        value_period: Period = "one_time",
        confidence: int | None = None,
        date_won: date | None = None,
        contact_id: str = "",
        user_id: str = "",
        note: str = "",
        custom: Mapping[str, Any] | None = None,
    ) -> Opportunity:
        """Make an opportunity on a lead: Close would make an untitled lead for one without.

        `value` in cents. `confidence` 0 to 100; Close takes 50 where none is given. `date_won` is
        the expected close date. Raises `BadId`, `Invalid`, `WriteUnclear`.
        """
        body = written(
            lead_id=check_id(lead_id, "lead"),
            status_id=check_id(status_id, "stat") if status_id else UNSET,
            contact_id=check_id(contact_id, "cont") if contact_id else UNSET,
            user_id=check_id(user_id, "user") if user_id else UNSET,
            value=UNSET if value is None else value,
            value_period=value_period,
            confidence=UNSET if confidence is None else confidence,
            date_won=date_won or UNSET,
            note=note or UNSET,
        )
        return await self._post(Opportunity, "/opportunity/", body | custom_fields(custom))

    async def find_created(
        self,
        lead_id: str,
        since: datetime,
        *,
        status_id: str = "",
        value: int | None = None,
        value_period: Period = "one_time",
        confidence: int | None = None,
        date_won: date | None = None,
        contact_id: str = "",
        user_id: str = "",
        note: str = "",
        created_by: str = "",
    ) -> Opportunity | None:
        """Return the opportunity that such a `create` has made at or after `since`, or None.

        What is not given may be anything. `created_by`: the id of the user who made it, who need
        not be its owner. One request, of the lead's newest opportunities. Raises `CloseError`.
        """

        def is_equal(deal: Opportunity) -> bool:
            return (
                deal.value_period == value_period
                and value in (None, deal.value)
                and confidence in (None, deal.confidence)
                and date_won in (None, deal.date_won)
                and status_id in ("", deal.status_id)
                and contact_id in ("", deal.contact_id)
                and user_id in ("", deal.user_id)
                and (not note or alike(deal.note, note))
            )

        params = {
            "lead_id": check_id(lead_id, "lead"),
            "_order_by": "-date_created",
        } | ranges(date_created=Range(gte=since))
        return await self._find_created(
            Opportunity, "/opportunity/", since, is_equal, params, created_by=created_by
        )

    async def update(
        self,
        opportunity_id: str,
        *,
        status_id: str | Unset = UNSET,
        value: int | Unset | None = UNSET,
        value_period: Period | Unset = UNSET,
        confidence: int | Unset = UNSET,
        date_won: date | Unset | None = UNSET,
        contact_id: str | Unset | None = UNSET,
        user_id: str | Unset = UNSET,
        note: str | Unset = UNSET,
        custom: Mapping[str, Any] | None = None,
    ) -> Opportunity:
        """Change what is given; None clears. Moving it to a won status sets `date_won` to today.

        Close neither clears that date nor changes the confidence when it moves back. Raises
        `BadId`, `NotFound`, `Invalid`, `WriteUnclear`.
        """
        for value_given, prefix in ((status_id, "stat"), (contact_id, "cont"), (user_id, "user")):
            if isinstance(value_given, str):
                check_id(value_given, prefix)
        body = written(
            status_id=status_id,
            value=value,
            value_period=value_period,
            confidence=confidence,
            date_won=date_won,
            contact_id=contact_id,
            user_id=user_id,
            note=note,
        )
        path = f"/opportunity/{check_id(opportunity_id, 'oppo')}/"
        return await self._put(Opportunity, path, body | custom_fields(custom))

    async def delete(self, opportunity_id: str) -> None:
        """Delete an opportunity for good. Raises `BadId`, `NotFound`, `WriteUnclear`."""
        await self._delete(f"/opportunity/{check_id(opportunity_id, 'oppo')}/")


_FIELDS = Opportunity.fields()
