"""The only SQL.

The methods are coroutines, so that another database could stand behind them; SQLite runs inline:
a kept connection reads a row in some 13 µs, where a hop to a thread alone costs ten times that.
Two processes may share one file (WAL).
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

from sqlite_utils import Database

from closebot.store.failures import SecretLost, StoreError, say_failures
from closebot.store.migrations import migrations
from closebot.store.opening import keep_journal, look_before, refuse_strange
from closebot.store.vault import SealBroken, Vault

Kind = Literal["api_key", "access_token"]

_CHECK_WORD = ("closebot", "key check")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a row is: a Slack team or enterprise, and a Slack user."""

    workspace: str
    user: str


@dataclass(frozen=True, slots=True)
class Connection:
    """One person's Close account. `zone` is an IANA name; moments are UTC."""

    owner: Owner
    kind: Kind
    secret: str = field(repr=False)
    close_user_id: str
    close_user_name: str
    organization_id: str
    organization_name: str
    zone: str
    zone_seen_at: datetime
    connected_at: datetime


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """What somebody typed before they had connected, and where the answer goes."""

    text: str = field(repr=False)
    channel: str
    response_url: str = field(repr=False)
    typed_at: datetime


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """How many secrets were sealed anew, and how many no key opens."""

    count: int
    lost: int


class Store:
    """The kept connection to one SQLite file."""

    def __init__(self, path: Path, connection: sqlite3.Connection, vault: Vault) -> None:
        self.path = path
        self._db = connection
        self._vault = vault

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
        except BaseException:
            connection.close()
            raise
        return store

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    async def check(self) -> None:
        """Read one row. Raises `StoreError` when that fails."""
        with say_failures(self.path):
            self._db.execute("SELECT value FROM meta WHERE name = 'key check'").fetchone()

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
        self._write(
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
        self._write(
            "UPDATE connections SET zone = ?, zone_seen_at = ? WHERE workspace = ? AND user = ?",
            zone,
            _stamp(now),
            owner.workspace,
            owner.user,
        )

    async def forget_person(self, owner: Owner) -> bool:
        """Delete all that is kept of a person, from the file's pages too; False if nothing was."""
        with say_failures(self.path), self._transaction():
            found = 0
            for table in ("connections", "typed_commands"):
                found += self._db.execute(
                    f"DELETE FROM {table} WHERE workspace = ? AND user = ?",  # noqa: S608 - fixed
                    (owner.workspace, owner.user),
                ).rowcount
        self._empty_journal()
        return found > 0

    # --- what was typed before connecting -----------------------------------------------------

    async def remember_command(self, owner: Owner, command: TypedCommand) -> None:
        """Keep what a person typed last."""
        text = json.dumps([command.text, command.channel, command.response_url])
        self._write(
            "INSERT OR REPLACE INTO typed_commands VALUES (?, ?, ?, ?)",
            owner.workspace,
            owner.user,
            self._seal(owner, text),
            _stamp(command.typed_at),
        )

    async def take_command(self, owner: Owner, *, not_before: datetime) -> TypedCommand | None:
        """Take out what a person typed last.

        None when there is nothing, it is older, or no key opens it any more: then it is gone, and
        nobody waits for it.
        """
        with say_failures(self.path):
            row = self._db.execute(
                "DELETE FROM typed_commands WHERE workspace = ? AND user = ?"
                " RETURNING sealed, typed_at",
                (owner.workspace, owner.user),
            ).fetchone()
        if row is None or (typed_at := datetime.fromisoformat(row[1])) < not_before:
            return None
        try:
            text, channel, response_url = json.loads(self._open(owner, row[0]))
        except SecretLost:
            return None
        return TypedCommand(text, channel, response_url, typed_at)

    # --- keys ---------------------------------------------------------------------------------

    def rekey(self) -> Rekeyed:
        """Seal every secret anew with the first key, all or none."""
        count = lost = 0
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
        self._empty_journal()
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

    def _write(self, sql: str, *values: Any) -> None:
        with say_failures(self.path):
            self._db.execute(sql, values)

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

    def _empty_journal(self) -> None:
        """Write the journal into the file and cut it, so that what is gone is gone there too."""
        with say_failures(self.path):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
