"""The only SQL.

The methods are coroutines, so that another database could stand behind them; SQLite runs inline:
a kept connection reads a row in some 13 µs, where a hop to a thread alone costs ten times that.
Two processes may share one file (WAL).
"""

import asyncio
import json
import os
import secrets
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlite_utils import Database

from closebot.store.audit import Audit
from closebot.store.desk import GLANCE, Desk, stamp
from closebot.store.digest_runs import DigestRuns
from closebot.store.digests import Digests
from closebot.store.failures import SecretLost, StoreError, say_failures
from closebot.store.grants import OAuthStates, Renewals, forget_workspace
from closebot.store.memory import Channels, Choices, Keepsakes, Presses
from closebot.store.migrations import migrations
from closebot.store.opening import keep_journal, look_before, refuse_strange
from closebot.store.rows import Connection, Kind, Owner, Rekeyed, TypedCommand
from closebot.store.vault import SealBroken, Vault

CHECK_WORD = ("closebot", "key check")
_MOST_TYPED = 5
# What is kept of a person: (table, columns beside workspace and user that name a row).
_OF_PERSONS = (
    ("connections", ()),
    ("typed_commands", ()),
    ("keepsakes", ("name",)),
    ("oauth_states", ("name",)),
)


class Store:
    """What is remembered in one SQLite file.

    `presses`, `keepsakes`, `channels`, `choices`, `digests`, `digest_runs`, `oauth_states` and
    `renewals` are its sections.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, vault: Vault) -> None:
        self.path = path
        self._db = connection
        self._vault = vault
        self._desk = Desk(path, connection, vault)
        self._file = path.stat()
        process = secrets.token_hex(8)
        self.presses = Presses(self._desk, process)
        self.keepsakes = Keepsakes(self._desk)
        self.channels = Channels(self._desk)
        self.choices = Choices(self._desk)
        self.digests = Digests(self._desk)
        self.digest_runs = DigestRuns(self._desk, process)
        self.oauth_states = OAuthStates(self._desk)
        self.renewals = Renewals(self._desk, process)
        self.audit = Audit(self._desk)

    @classmethod
    def open(cls, path: Path | str, vault: Vault, *, patience: float = 5.0) -> "Store":
        """Open the file, bring its schema up to date and prove the key.

        `patience`: seconds to wait while another process writes. Raises `StoreError`; the file is
        left as it was then. A new file is made only where there is none, readable by its owner
        alone.
        """
        path = Path(path)
        look_before(path)
        with say_failures(path):
            connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
        try:
            with say_failures(path):
                store = cls(path, connection, vault)
                refuse_strange(path, connection)
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA secure_delete = ON")
                with store._desk.transaction():
                    migrations.apply(Database(connection))
                    connection.execute("DELETE FROM meta WHERE 0")  # a read-only file says so here
                    store._prove_key()
                keep_journal(connection)
                # From here on it is the event loop that waits, so nobody else has to.
                connection.execute(f"PRAGMA busy_timeout = {GLANCE}")
        except BaseException:
            connection.close()
            raise
        return store

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    async def check(self) -> None:
        """Read one row. Raises `StoreError` when that fails, or when the file is another now."""
        if not await asyncio.to_thread(self._is_in_place):
            raise StoreError(f"{self.path} was moved or deleted. Put it back and start again.")
        with say_failures(self.path):
            self._db.execute("SELECT value FROM meta WHERE name = 'key check'").fetchone()

    def _is_in_place(self) -> bool:
        return self.path.exists() and os.path.samestat(self._file, self.path.stat())

    # --- connections --------------------------------------------------------------------------

    async def connection(self, owner: Owner) -> Connection | None:
        """Return a person's connection. Raises `SecretLost` when their secret cannot be opened."""
        with say_failures(self.path):
            row = self._db.execute(
                "SELECT kind, sealed, close_user_id, close_user_name, organization_id,"
                " organization_name, zone, zone_seen_at, connected_at"
                " FROM connections WHERE workspace = ? AND user = ?",
                (owner.workspace, owner.user),
            ).fetchone()
        if row is None:
            return None
        kind, sealed, user_id, user_name, organization_id, organization, zone, seen, since = row
        return Connection(
            owner=owner,
            kind=cast("Kind", kind),
            secret=self._desk.open(owner, sealed, remember=True),
            close_user_id=user_id,
            close_user_name=user_name,
            organization_id=organization_id,
            organization_name=organization,
            zone=zone,
            zone_seen_at=datetime.fromisoformat(seen),
            connected_at=datetime.fromisoformat(since),
        )

    async def save_connection(self, connection: Connection) -> None:
        """Remember a person's connection, in the place of an earlier one."""
        owner = connection.owner
        self._vault.forget((owner.workspace, owner.user))
        await self._desk.write(
            "INSERT OR REPLACE INTO connections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            owner.workspace,
            owner.user,
            connection.kind,
            self._desk.seal(owner, connection.secret),
            connection.close_user_id,
            connection.close_user_name,
            connection.organization_id,
            connection.organization_name,
            connection.zone,
            stamp(connection.zone_seen_at),
            stamp(connection.connected_at),
        )

    async def see_zone(self, owner: Owner, zone: str, now: datetime) -> None:
        """Remember the IANA zone a person is in now."""
        await self._desk.write(
            "UPDATE connections SET zone = ?, zone_seen_at = ? WHERE workspace = ? AND user = ?",
            zone,
            stamp(now),
            owner.workspace,
            owner.user,
        )

    async def forget_person(self, owner: Owner) -> bool:
        """Delete all that is kept of a person, from the file's pages too; False if nothing was."""

        def forget() -> int:
            with self._desk.transaction():
                return self.digests.forget(owner) + sum(
                    self._db.execute(
                        f"DELETE FROM {table} WHERE workspace = ? AND user = ?",  # noqa: S608 - fixed
                        (owner.workspace, owner.user),
                    ).rowcount
                    for table in (*(table for table, _ in _OF_PERSONS), "renewals")
                )

        found = await self._desk.patiently(forget)
        self._vault.forget()
        await self._desk.empty_journal()
        return found > 0

    async def owners(self, workspace: str) -> list[Owner]:
        """Return who of a workspace is connected."""
        rows = self._desk.rows("SELECT user FROM connections WHERE workspace = ?", workspace)
        return [Owner(workspace, user) for (user,) in rows]

    async def forget_workspace(self, workspace: str) -> bool:
        """Delete all that is kept of a workspace, from the file's pages too; False for nothing."""

        def forget() -> int:
            with self._desk.transaction():
                return forget_workspace(self._desk, workspace)

        found = await self._desk.patiently(forget)
        self._vault.forget()
        await self._desk.empty_journal()
        return found > 0

    # --- what was typed before connecting -----------------------------------------------------

    async def remember_command(self, owner: Owner, command: TypedCommand) -> None:
        """Keep what a person typed, beside the last few that wait already."""
        said = [command.text, command.channel, command.response_url, stamp(command.typed_at)]

        def remember() -> None:
            with self._desk.transaction():
                waiting = [*self._typed(owner), said][-_MOST_TYPED:]
                self._db.execute(
                    "INSERT OR REPLACE INTO typed_commands VALUES (?, ?, ?, ?)",
                    (
                        owner.workspace,
                        owner.user,
                        self._desk.seal(owner, json.dumps(waiting)),
                        said[3],
                    ),
                )

        await self._desk.patiently(remember)

    async def take_commands(self, owner: Owner, *, not_before: datetime) -> list[TypedCommand]:
        """Take out what a person typed, in its order; what is older is gone, and nobody waits.

        So is what no key opens any more.
        """

        def take() -> list[list[str]]:
            with self._desk.transaction():
                waiting = self._typed(owner)
                self._db.execute(
                    "DELETE FROM typed_commands WHERE workspace = ? AND user = ?",
                    (owner.workspace, owner.user),
                )
                return waiting

        commands = [
            TypedCommand(text, channel, response_url, datetime.fromisoformat(typed_at))
            for text, channel, response_url, typed_at in await self._desk.patiently(take)
        ]
        return [command for command in commands if command.typed_at >= not_before]

    def _typed(self, owner: Owner) -> list[list[str]]:
        row = self._db.execute(
            "SELECT sealed FROM typed_commands WHERE workspace = ? AND user = ?",
            (owner.workspace, owner.user),
        ).fetchone()
        try:
            waiting = json.loads(self._desk.open(owner, row[0])) if row else []
        except SecretLost:
            return []
        return [one for one in waiting if isinstance(one, list) and len(one) == 4]

    # --- keys ---------------------------------------------------------------------------------

    def rekey(self) -> Rekeyed:
        """Seal every secret anew with the first key, all or none."""
        count = lost = 0
        self._db.execute("PRAGMA busy_timeout = 5000")
        with say_failures(self.path), self._desk.transaction():
            for table, more in _OF_PERSONS:
                names = ("workspace", "user", *more)
                where = " AND ".join(f"{name} = ?" for name in names)
                asked = f"SELECT {', '.join(names)}, sealed FROM {table}"  # noqa: S608 - fixed
                for *row, sealed in self._db.execute(asked).fetchall():
                    owner = Owner(row[0], row[1])
                    try:
                        text = self._desk.open(owner, sealed)
                    except SecretLost:
                        lost += 1
                        continue
                    self._db.execute(
                        f"UPDATE {table} SET sealed = ? WHERE {where}",  # noqa: S608 - fixed
                        (self._desk.seal(owner, text), *row),
                    )
                    count += 1
            self._write_check_word()
        self._vault.forget()
        with say_failures(self.path):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return Rekeyed(count, lost)

    def _prove_key(self) -> None:
        row = self._db.execute("SELECT value FROM meta WHERE name = 'key check'").fetchone()
        if row is None:
            self._write_check_word()
            return
        try:
            self._vault.open(CHECK_WORD, row[0])
        except SealBroken:
            raise StoreError(
                f"{self.path} was encrypted with a key that is not in CLOSEBOT_KEYS. Put that key "
                "back. If it is lost for good, move the file away: everybody connects again then."
            ) from None

    def _write_check_word(self) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO meta VALUES ('key check', ?)",
            (self._vault.seal(CHECK_WORD, "open"),),
        )
