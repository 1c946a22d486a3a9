"""Every write to Close is put into the audit, whichever feature makes it."""

import logging
from collections.abc import Callable
from datetime import datetime

from closebot.close import End, Finish, Watch, Write
from closebot.store import Audited, Connection, Origin, Store, StoreError

log = logging.getLogger(__name__)


def watch_writes(
    store: Store, connection: Connection, origin: Origin, now: Callable[[], datetime]
) -> Watch:
    """Return what a person's Close client tells of its writes.

    A row is there before anything is sent, as unclear, so that an end of the process loses none.
    One that cannot be kept raises `StoreError`, and nothing is sent then.
    """

    async def begin(writes: tuple[Write, ...]) -> Finish:
        at = now()
        rows = [
            Audited(
                owner=connection.owner,
                close_user_id=connection.close_user_id,
                at=at,
                action=write.action,
                object=write.kind,
                object_id=write.id,
                lead_id=write.lead_id,
                origin=origin,
            )
            for write in writes
        ]
        ids = await store.audit.begin(rows, at)

        async def finish(end: End, *, record_id: str = "", lead_id: str = "") -> None:
            try:
                await store.audit.finish(ids, end, object_id=record_id, lead_id=lead_id)
            except StoreError as error:  # what was done in Close is done all the same
                log.warning("a write stays unclear in the audit: %s", type(error).__name__)

        return finish

    return begin
