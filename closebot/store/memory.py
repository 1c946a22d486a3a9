"""What is remembered beside connections: presses, things kept for a person, channels, choices."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from closebot.store.desk import Desk, stamp
from closebot.store.failures import SecretLost
from closebot.store.rows import Claim, Owner

PRESS_LIVES = timedelta(days=2)


class Presses:
    """Which presses of a button or of Submit were begun, so that none is done twice.

    Survives a restart, and holds between processes that share the file.
    """

    def __init__(self, desk: Desk, process: str) -> None:
        self._desk = desk
        self._process = process

    async def claim(self, name: str, now: datetime) -> Claim | None:
        """Take a press; None when this process is the first, otherwise who began it and when.

        One that another process began is taken over by asking for it.
        """

        def claim() -> Claim | None:
            with self._desk.transaction():
                row = self._desk.db.execute(
                    "SELECT began_at, process FROM presses WHERE name = ?", (name,)
                ).fetchone()
                if row is None:
                    self._desk.db.execute(
                        "DELETE FROM presses WHERE began_at < ?", (stamp(now - PRESS_LIVES),)
                    )
                    self._desk.db.execute(
                        "INSERT INTO presses VALUES (?, ?, ?)", (name, stamp(now), self._process)
                    )
                    return None
                return Claim(datetime.fromisoformat(row[0]), is_ours=row[1] == self._process)

        return await self._desk.patiently(claim)

    async def release(self, name: str) -> None:
        """Let a press be made anew: it is known that nothing was done."""
        await self._desk.write("DELETE FROM presses WHERE name = ?", name)


class Keepsakes:
    """Small things kept for a person under a name, sealed: recent leads, a draft."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def read(self, owner: Owner, name: str) -> Any:
        """Return what is kept, as JSON gives it; None for nothing, or what no key opens."""
        row = self._desk.row(
            "SELECT sealed FROM keepsakes WHERE workspace = ? AND user = ? AND name = ?",
            owner.workspace,
            owner.user,
            name,
        )
        return self._unseal(owner, row)

    async def of_workspace(self, workspace: str, name: str) -> dict[Owner, Any]:
        """Return what is kept under a name of everybody in a workspace. Raises `StoreError`."""
        rows = self._desk.rows(
            "SELECT sealed, user FROM keepsakes WHERE workspace = ? AND name = ?", workspace, name
        )
        kept = {}
        for row in rows:
            owner = Owner(workspace, row[1])
            kept[owner] = self._unseal(owner, row)
        return kept

    async def change(
        self, owner: Owner, name: str, change: Callable[[Any], Any], now: datetime
    ) -> Any:
        """Put `change(what is kept)` in its place, at once, and return that; None deletes it."""

        def work() -> Any:
            with self._desk.transaction():
                row = self._desk.db.execute(
                    "SELECT sealed FROM keepsakes WHERE workspace = ? AND user = ? AND name = ?",
                    (owner.workspace, owner.user, name),
                ).fetchone()
                changed = change(self._unseal(owner, row))
                if changed is None:
                    self._desk.db.execute(
                        "DELETE FROM keepsakes WHERE workspace = ? AND user = ? AND name = ?",
                        (owner.workspace, owner.user, name),
                    )
                else:
                    sealed = self._desk.seal(owner, json.dumps(changed))
                    self._desk.db.execute(
                        "INSERT OR REPLACE INTO keepsakes VALUES (?, ?, ?, ?, ?)",
                        (owner.workspace, owner.user, name, sealed, stamp(now)),
                    )
                return changed

        return await self._desk.patiently(work)

    def _unseal(self, owner: Owner, row: Any) -> Any:
        try:
            return json.loads(self._desk.open(owner, row[0])) if row else None
        except (SecretLost, ValueError):
            return None


class Channels:
    """Which lead a channel is about."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def lead(self, workspace: str, channel: str) -> str:
        """Return the id of the channel's lead; empty where none was set."""
        row = self._desk.row(
            "SELECT lead_id FROM channel_leads WHERE workspace = ? AND channel = ?",
            workspace,
            channel,
        )
        return str(row[0]) if row else ""

    async def link(self, owner: Owner, channel: str, lead_id: str, now: datetime) -> None:
        """Make a lead the channel's, in the place of an earlier one."""
        await self._desk.write(
            "INSERT OR REPLACE INTO channel_leads VALUES (?, ?, ?, ?, ?)",
            owner.workspace,
            channel,
            lead_id,
            owner.user,
            stamp(now),
        )

    async def unlink(self, workspace: str, channel: str) -> bool:
        """Forget the channel's lead; False when there was none."""
        gone = await self._desk.write(
            "DELETE FROM channel_leads WHERE workspace = ? AND channel = ?", workspace, channel
        )
        return gone > 0


class Choices:
    """What was chosen for everybody of a Close organization in a workspace."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def read(self, workspace: str, organization_id: str, name: str) -> Any:
        """Return a choice, as JSON gives it; None where nothing was chosen."""
        row = self._desk.row(
            "SELECT value FROM choices WHERE workspace = ? AND organization_id = ? AND name = ?",
            workspace,
            organization_id,
            name,
        )
        try:
            return json.loads(row[0]) if row else None
        except ValueError:
            return None

    async def save(self, workspace: str, organization_id: str, name: str, value: Any) -> None:
        """Remember a choice, in the place of an earlier one."""
        await self._desk.write(
            "INSERT OR REPLACE INTO choices VALUES (?, ?, ?, ?)",
            workspace,
            organization_id,
            name,
            json.dumps(value),
        )
