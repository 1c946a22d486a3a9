"""The basket: texts that wait for a person's next note, sealed, also over a restart."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from closebot.cards.notes import Piece, fits
from closebot.store import Owner, Store, StoreError

NAME = "basket"
MOST = 20
_TYPED = "typed."


@dataclass(frozen=True)
class Basket:
    """One person's basket, in the order in which things came into it.

    What is in it is a copy of something that stands elsewhere, so a store that fails is no reason
    to stop: then nothing is kept.
    """

    store: Store
    owner: Owner
    now: datetime

    async def all(self) -> list[Piece]:
        """Return what is in it."""
        try:
            return _read(await self.store.keepsakes.read(self.owner, NAME))
        except StoreError:
            return []

    async def add(self, piece: Piece) -> tuple[list[Piece], bool]:
        """Put one in and return all, and whether older ones had to go for it.

        One that is in it already stays as it is: it may have been edited.
        """
        found: list[Piece] = [piece]
        count = 1

        def change(kept: list[Piece]) -> list[Piece]:
            nonlocal found, count
            if all(one.key != piece.key for one in kept):
                kept = [*kept, piece]
            count = len(kept)
            found = _newest(kept)
            return found

        await self._change(change)
        return found, len(found) < count

    async def keep(self, pieces: Sequence[Piece]) -> int:
        """Put them in, or their texts in the place of earlier ones; return how many there are then.

        Those without text go out.
        """
        count = len(pieces)

        def change(kept: list[Piece]) -> list[Piece]:
            nonlocal count
            found = {one.key: one for one in kept}
            for one in pieces:
                known = found.get(one.key, one)
                found[one.key] = replace(known, text=one.text)
            left = _newest([one for one in found.values() if one.text])
            count = len(left)
            return left

        await self._change(change)
        return count

    async def mark(self, pieces: Sequence[Piece], tried: str, lead_name: str = "") -> None:
        """Note that those of these that are in it were sent to Close, or with "" that not."""
        keys = {one.key for one in pieces}
        await self._change(
            lambda kept: [
                replace(one, tried=tried, lead_name=lead_name) if one.key in keys else one
                for one in kept
            ]
        )

    async def edit(self, pieces: Sequence[Piece]) -> None:
        """Give those that are in it the texts of these; those without text go out."""
        texts = {one.key: one.text for one in pieces}

        def change(kept: list[Piece]) -> list[Piece]:
            edited = [replace(one, text=texts.get(one.key, one.text)) for one in kept]
            return _newest([one for one in edited if one.text])

        await self._change(change)

    async def drop(self, pieces: Sequence[Piece]) -> None:
        """Take these out."""
        keys = {one.key for one in pieces}
        await self._change(lambda kept: [one for one in kept if one.key not in keys])

    async def drop_others(self, key: str) -> None:
        """Take all out but one."""
        await self._change(lambda kept: [one for one in kept if one.key == key])

    async def _change(self, change: Callable[[list[Piece]], list[Piece]]) -> None:
        def work(kept: Any) -> Any:
            return [asdict(one) for one in change(_read(kept))] or None

        with contextlib.suppress(StoreError):
            await self.store.keepsakes.change(self.owner, NAME, work, self.now)


def new_piece(text: str, now: datetime) -> Piece:
    """Make a text that comes from no message."""
    return Piece(f"{_TYPED}{now.timestamp()}", text)


def is_typed(piece: Piece) -> bool:
    """Say whether a text comes from no message, and so stands nowhere else."""
    return piece.key.startswith(_TYPED)


def _newest(pieces: list[Piece]) -> list[Piece]:
    """Leave the oldest out until the rest fits one form."""
    pieces = pieces[-MOST:]
    while len(pieces) > 1 and not fits(pieces):
        pieces = pieces[1:]
    return pieces


def _read(kept: Any) -> list[Piece]:
    found = []
    for row in kept if isinstance(kept, list) else []:
        with contextlib.suppress(TypeError):  # written by another version
            found.append(Piece(**row))
    return found
