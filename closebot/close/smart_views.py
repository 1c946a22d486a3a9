"""Smart Views: searches that people have saved.

https://developer.close.com/api/resources/smart-views
"""

from collections.abc import AsyncIterator
from typing import Literal

from closebot.close.ids import check_id
from closebot.close.models import Lead, SmartView, read
from closebot.close.search import every, objects, saved
from closebot.close.section import Section
from closebot.close.walk import Walk


class SmartViews(Section):
    """Saved searches for leads and contacts."""

    def list(self, *kinds: Literal["lead", "contact"], most: int | None = None) -> Walk[SmartView]:
        """Walk through the Smart Views, of leads alone unless `kinds` says otherwise.

        Raises `CloseError`.
        """
        return self._records(
            "/saved_search/", SmartView, {"type__in": kinds or ("lead",)}, most=most
        )

    async def get(self, smart_view_id: str) -> SmartView:
        """Return a Smart View. Raises `BadId`, `NotFound`."""
        return await self._get(SmartView, f"/saved_search/{check_id(smart_view_id, 'save')}/")

    async def find(self, name: str) -> SmartView | None:
        """Return the Smart View of leads with this name, in any case; None when there is none.

        Raises `CloseError`.
        """
        async for one in self.list():
            if one.name.strip().lower() == name.strip().lower():
                return one
        return None

    async def leads(self, smart_view_id: str, *, most: int = 100) -> AsyncIterator[Lead]:
        """Yield the leads that a Smart View shows to this person. Raises `CloseError`."""
        query = every(objects("lead"), saved(check_id(smart_view_id, "save")))
        async for one in self._close.search.walk(query, {"lead": Lead.fields()}, most=most):
            yield read(Lead, one)
