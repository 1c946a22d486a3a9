"""What goes wrong with a database, as sentences that say what to do now."""

import sqlite3
from pathlib import Path

REASONS = {
    "SQLITE_NOTADB": "is not a SQLite database. Set CLOSEBOT_DB to another path, or move this "
    "file away",
    "SQLITE_CORRUPT": "is damaged. Restore a copy, or move it away and start anew",
    "SQLITE_READONLY": "is read-only. Give this user the right to write the file and its folder",
    "SQLITE_CANTOPEN": "cannot be opened. Look at its path and rights",
    "SQLITE_BUSY": "is held by another process. Stop that one and try again",
    "SQLITE_FULL": "cannot grow: the disk is full. Make room and try again",
}


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do now."""


class Held(StoreError):
    """Another process is writing; nothing was done."""


class SecretLost(StoreError):
    """A sealed text cannot be opened with any of the keys, or belongs to somebody else."""


class say_failures:  # noqa: N801 - read as a verb, and entered several times for each command
    """Turn SQLite's failures into sentences."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        """Raise `StoreError` for a failure of SQLite's."""
        if not isinstance(error, sqlite3.Error):
            return
        name = getattr(error, "sqlite_errorname", "") or ""
        why = next((said for key, said in REASONS.items() if name.startswith(key)), None)
        kind = Held if name.startswith("SQLITE_BUSY") else StoreError
        raise kind(f"{self._path} {why or f'cannot be used ({name or error})'}.") from None
