"""How a database file is met: what is refused before anything is written to it."""

import os
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from closebot.store.failures import REASONS, StoreError
from closebot.store.migrations import migrations

_TURNS = 20
_SMALLEST = 512


def look_before(path: Path) -> None:
    """Say what is wrong with a path in words that SQLite does not have; make a new file private."""
    try:
        if path.is_dir():
            raise StoreError(f"{path} is a folder. Set CLOSEBOT_DB to the path of a file.")
        if not path.parent.is_dir():
            raise StoreError(
                f"The folder {path.parent} does not exist. Make it, or set CLOSEBOT_DB."
            )
        if not path.exists():
            _make(path)
        elif 0 < path.stat().st_size < _SMALLEST:  # SQLite would take it for an empty database
            raise StoreError(f"{path} {REASONS['SQLITE_NOTADB']}.")
    except OSError as error:
        raise StoreError(
            f"{path} cannot be created: {error.strerror}. Give this user the right to write "
            "there, or set CLOSEBOT_DB."
        ) from None


def _make(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if not path.exists():  # a link that leads nowhere
            raise
        # Another process was faster; both use the file.


def refuse_strange(path: Path, connection: sqlite3.Connection) -> None:
    """Refuse a newer closebot's file and another program's; nothing is written."""
    db = Database(connection)
    known = {one.name for one in migrations.pending(Database(memory=True))}
    applied = [one.name for one in migrations.applied(db)]
    ahead = [name for name in applied if name not in known]
    if ahead:
        raise StoreError(
            f"{path} was made by a newer closebot (it knows {ahead[-1]}). Start that version "
            "again, or restore the copy from before the update."
        )
    if not applied and set(db.table_names()) - {migrations.migrations_table}:
        raise StoreError(
            f"{path} belongs to another program. Set CLOSEBOT_DB to a path of its own."
        )


def keep_journal(connection: sqlite3.Connection) -> None:
    """Keep a write-ahead journal, so that two processes may share the file.

    SQLite does not wait for this by itself when two processes start at once; it does wait for
    its turn to write, which is used here in between.
    """
    for turn in range(_TURNS):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or turn == _TURNS - 1:
                raise
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        else:
            return
