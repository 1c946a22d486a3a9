"""Posts to channels: about one message a second in each, and no channel waits for another.

https://docs.slack.dev/apis/web-api/rate-limits
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from closebot.audience import RECORDS
from closebot.slack.kit import Json
from closebot.slack.outgoing import Outgoing, SlackLimited

PACE = 1.0
# Seconds for which a message keeps its turn while Slack asks to wait, at once and in all.
LONGEST_HOLD, MOST_HELD = 60.0, 600.0
AT_ONCE = 8
REMEMBERED = 1000
_NAMES = UUID("6f0f4f52-0d5b-4d0f-9a53-4a1f0c9a7d11")
_QUIET = {"unfurl_links": False, "unfurl_media": False}
# Slack's words for a place where closebot may not post until somebody does something.
NO_PLACE = frozenset(
    {
        "account_inactive",
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "restricted_action",
        "user_disabled",
        "user_not_found",
    }
)


def name_post(*parts: str) -> str:
    """Name a message, so that Slack shows it once however often it is sent.

    https://docs.slack.dev/reference/methods/chat.postMessage
    """
    return str(uuid5(_NAMES, "\n".join(parts)))


async def post_once(slack: Outgoing, channel: str, name: str, message: Json) -> str:
    """Post a message about records under a name, and return its `ts`. See `Posts.post`."""
    arguments = {"channel": channel, "client_msg_id": name, **_QUIET, **message}
    answer = await slack.call("chat.postMessage", holds=[RECORDS], **arguments)
    return str(answer.get("ts", ""))


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    free_at: float = 0.0


class Posts:
    """The queue in front of Slack: first come, first served in a channel, side by side beyond.

    `clock` is a monotonic clock in seconds; it and `sleep` are given so that tests need no time.
    """

    def __init__(
        self,
        slack: Outgoing,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._slack = slack
        self._clock = clock
        self._sleep = sleep
        self._turns: dict[str, _Turn] = {}
        self._held_until = 0.0
        self._places = asyncio.Semaphore(AT_ONCE)

    async def post(self, channel: str, name: str, draw: Callable[[], Json]) -> str:
        """Post what `draw` makes when it is its turn, and return the message's `ts`.

        `name` is one that `name_post` has made. What Slack asks to wait for is waited for here,
        so that nobody has to read Close again for it. Raises `SlackFailed`, and `Refused` where
        others may not read it.
        """
        turn = self._turns.setdefault(channel, _Turn())
        turn.waiting += 1
        try:
            async with turn.lock:
                held = 0.0
                while True:
                    free_at = max(turn.free_at, self._held_until)
                    if (left := free_at - self._clock()) > 0:
                        await self._sleep(left)
                    try:
                        async with self._places:
                            return await post_once(self._slack, channel, name, draw())
                    except SlackLimited as limited:
                        held += max(limited.retry_after, PACE)
                        if limited.retry_after > LONGEST_HOLD or held > MOST_HELD:
                            raise
                        self._hold(turn, limited.retry_after)
                    finally:
                        turn.free_at = max(turn.free_at, self._clock() + PACE)
        finally:
            turn.waiting -= 1
            self._forget_idle()

    def _hold(self, turn: _Turn, seconds: float) -> None:
        """Let a channel rest; when a second one has to, the limit is not a channel's own."""
        now = self._clock()
        turn.free_at = now + seconds
        limited = [one for one in self._turns.values() if one.free_at > now + PACE]
        if len(limited) > 1:
            self._held_until = max(self._held_until, turn.free_at)

    def _forget_idle(self) -> None:
        if len(self._turns) <= REMEMBERED:
            return
        now = self._clock()
        for channel in [
            key for key, turn in self._turns.items() if not turn.waiting and turn.free_at <= now
        ]:
            del self._turns[channel]
