"""Creating a thing once: Close has no keys against doing a thing twice, so this looks instead."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from closebot.close.errors import CloseError, WriteUnclear

R = TypeVar("R")

# Our clock may be ahead of Close's, which stamps the record. No longer, as an equal record that
# somebody made on purpose a moment before would be taken for this one.
SLACK: Final = timedelta(seconds=5)


async def create_once(
    create: Callable[[], Awaitable[R]],
    find: Callable[[datetime], Awaitable[R | None]],
    *,
    began: datetime,
    earlier: datetime | None = None,
) -> R:
    """Create a record and return it; where it may have been created already, look first.

    `find` looks for an equal record that was created at or after a moment: a section's
    `find_created`. `began` is the moment before this attempt, by our clock. `earlier` is when the
    same thing was begun before by somebody who did not live to tell: what was created since is
    returned, and nothing is sent. Raises what `create` raises, `WriteUnclear` only where looking
    does not help; with `earlier` also what `find` raises, and then nothing was created.
    """
    if earlier is not None:
        there = await find(earlier - SLACK)
        if there is not None:
            return there
    try:
        return await create()
    except WriteUnclear:
        found = await _look(find, began - SLACK)
        if found is None:
            raise
        return found


async def _look(find: Callable[[datetime], Awaitable[R | None]], since: datetime) -> R | None:
    try:
        return await find(since)
    except CloseError:  # that the write is unclear weighs more
        return None
