"""Digests: which channel gets which list of due tasks, on which days, and when next."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from closebot.store.desk import Desk, stamp
from closebot.store.rows import Digest, DigestState, Owner

COLUMNS = (
    "id, workspace, user, channel, made_by, close_user_id, organization_id, plan, state, why,"
    " next_day, next_at, missed, mentions, is_personal, made_at"
)


class Digests:
    """The digests of all channels."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add(self, digest: Digest) -> bool:
        """Remember a digest; False when there is one with this id already."""
        added = await self._desk.write(
            f"INSERT OR IGNORE INTO digests ({COLUMNS})"  # noqa: S608 - fixed
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            digest.id,
            digest.owner.workspace,
            digest.owner.user,
            digest.channel,
            digest.made_by,
            digest.close_user_id,
            digest.organization_id,
            json.dumps(digest.plan),
            digest.state,
            digest.why,
            digest.next_day,
            stamp(digest.next_at),
            json.dumps(digest.missed),
            json.dumps(dict(digest.mentions)),
            int(digest.is_personal),
            stamp(digest.made_at),
        )
        return added > 0

    async def get(self, digest_id: str) -> Digest | None:
        """Return a digest; None when it was stopped."""
        row = self._desk.row(f"SELECT {COLUMNS} FROM digests WHERE id = ?", digest_id)  # noqa: S608
        return read_digest(row) if row else None

    async def of_channel(self, workspace: str, channel: str) -> tuple[Digest, ...]:
        """Return a channel's digests, the oldest first."""
        rows = self._desk.rows(
            f"SELECT {COLUMNS} FROM digests WHERE workspace = ? AND channel = ?"  # noqa: S608
            " ORDER BY made_at, id",
            workspace,
            channel,
        )
        return tuple(read_digest(row) for row in rows)

    async def made_by(self, owner: Owner) -> tuple[Digest, ...]:
        """Return the digests that somebody has set up, the oldest first."""
        rows = self._desk.rows(
            f"SELECT {COLUMNS} FROM digests WHERE workspace = ? AND made_by = ?"  # noqa: S608
            " ORDER BY made_at, id",
            owner.workspace,
            owner.user,
        )
        return tuple(read_digest(row) for row in rows)

    async def remove(self, digest_id: str) -> bool:
        """Forget a digest with all its runs; False when it is gone already."""

        def remove() -> int:
            with self._desk.transaction():
                self._desk.db.execute("DELETE FROM digest_runs WHERE digest_id = ?", (digest_id,))
                return self._desk.db.execute(
                    "DELETE FROM digests WHERE id = ?", (digest_id,)
                ).rowcount

        return await self._desk.patiently(remove) > 0

    async def pause(self, digest_id: str, state: DigestState = "paused", why: str = "") -> bool:
        """Let a digest rest; False when it does not run."""
        return bool(
            await self._desk.write(
                "UPDATE digests SET state = ?, why = ? WHERE id = ? AND state = 'on'",
                state,
                why,
                digest_id,
            )
        )

    async def resume(self, digest_id: str, day: str, at: datetime) -> bool:
        """Let a digest run again from its next turn on; False when it does run."""
        return bool(
            await self._desk.write(
                "UPDATE digests SET state = 'on', why = '', next_day = ?, next_at = ?"
                " WHERE id = ? AND state != 'on'",
                day,
                stamp(at),
                digest_id,
            )
        )

    async def take_over(
        self, digest_id: str, owner: Owner, close_user_id: str, day: str, at: datetime
    ) -> bool:
        """Let a broken digest run with another person's connection; False when it is not broken."""
        return bool(
            await self._desk.write(
                "UPDATE digests SET workspace = ?, user = ?, close_user_id = ?, state = 'on',"
                " why = '', next_day = ?, next_at = ? WHERE id = ? AND state = 'broken'",
                owner.workspace,
                owner.user,
                close_user_id,
                day,
                stamp(at),
                digest_id,
            )
        )

    async def change(
        self, digest_id: str, owner: Owner, plan: Mapping[str, Any], day: str, at: datetime
    ) -> bool:
        """Give a digest another plan and next turn; False when it is not this owner's any more."""
        return bool(
            await self._desk.write(
                "UPDATE digests SET plan = ?, next_day = ?, next_at = ?"
                " WHERE id = ? AND workspace = ? AND user = ?",
                json.dumps(plan),
                day,
                stamp(at),
                digest_id,
                owner.workspace,
                owner.user,
            )
        )

    async def mention(self, digest_id: str, close_user_id: str, user: str) -> None:
        """Remember that a person asks to be mentioned in a digest; without `user`, no more."""

        def change(kept: Any) -> Any:
            others = {key: one for key, one in kept.items() if key != close_user_id}
            return others | {close_user_id: user} if user else others

        await self._change(digest_id, "mentions", change)

    async def told_of(self, digest_id: str, days: Sequence[str]) -> None:
        """Forget skipped days that the channel was told of."""
        await self._change(
            digest_id, "missed", lambda kept: [day for day in kept if day not in days]
        )

    def forget(self, owner: Owner) -> int:
        """Delete, inside the caller's transaction, a person's own digests and their mentions."""
        mine = "workspace = ? AND user = ? AND is_personal = 1"
        self._desk.db.execute(
            f"DELETE FROM digest_runs WHERE digest_id IN (SELECT id FROM digests WHERE {mine})",  # noqa: S608
            (owner.workspace, owner.user),
        )
        gone = self._desk.db.execute(
            f"DELETE FROM digests WHERE {mine}",  # noqa: S608 - fixed
            (owner.workspace, owner.user),
        ).rowcount
        for digest_id, kept in self._desk.db.execute(
            "SELECT id, mentions FROM digests WHERE workspace = ? AND mentions != '{}'",
            (owner.workspace,),
        ).fetchall():
            left = {key: user for key, user in json.loads(kept).items() if user != owner.user}
            self._desk.db.execute(
                "UPDATE digests SET mentions = ? WHERE id = ?", (json.dumps(left), digest_id)
            )
        return gone

    async def _change(self, digest_id: str, column: str, change: Callable[[Any], Any]) -> None:
        def work() -> None:
            with self._desk.transaction():
                row = self._desk.db.execute(
                    f"SELECT {column} FROM digests WHERE id = ?",  # noqa: S608 - fixed
                    (digest_id,),
                ).fetchone()
                if row:
                    self._desk.db.execute(
                        f"UPDATE digests SET {column} = ? WHERE id = ?",  # noqa: S608 - fixed
                        (json.dumps(change(json.loads(row[0]))), digest_id),
                    )

        await self._desk.patiently(work)


def read_digest(row: Sequence[Any]) -> Digest:
    """Read a row of `COLUMNS`."""
    (id_, workspace, user, channel, made_by, close_user_id, organization_id, plan) = row[:8]
    (state, why, next_day, next_at, missed, mentions, is_personal, made_at) = row[8:]
    return Digest(
        id=id_,
        owner=Owner(workspace, user),
        channel=channel,
        made_by=made_by,
        close_user_id=close_user_id,
        organization_id=organization_id,
        plan=json.loads(plan),
        next_day=next_day,
        next_at=datetime.fromisoformat(next_at),
        made_at=datetime.fromisoformat(made_at),
        state=cast("DigestState", state),
        why=why,
        missed=tuple(json.loads(missed)),
        mentions=json.loads(mentions),
        is_personal=bool(is_personal),
    )
