"""What Close has told a person lately: it seldom changes, so it is not asked for each time.

Kept for each user of Close apart, so that nobody is told what they may not ask for any more.
Bounded: what was not needed for longest is forgotten first.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

# How old an answer may be: an organization's set-up, and what was found while somebody typed.
SETUP_AGE = timedelta(minutes=10)
FOUND_AGE = timedelta(minutes=1)
KEPT = 2000


class Known:
    """Answers by user and question, each with the moment it was given."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str], tuple[datetime, Any]] = OrderedDict()

    def learn(self, user_id: str, question: str, answer: Any, now: datetime) -> None:
        """Remember what Close has just told a user."""
        key = (user_id, question)
        self._answers[key] = (now, answer)
        self._answers.move_to_end(key)
        while len(self._answers) > KEPT:
            self._answers.popitem(last=False)

    def recall(self, user_id: str, question: str, now: datetime, age: timedelta) -> Any:
        """Return what Close told a user within `age`; None when that is too long ago."""
        key = (user_id, question)
        at, answer = self._answers.get(key, (None, None))
        if at is None or now - at > age:
            return None
        self._answers.move_to_end(key)
        return answer

    async def ask(
        self, user_id: str, question: str, now: datetime, ask: Callable[[], Awaitable[T]]
    ) -> T:
        """Return a set-up as of at most ten minutes ago; raises what `ask` raises."""
        answer: T | None = self.recall(user_id, question, now, SETUP_AGE)
        if answer is None:
            answer = await ask()
            self.learn(user_id, question, answer, now)
        return answer

    def forget(self, user_id: str) -> None:
        """Forget what a user was told, so that Close is asked again."""
        for key in [key for key in self._answers if key[0] == user_id]:
            del self._answers[key]

    def clear(self) -> None:
        """Forget everything."""
        self._answers.clear()
