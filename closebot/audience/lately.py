"""What Slack said lately, kept in memory."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Generic, TypeVar

FRESH = timedelta(minutes=5)
Kept = TypeVar("Kept")


class Lately(Generic[Kept]):
    """What Slack said lately, the newest `most` of it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[datetime, Kept]] = OrderedDict()

    def learn(self, key: str, said: Kept, now: datetime) -> None:
        """Keep what was said about `key`."""
        self._kept[key] = (now, said)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def recall(self, key: str, now: datetime | None = None, age: timedelta = FRESH) -> Kept | None:
        """Return what was said; with `now` only what is at most `age` old then."""
        at, said = self._kept.get(key, (None, None))
        return said if at and (now is None or now - at <= age) else None

    def forget(self, key: str) -> None:
        """Ask anew about `key`."""
        self._kept.pop(key, None)
