"""OAuth: connections that were begun, and who of several processes renews a token.

The clock is the caller's, never SQLite's.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from closebot.store.desk import Desk, stamp
from closebot.store.failures import SecretLost
from closebot.store.rows import Owner

Outcome = Literal["fresh", "used", "late", "unknown"]

# A name is known for this long after it was made, so that it can be said what became of it.
REMEMBERED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Begun:
    """What a name stands for that came back. Only a `fresh` one has an owner and a text."""

    outcome: Outcome
    owner: Owner = field(default=Owner("", ""))
    text: str = field(default="", repr=False)


class OAuthStates:
    """What was begun under names that may come back once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add(self, name: str, owner: Owner, text: str, now: datetime) -> None:
        """Remember a name with a text that is sealed; names of long ago are forgotten."""
        sealed = self._desk.seal(owner, text)

        def add() -> None:
            with self._desk.transaction():
                self._desk.db.execute(
                    "DELETE FROM oauth_states WHERE made_at < ?", (stamp(now - REMEMBERED),)
                )
                self._desk.db.execute(
                    "INSERT INTO oauth_states VALUES (?, ?, ?, ?, ?, '')",
                    (name, owner.workspace, owner.user, sealed, stamp(now)),
                )

        await self._desk.patiently(add)

    async def take(self, name: str, now: datetime, *, not_before: datetime) -> Begun:
        """Use a name up, and say what became of it. One that is used or late keeps no text."""

        def take() -> Begun:
            with self._desk.transaction():
                row = self._desk.db.execute(
                    "SELECT workspace, user, sealed, made_at, used_at FROM oauth_states"
                    " WHERE name = ?",
                    (name,),
                ).fetchone()
                if row is None:
                    return Begun("unknown")
                workspace, user, sealed, made_at, used_at = row
                owner = Owner(workspace, user)
                if used_at:
                    return Begun("used")
                self._desk.db.execute(
                    "UPDATE oauth_states SET used_at = ?, sealed = ? WHERE name = ?",
                    (stamp(now), self._desk.seal(owner, ""), name),
                )
                if datetime.fromisoformat(made_at) < not_before:
                    return Begun("late")
                try:
                    return Begun("fresh", owner, self._desk.open(owner, sealed))
                except SecretLost:  # the keys were changed meanwhile
                    return Begun("late")

        return await self._desk.patiently(take)


class Renewals:
    """Who renews a person's token: one of all processes, for as long as the lease lasts."""

    def __init__(self, desk: Desk, process: str) -> None:
        self._desk = desk
        self._process = process

    async def claim(self, owner: Owner, now: datetime, lease: timedelta) -> bool:
        """Take the lease; False while another process has it."""
        taken = await self._desk.write(
            "INSERT INTO renewals VALUES (?, ?, ?, ?)"
            " ON CONFLICT (workspace, user) DO UPDATE"
            " SET holder = excluded.holder, lease_until = excluded.lease_until"
            " WHERE holder = excluded.holder OR lease_until <= ?",
            owner.workspace,
            owner.user,
            self._process,
            stamp(now + lease),
            stamp(now),
        )
        return taken > 0

    async def release(self, owner: Owner) -> None:
        """Let go of the lease, if it is ours."""
        await self._desk.write(
            "DELETE FROM renewals WHERE workspace = ? AND user = ? AND holder = ?",
            owner.workspace,
            owner.user,
            self._process,
        )

    async def replace(self, owner: Owner, secret: str, new: str) -> bool:
        """Put a new secret in the place of `secret`; False when that is not what stands there."""

        def replace() -> bool:
            with self._desk.transaction():
                row = self._desk.db.execute(
                    "SELECT sealed FROM connections WHERE workspace = ? AND user = ?",
                    (owner.workspace, owner.user),
                ).fetchone()
                try:
                    if row is None or self._desk.open(owner, row[0]) != secret:
                        return False
                except SecretLost:
                    return False
                self._desk.db.execute(
                    "UPDATE connections SET sealed = ? WHERE workspace = ? AND user = ?",
                    (self._desk.seal(owner, new), owner.workspace, owner.user),
                )
                self._desk.vault.forget((owner.workspace, owner.user))
                return True

        return await self._desk.patiently(replace)


def forget_workspace(desk: Desk, workspace: str) -> int:
    """Delete, inside the caller's transaction, every row of a workspace in every table."""
    runs = "DELETE FROM digest_runs WHERE digest_id IN (SELECT id FROM digests WHERE workspace = ?)"
    count = desk.db.execute(runs, (workspace,)).rowcount
    for table in _tables_of_workspaces(desk):
        count += desk.db.execute(
            f'DELETE FROM "{table}" WHERE workspace = ?',  # noqa: S608 - a table of ours
            (workspace,),
        ).rowcount
    return count


def _tables_of_workspaces(desk: Desk) -> list[str]:
    """Find the tables whose rows belong to a workspace, so that a later one is not left out."""
    return [
        str(table)
        for (table,) in desk.db.execute(
            "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
            " WHERE m.type = 'table' AND c.name = 'workspace'"
        ).fetchall()
    ]
