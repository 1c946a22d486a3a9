"""Secrets at rest: sealed with the first key, opened with any of them, bound to their owner."""

import json
from collections import OrderedDict
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

MOST_REMEMBERED = 1000


class SealBroken(ValueError):
    """A sealed text that no key opens, or that belongs to somebody else."""


class Vault:
    """Seals and opens text with Fernet keys; the first seals.

    The owner stands inside the sealed text and is checked on opening, so that a row copied onto
    another person opens nothing. What it is told to remember stands opened in memory, beside the
    keys that open it, until `forget`, or until a thousand others were needed since.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._count = len(keys)
        self._opened: OrderedDict[str, tuple[list[str], str]] = OrderedDict()

    def __repr__(self) -> str:
        return f"Vault({self._count} keys)"

    def seal(self, owner: Sequence[str], text: str) -> str:
        """Return `text` sealed for `owner`."""
        return self._fernet.encrypt(json.dumps([*owner, text]).encode()).decode()

    def open(self, owner: Sequence[str], sealed: str, *, remember: bool = False) -> str:
        """Return what was sealed for `owner`. Raises `SealBroken`."""
        known = self._opened.get(sealed)
        if known is None:
            known = self._decrypt(sealed)
            if remember:
                self._opened[sealed] = known
                if len(self._opened) > MOST_REMEMBERED:
                    self._opened.popitem(last=False)
        else:
            self._opened.move_to_end(sealed)
        found, text = known
        if found != list(owner):
            raise SealBroken("this was sealed for somebody else")
        return text

    def forget(self, owner: Sequence[str] | None = None) -> None:
        """Keep nothing opened in memory: of one owner, or of all."""
        for sealed, (found, _) in list(self._opened.items()):
            if owner is None or found == list(owner):
                del self._opened[sealed]

    def _decrypt(self, sealed: str) -> tuple[list[str], str]:
        try:
            *found, text = json.loads(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValueError, UnicodeError):
            raise SealBroken("no key opens this") from None
        return found, str(text)


def new_key() -> str:
    """Make a new key."""
    return Fernet.generate_key().decode()


def read_keys(text: str) -> list[str]:
    """Split a comma-separated setting into keys. Raises `ValueError` without quoting any of it."""
    keys = [part.strip() for part in text.split(",") if part.strip()]
    if not keys:
        raise ValueError("holds no key; `closebot keygen` makes one")
    for position, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except (ValueError, UnicodeError):
            raise ValueError(
                f"key {position} of {len(keys)} is not a Fernet key; `closebot keygen` makes one"
            ) from None
    return keys
