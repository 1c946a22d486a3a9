"""Ids and secrets as Close writes them: a prefix and zero-padded base 62.

Older resources have 43 characters after the prefix, newer ones 22. All of them come from one
source of randomness, so that a seed gives the same ids on every run.
"""

from random import Random

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LONG = 43
_SHORT = 22
_NEWER = frozenset(
    {
        "pipe",
        "whsub",
        "ev",
        "req",
        "seq",
        "seqstep",
        "sub",
        "outcome",
        "group",
        "actitype",
        "smstmpl",
    }
)


class Ids:
    """Makes ids and secrets."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def make(self, prefix: str) -> str:
        """Return a new id: `lead_…`, `pipe_…`."""
        length = _SHORT if prefix in _NEWER else _LONG
        return f"{prefix}_{self.word(length)}"

    def word(self, length: int) -> str:
        """Return `length` random letters and digits."""
        return "".join(self._random.choices(_DIGITS, k=length))

    def make_key(self) -> str:
        """Return a new API key."""
        return f"api_{self.word(22)}.{self.word(22)}"

    def make_hex(self, length: int) -> str:
        """Return a secret in hexadecimal."""
        return f"{self._random.getrandbits(4 * length):0{length}x}"
