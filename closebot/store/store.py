"""The only SQL.

The methods are coroutines, so that another database could stand behind them; SQLite runs inline:
a kept connection reads a row in some 13 µs, where a hop to a thread alone costs ten times that.
Two processes may share one file (WAL).
"""

import asyncio
import json
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlite_utils import Database

from closebot.store.failures import Held, SecretLost, StoreError, say_failures
from closebot.store.migrations import migrations
from closebot.store.opening import keep_journal, look_before, refuse_strange
from closebot.store.rows import Connection, Kind, Owner, Rekeyed, TypedCommand
from closebot.store.vault import SealBroken, Vault

T = TypeVar("T")
log = logging.getLogger(__name__)

_CHECK_WORD = ("closebot", "key check")
_MOST_TYPED = 5
# How long a write waits for another process: so many milliseconds inline, then so many times a
# pause of so many seconds in which the event loop goes on.
_GLANCE = 10
_TRIES = 40
_PAUSE = 0.05


class Store:
    """The kept connection to one SQLite file."""

    def __init__(self, path: Path, connection: sqlite3.Connection, vault: Vault) -> None:
        self.path = path
        self._db = connection
        self._vault = vault
        self._file = path.stat()

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
                with store._transaction():
                    migrations.apply(Database(connection))
                    connection.execute("DELETE FROM meta WHERE 0")  # a read-only file says so here
                    store._prove_key()
                keep_journal(connection)
                # From here on it is the event loop that waits, so nobody else has to.
                connection.execute(f"PRAGMA busy_timeout = {_GLANCE}")
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
            secret=self._open(owner, sealed),
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
        await self._write(
            "INSERT OR REPLACE INTO connections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            owner.workspace,
            owner.user,
            connection.kind,
            self._seal(owner, connection.secret),
            connection.close_user_id,
            connection.close_user_name,
            connection.organization_id,
            connection.organization_name,
            connection.zone,
            _stamp(connection.zone_seen_at),
            _stamp(connection.connected_at),
        )

    async def see_zone(self, owner: Owner, zone: str, now: datetime) -> None:
        """Remember the IANA zone a person is in now."""
        await self._write(
            "UPDATE connections SET zone = ?, zone_seen_at = ? WHERE workspace = ? AND user = ?",
            zone,
            _stamp(now),
            owner.workspace,
            owner.user,
        )

    async def forget_person(self, owner: Owner) -> bool:
        """Delete all that is kept of a person, from the file's pages too; False if nothing was."""

        def forget() -> int:
            with self._transaction():
                return sum(
                    self._db.execute(
                        f"DELETE FROM {table} WHERE workspace = ? AND user = ?",  # noqa: S608 - fixed
                        (owner.workspace, owner.user),
                    ).rowcount
                    for table in ("connections", "typed_commands")
                )

        found = await self._patiently(forget)
        await self._empty_journal()
        return found > 0

    # --- what was typed before connecting -----------------------------------------------------

    async def remember_command(self, owner: Owner, command: TypedCommand) -> None:
        """Keep what a person typed, beside the last few that wait already."""
        said = [command.text, command.channel, command.response_url, _stamp(command.typed_at)]

        def remember() -> None:
            with self._transaction():
                waiting = [*self._typed(owner), said][-_MOST_TYPED:]
                self._db.execute(
                    "INSERT OR REPLACE INTO typed_commands VALUES (?, ?, ?, ?)",
                    (owner.workspace, owner.user, self._seal(owner, json.dumps(waiting)), said[3]),
                )

        await self._patiently(remember)

    async def take_commands(self, owner: Owner, *, not_before: datetime) -> list[TypedCommand]:
        """Take out what a person typed, in its order; what is older is gone, and nobody waits.

        So is what no key opens any more.
        """

        def take() -> list[list[str]]:
            with self._transaction():
                waiting = self._typed(owner)
                self._db.execute(
                    "DELETE FROM typed_commands WHERE workspace = ? AND user = ?",
                    (owner.workspace, owner.user),
                )
                return waiting

        commands = [
            TypedCommand(text, channel, response_url, datetime.fromisoformat(typed_at))
            for text, channel, response_url, typed_at in await self._patiently(take)
        ]
        return [command for command in commands if command.typed_at >= not_before]

    def _typed(self, owner: Owner) -> list[list[str]]:
        row = self._db.execute(
            "SELECT sealed FROM typed_commands WHERE workspace = ? AND user = ?",
            (owner.workspace, owner.user),
        ).fetchone()
        try:
            waiting = json.loads(self._open(owner, row[0])) if row else []
        except SecretLost:
            return []
        return [one for one in waiting if isinstance(one, list) and len(one) == 4]

    # --- keys ---------------------------------------------------------------------------------

    def rekey(self) -> Rekeyed:
        """Seal every secret anew with the first key, all or none."""
        count = lost = 0
        self._db.execute("PRAGMA busy_timeout = 5000")
        with say_failures(self.path), self._transaction():
            for table in ("connections", "typed_commands"):
                rows = self._db.execute(f"SELECT workspace, user, sealed FROM {table}").fetchall()  # noqa: S608 - fixed
                for workspace, user, sealed in rows:
                    owner = Owner(workspace, user)
                    try:
                        text = self._open(owner, sealed)
                    except SecretLost:
                        lost += 1
                        continue
                    self._db.execute(
                        f"UPDATE {table} SET sealed = ? WHERE workspace = ? AND user = ?",  # noqa: S608 - fixed
                        (self._seal(owner, text), workspace, user),
                    )
                    count += 1
            self._write_check_word()
        with say_failures(self.path):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return Rekeyed(count, lost)

    def _prove_key(self) -> None:
        row = self._db.execute("SELECT value FROM meta WHERE name = 'key check'").fetchone()
        if row is None:
            self._write_check_word()
            return
        try:
            self._vault.open(_CHECK_WORD, row[0])
        except SealBroken:
            raise StoreError(
                f"{self.path} was encrypted with a key that is not in CLOSEBOT_KEYS. Put that key "
                "back. If it is lost for good, move the file away: everybody connects again then."
            ) from None

    def _write_check_word(self) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO meta VALUES ('key check', ?)",
            (self._vault.seal(_CHECK_WORD, "open"),),
        )

    def _seal(self, owner: Owner, text: str) -> str:
        return self._vault.seal((owner.workspace, owner.user), text)

    def _open(self, owner: Owner, sealed: str) -> str:
        try:
            return self._vault.open((owner.workspace, owner.user), sealed)
        except SealBroken as error:
            raise SecretLost(f"A stored secret cannot be used: {error}.") from None

    # --- writing ------------------------------------------------------------------------------

    async def _write(self, sql: str, *values: Any) -> None:
        await self._patiently(lambda: self._db.execute(sql, values))

    async def _patiently(self, work: Callable[[], T]) -> T:
        """Do `work`; while another process writes, try again, and let others run meanwhile."""
        for _ in range(_TRIES):
            try:
                with say_failures(self.path):
                    return work()
            except Held:
                await asyncio.sleep(_PAUSE)
        with say_failures(self.path):
            return work()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # SQLite has taken some failures back by itself
                self._db.execute("ROLLBACK")
            raise

    async def _empty_journal(self) -> None:
        """Write the journal into the file and cut it, so that what is gone is gone there too.

        A reader in another process may keep it from that for a while; what was asked for is done
        by then, so in the end this only warns.
        """
        for _ in range(_TRIES):
            with say_failures(self.path):
                busy, *_pages = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
            await asyncio.sleep(_PAUSE)
        log.warning("the journal of the database is in use: what was deleted is still in it")


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
