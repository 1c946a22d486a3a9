"""The audit: who changed what in Close, from where and with which end. No names, no contents."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from closebot.store.desk import Desk, stamp
from closebot.store.rows import Action, Audited, End, Origin, OriginKind, Owner

AUDIT_LIVES = timedelta(days=90)

_COLUMNS = (
    "id, workspace, user, close_user_id, at, action, object, object_id, lead_id, origin, name,"
    " channel, outcome"
)


class Audit:
    """Every write to Close of the last 90 days, one row a record."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def begin(self, rows: Iterable[Audited], now: datetime) -> tuple[int, ...]:
        """Keep rows before what they tell is sent, and return their ids.

        What is older than 90 days goes at the same time.
        """
        given = list(rows)

        def begin() -> tuple[int, ...]:
            with self._desk.transaction():
                self._desk.db.execute("DELETE FROM audit WHERE at < ?", (stamp(now - AUDIT_LIVES),))
                return tuple(self._insert(row) for row in given)

        return await self._desk.patiently(begin)

    def _insert(self, row: Audited) -> int:
        values = (
            None,
            row.owner.workspace,
            row.owner.user,
            row.close_user_id,
            stamp(row.at),
            row.action,
            row.object,
            row.object_id,
            row.lead_id,
            row.origin.kind,
            row.origin.name,
            row.origin.channel,
            row.outcome,
        )
        marks = ", ".join("?" * len(values))
        done = self._desk.db.execute(
            f"INSERT INTO audit ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 - fixed
            values,
        )
        return int(done.lastrowid or 0)

    async def finish(
        self, ids: Sequence[int], outcome: End, *, object_id: str = "", lead_id: str = ""
    ) -> None:
        """Say how writes ended, and which record it was where that is known only now."""

        def finish() -> None:
            with self._desk.transaction():
                for one in ids:
                    self._desk.db.execute(
                        "UPDATE audit SET outcome = ?,"
                        " object_id = CASE WHEN object_id = '' THEN ? ELSE object_id END,"
                        " lead_id = CASE WHEN lead_id = '' THEN ? ELSE lead_id END"
                        " WHERE id = ?",
                        (outcome, object_id, lead_id, one),
                    )

        await self._desk.patiently(finish)

    async def of_person(
        self, owner: Owner, now: datetime, *, most: int, skip: int = 0
    ) -> tuple[Audited, ...]:
        """Return a page of what somebody wrote, the newest first."""
        rows = self._desk.rows(
            f"SELECT {_COLUMNS} FROM audit"  # noqa: S608 - fixed
            " WHERE workspace = ? AND user = ? AND at >= ? ORDER BY id DESC LIMIT ? OFFSET ?",
            owner.workspace,
            owner.user,
            stamp(now - AUDIT_LIVES),
            most,
            skip,
        )
        return tuple(_read(row) for row in rows)

    async def since(self, moment: datetime, *, user: str = "") -> tuple[Audited, ...]:
        """Return what was written since a moment, the oldest first.

        `user`: only what this one wrote, by the id in Slack or in Close.
        """
        rows = self._desk.rows(
            f"SELECT {_COLUMNS} FROM audit"  # noqa: S608 - fixed
            " WHERE at >= ? AND (? = '' OR user = ? OR close_user_id = ?) ORDER BY id",
            stamp(moment),
            user,
            user,
            user,
        )
        return tuple(_read(row) for row in rows)


def _read(row: Sequence[Any]) -> Audited:
    _, workspace, user, close_user, at, action, kind, object_id, lead_id, *where, outcome = row
    origin, name, channel = where
    return Audited(
        owner=Owner(workspace, user),
        close_user_id=close_user,
        at=datetime.fromisoformat(at),
        action=cast("Action", action),
        object=kind,
        object_id=object_id,
        lead_id=lead_id,
        origin=Origin(cast("OriginKind", origin), name, channel),
        outcome=cast("End", outcome),
    )
