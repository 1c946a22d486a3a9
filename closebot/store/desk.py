"""How rows are read and written: one kept connection, sealed texts, and patience with others."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from closebot.store.failures import Held, SecretLost, say_failures
from closebot.store.rows import Owner
from closebot.store.vault import SealBroken, Vault

T = TypeVar("T")
log = logging.getLogger(__name__)

# How long a write waits for another process: so many milliseconds inline, then so many times a
# pause of so many seconds in which the event loop goes on.
GLANCE = 10
_TRIES = 40
_PAUSE = 0.05


class Desk:
    """The kept connection to one SQLite file, and the keys that seal what is secret in it."""

    def __init__(self, path: Path, connection: sqlite3.Connection, vault: Vault) -> None:
        self.path = path
        self.db = connection
        self.vault = vault

    def row(self, sql: str, *values: Any) -> Any:
        """Return the first row that matches, or None. Raises `StoreError`."""
        with say_failures(self.path):
            return self.db.execute(sql, values).fetchone()

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Return every row that matches. Raises `StoreError`."""
        with say_failures(self.path):
            return self.db.execute(sql, values).fetchall()

    async def write(self, sql: str, *values: Any) -> int:
        """Change rows and return how many. Raises `StoreError`."""
        return await self.patiently(lambda: self.db.execute(sql, values).rowcount)

    async def patiently(self, work: Callable[[], T]) -> T:
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
    def transaction(self) -> Iterator[None]:
        """Do what is inside as one change, or none of it."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:  # SQLite has taken some failures back by itself
                self.db.execute("ROLLBACK")
            raise

    async def empty_journal(self) -> None:
        """Write the journal into the file and cut it, so that what is gone is gone there too.

        A reader in another process may keep it from that for a while; what was asked for is done
        by then, so in the end this only warns.
        """
        for _ in range(_TRIES):
            with say_failures(self.path):
                busy, *_pages = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
            await asyncio.sleep(_PAUSE)
        log.warning("the journal of the database is in use: what was deleted is still in it")

    def seal(self, owner: Owner, text: str) -> str:
        """Seal a text for its owner."""
        return self.vault.seal((owner.workspace, owner.user), text)

    def open(self, owner: Owner, sealed: str, *, remember: bool = False) -> str:
        """Open a sealed text, and `remember` it for the next time. Raises `SecretLost`."""
        try:
            return self.vault.open((owner.workspace, owner.user), sealed, remember=remember)
        except SealBroken as error:
            raise SecretLost(f"A stored secret cannot be used: {error}.") from None


def stamp(moment: datetime) -> str:
    """Write a moment as UTC, so that texts sort as moments do."""
    return moment.astimezone(UTC).isoformat()
