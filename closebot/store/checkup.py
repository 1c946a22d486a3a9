"""Looking a database over without changing it: for whoever wants to know what is wrong."""

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlite_utils import Database

from closebot.store.digests import COLUMNS, read_digest
from closebot.store.failures import REASONS, StoreError, say_failures
from closebot.store.migrations import migrations
from closebot.store.opening import look_before, refuse_strange
from closebot.store.rows import Connection, Digest, Kind, Owner
from closebot.store.store import CHECK_WORD
from closebot.store.vault import SealBroken, Vault


@dataclass(frozen=True, slots=True)
class Checkup:
    """What is in a file that can be used.

    `steps`: how many steps of the schema the next start will make. `connected`: whose secrets
    open, the latest first; `lost`: how many do not. `key_fits` is False when the file was sealed
    with another key.
    """

    is_new: bool = False
    steps: int = 0
    is_journaled: bool = True
    key_fits: bool = True
    lost: int = 0
    connected: tuple[Connection, ...] = field(default=(), repr=False)
    digests: tuple[Digest, ...] = ()


def look_over(path: Path, vault: Vault, patience: float = 2.0) -> Checkup:
    """Open the file as it is, read all of it, and close it. Blocks; raises `StoreError`.

    `patience`: seconds to wait while another process writes.
    """
    if not path.exists() and not path.is_symlink():
        _look_at_folder(path)
        return Checkup(is_new=True)
    look_before(path)
    with say_failures(path):
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=patience)
        try:
            return _look(path, db, vault)
        finally:
            db.close()


def _look_at_folder(path: Path) -> None:
    if not path.parent.is_dir():
        look_before(path)  # which says so
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise StoreError(
            f"{path} cannot be created. Give this user the right to write there, or set "
            "CLOSEBOT_DB."
        )


def _look(path: Path, db: sqlite3.Connection, vault: Vault) -> Checkup:
    db.isolation_level = None
    refuse_strange(path, db)
    if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise StoreError(f"{path} {REASONS['SQLITE_CORRUPT']}.")
    db.execute("BEGIN IMMEDIATE")  # a file that cannot be written, or is held, says so here
    db.execute("ROLLBACK")
    tables = set(Database(db).table_names())
    (mode,) = db.execute("PRAGMA journal_mode").fetchone()
    connected, lost = _open_secrets(db, vault) if "connections" in tables else ((), 0)
    return Checkup(
        steps=len(migrations.pending(Database(db))),
        is_journaled=mode == "wal" or "meta" not in tables,
        key_fits="meta" not in tables or _fits(db, vault),
        lost=lost,
        connected=connected,
        digests=_read_digests(db) if "digests" in tables else (),
    )


def _fits(db: sqlite3.Connection, vault: Vault) -> bool:
    row = db.execute("SELECT value FROM meta WHERE name = 'key check'").fetchone()
    try:
        return row is None or bool(vault.open(CHECK_WORD, row[0]))
    except SealBroken:
        return False


def _open_secrets(db: sqlite3.Connection, vault: Vault) -> tuple[tuple[Connection, ...], int]:
    rows = db.execute(
        "SELECT workspace, user, kind, sealed, close_user_id, close_user_name, organization_id,"
        " organization_name, zone, zone_seen_at, connected_at"
        " FROM connections ORDER BY connected_at DESC"
    ).fetchall()
    opened = []
    for row in rows:
        try:
            opened.append(_read_connection(row, vault))
        except SealBroken:
            continue
    return tuple(opened), len(rows) - len(opened)


def _read_connection(row: Sequence[Any], vault: Vault) -> Connection:
    workspace, user, kind, sealed, user_id, name, organization_id, organization, *rest = row
    zone, seen, since = rest
    return Connection(
        owner=Owner(workspace, user),
        kind=cast("Kind", kind),
        secret=vault.open((workspace, user), sealed),
        close_user_id=user_id,
        close_user_name=name,
        organization_id=organization_id,
        organization_name=organization,
        zone=zone,
        zone_seen_at=datetime.fromisoformat(seen),
        connected_at=datetime.fromisoformat(since),
    )


def _read_digests(db: sqlite3.Connection) -> tuple[Digest, ...]:
    rows = db.execute(f"SELECT {COLUMNS} FROM digests ORDER BY made_at").fetchall()  # noqa: S608
    return tuple(read_digest(row) for row in rows)
