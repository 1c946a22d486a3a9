"""A list of Close, walked page by page.

Close pages by offset over data that others change meanwhile, so a row can move across the edge of
a page. A walk therefore asks for each page from a row that it has seen already: while a row it
knows stands unchanged in the new page, nothing can have slipped past. Where none does, it steps
back until one does, and says so (`may_have_missed`) when it finds none.
https://developer.close.com/api/overview/pagination
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final, Generic, TypeVar

from closebot.close.errors import Unreadable

T = TypeVar("T")

PAGE: Final = 100
_REMEMBERED = 2000
_MOST_IDLE = 10
_MOST_BACK = 3

Ask = Callable[[dict[str, Any]], Awaitable[Any]]
Read = Callable[[Any], T]


class Walk(Generic[T]):
    """An async iterator over a list: `async for lead in close.leads.list(): …`.

    It begins after `skip` rows. Each row comes once. `total` is how many Close says there are,
    where it says so, and `answer` the last page as Close sent it: both are there after the first
    row. `ahead`: how many pages are asked for at once, where there is a `total`; for a walk to
    the end, or else some are asked for in vain. Give `total` where it is known beforehand, and the
    first page is not waited for either. `may_have_missed` says that the list changed so
    much during the walk that a row may be missing.

    Memory does not grow with the list: the last 2,000 ids are remembered.
    """

    def __init__(
        self,
        ask: Ask,
        read: Read[T],
        *,
        page: int = PAGE,
        most: int | None = None,
        skip: int = 0,
        ahead: int = 1,
        total: int | None = None,
    ) -> None:
        self._ask = ask
        self._read = read
        self._page = min(page, most or page)
        self._most = most
        self._skip = skip
        self._ahead = ahead
        self._coming: dict[int, asyncio.Task[Mapping[str, Any]]] = {}
        self._seen: OrderedDict[str, Mapping[str, Any]] = OrderedDict()
        self.total = total
        self.answer: Mapping[str, Any] = {}
        self.may_have_missed = False

    async def all(self) -> tuple[T, ...]:
        """Walk to the end and return every row."""
        return tuple([row async for row in self])

    async def first(self) -> tuple[T, ...]:
        """Return the rows of the first page alone."""
        return tuple(self._read(row) for row in await self._get(self._skip))

    async def __aiter__(self) -> AsyncIterator[T]:
        """Yield the rows; raises `Unreadable` for a list that never ends."""
        try:
            async for row in self._walk():
                yield row
        finally:
            await self._give_up()

    async def _walk(self) -> AsyncIterator[T]:
        given, start, back, idle = 0, self._skip, 0, 0
        self._ask_ahead(start, given)
        while True:
            rows = await self._get(start)
            if start > self._skip and not self._meets(rows):
                # Others were deleted, so rows may have moved to before this page.
                if back < _MOST_BACK:
                    start, back = max(start - self._page + 1, self._skip), back + 1
                    continue
                self.may_have_missed = True
            back = 0
            new = list({row["id"]: row for row in rows if row["id"] not in self._seen}.values())
            self._remember(rows)
            # From its last row again, which tells whether the list has moved meanwhile.
            start += max(len(rows) - 1, 1) if rows else self._page
            if self.answer.get("has_more"):
                self._ask_ahead(start, given + len(new))
                await asyncio.sleep(0)  # so that they are under way while these rows are read
            for row in new:
                yield self._read(row)
                given += 1
                if given == self._most:
                    return
            if not self.answer.get("has_more"):
                return
            idle = 0 if new else idle + 1
            if idle == _MOST_IDLE:
                raise Unreadable("a list says that there is more, and sends nothing new")

    def _ask_ahead(self, start: int, given: int) -> None:
        """Ask for the pages from `start` on, `given` rows from the beginning, as far as needed."""
        if self._ahead < 2 or self._page < 2 or self.total is None:
            return
        step = self._page - 1
        for page in range(self._ahead):
            skip, before = start + page * step, given + page * step
            if skip + 1 >= self.total or (self._most is not None and before >= self._most):
                return
            if skip not in self._coming:
                self._coming[skip] = asyncio.create_task(self._fetch(skip))

    async def _give_up(self) -> None:
        """Stop asking for what nobody waits for any more."""
        for task in self._coming.values():
            task.cancel()
        await asyncio.gather(*self._coming.values(), return_exceptions=True)
        self._coming.clear()

    async def _get(self, skip: int) -> list[Mapping[str, Any]]:
        if skip in self._coming:
            self.answer = await self._coming.pop(skip)
        else:
            await self._give_up()  # the list has moved: what is on its way stands elsewhere
            self.answer = await self._fetch(skip)
        total = self.answer.get("total_results")
        self.total = total if isinstance(total, int) else None
        rows: list[Mapping[str, Any]] = self.answer["data"]
        return rows

    async def _fetch(self, skip: int) -> Mapping[str, Any]:
        asked: dict[str, Any] = {"_limit": self._page}
        if skip:
            asked["_skip"] = skip
        answer = await self._ask(asked)
        rows = answer.get("data") if isinstance(answer, Mapping) else None
        if not isinstance(rows, list) or not all(
            isinstance(row, Mapping) and isinstance(row.get("id"), str) for row in rows
        ):
            raise Unreadable("a list: data is not a list of objects")
        found: Mapping[str, Any] = answer
        return found

    def _meets(self, rows: list[Mapping[str, Any]]) -> bool:
        """Say whether a row seen before stands in this page, and is what it was."""
        return any(self._seen.get(row["id"]) == row for row in rows)

    def _remember(self, rows: list[Mapping[str, Any]]) -> None:
        for row in rows:
            self._seen[row["id"]] = row
            self._seen.move_to_end(row["id"])
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
