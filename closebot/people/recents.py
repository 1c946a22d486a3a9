"""The leads that a person has looked at lately, and where: they come first when one is chosen."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from closebot.store import Owner, Store

NAME = "recent leads"
MOST = 20


@dataclass(frozen=True, slots=True)
class Recent:
    """A lead by its id and name, and the channel where it was last looked at."""

    id: str
    name: str
    channel: str = ""


@dataclass(frozen=True)
class Recents:
    """One person's recent leads, the last one first."""

    store: Store
    owner: Owner

    async def all(self) -> tuple[Recent, ...]:
        """Return them. Raises `StoreError`."""
        return _read(await self.store.keepsakes.read(self.owner, NAME))

    async def see(self, recent: Recent, now: datetime) -> None:
        """Put a lead first; nothing is written where it stands there already."""
        if (await self.all())[:1] == (recent,):
            return

        def change(kept: Any) -> list[dict[str, str]]:
            others = [one for one in _read(kept) if one.id != recent.id]
            return _write([recent, *others])

        await self.store.keepsakes.change(self.owner, NAME, change, now)

    async def drop(self, lead_id: str, now: datetime) -> None:
        """Forget a lead that is gone."""

        def change(kept: Any) -> list[dict[str, str]]:
            return _write([one for one in _read(kept) if one.id != lead_id])

        await self.store.keepsakes.change(self.owner, NAME, change, now)


def _read(kept: Any) -> tuple[Recent, ...]:
    rows = kept if isinstance(kept, list) else []
    found = []
    for row in rows:
        if isinstance(row, dict) and all(isinstance(value, str) for value in row.values()):
            try:
                found.append(Recent(**row))
            except TypeError:  # written by another version
                continue
    return tuple(found)


def _write(recents: Sequence[Recent]) -> list[dict[str, str]]:
    return [asdict(one) for one in recents[:MOST]]
