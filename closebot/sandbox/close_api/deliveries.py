"""Webhooks on their way: signed, tried again, and lost after three days.

They go to loopback addresses only. For any other one the subscription is accepted, since Close
would accept it, but every delivery is marked as failed without a connection.

Times are those of the sandbox's clock. A test whose clock stands still moves it and calls
`deliver_due`; with a clock that runs, everything happens by itself once `run` does.
"""

import asyncio
import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import aiohttp

from closebot.sandbox.close_api.answers import write_json
from closebot.sandbox.close_api.faults import WEBHOOK, Faults
from closebot.sandbox.close_api.hooks import Hooks
from closebot.sandbox.close_api.moments import write_moment
from closebot.sandbox.close_api.store import Json

GIVEN_UP_AFTER = timedelta(hours=72)
SLOWEST_RETRY = timedelta(minutes=20)
REMEMBERED = 100  # attempts in the history of a subscription

_PATIENCE = aiohttp.ClientTimeout(total=10)
_OK = range(200, 300)
_LOOK_AGAIN = 1.0  # seconds: a clock may run at another speed than the machine's


@dataclass
class Delivery:
    """One event on its way to one subscription."""

    hook_id: str
    event: Json
    due: datetime
    since: datetime
    attempt: int = 1


class Deliveries:
    """Sends the events of a log to the subscriptions that want them.

    `consolidates`: for how many seconds changes of one object are gathered into one `updated`.
    `first_retry`: after how many seconds a failed delivery is tried again; each further wait is
    twice as long, up to twenty minutes.
    """

    def __init__(self, hooks: Hooks, faults: Faults, now: Callable[[], datetime]) -> None:
        self._hooks = hooks
        self._faults = faults
        self._now = now
        self._waiting: list[Delivery] = []
        self._held: list[Delivery] = []
        self._heard: str | None = None
        self._wake = asyncio.Event()
        self._busy = asyncio.Lock()
        self.consolidates = 1.0
        self.first_retry = 61.0

    def __len__(self) -> int:
        return len(self._waiting) + len(self._held)

    def hear(self, log: list[Json]) -> None:
        """Take what is new in the event log."""
        fresh: list[Json] = []
        for event in reversed(log):
            if event["id"] == self._heard:
                break
            fresh.append(event)
        if not fresh:
            return
        self._heard = fresh[0]["id"]
        for event in reversed(fresh):
            for hook in self._hooks.of(event):
                self._enqueue(hook["id"], event)
        self._wake.set()

    def _enqueue(self, hook_id: str, event: Json) -> None:
        now = self._now()
        if event["action"] != "updated":
            self._waiting.append(Delivery(hook_id, event, now, now))
            return
        for one in self._waiting:
            mine = one.hook_id == hook_id and one.event["object_id"] == event["object_id"]
            if mine and one.event["action"] == "updated" and one.attempt == 1:
                one.event = _join(one.event, event)
                return
        due = now + timedelta(seconds=self.consolidates)
        self._waiting.append(Delivery(hook_id, event, due, now))

    async def run(self) -> None:
        """Deliver for ever."""
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
            while True:
                self._wake.clear()
                await self._deliver(session)
                try:
                    await asyncio.wait_for(self._wake.wait(), self._until_next())
                except TimeoutError:
                    continue

    def _until_next(self) -> float | None:
        if not self._waiting:
            return None
        wait = (min(one.due for one in self._waiting) - self._now()).total_seconds()
        return min(max(wait, 0.0), _LOOK_AGAIN)

    async def deliver_due(self) -> None:
        """Deliver what is due by now."""
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
            await self._deliver(session)

    async def _deliver(self, session: aiohttp.ClientSession) -> None:
        async with self._busy:
            now = self._now()
            due = [one for one in self._waiting if one.due <= now]
            self._waiting = [one for one in self._waiting if one.due > now]
            for delivery in due:
                await self._send_as_asked(session, delivery)

    async def _send_as_asked(self, session: aiohttp.ClientSession, delivery: Delivery) -> None:
        """Send one, as often and as late as faults say."""
        event = delivery.event
        fault = self._faults.take(WEBHOOK, f"/{event['object_type']}/{event['action']}/")
        if fault is not None and fault.late:
            self._held.append(delivery)
            return
        if fault is not None and fault.slow:
            delivery.due = self._now() + timedelta(seconds=fault.slow)
            self._waiting.append(delivery)
            return
        if fault is None or not fault.drop:
            await self._send(session, delivery)
        if fault is not None and fault.duplicate:
            await self._send(session, delivery)
        late, self._held = self._held, []
        for one in late:
            await self._send(session, one)

    async def _send(self, session: aiohttp.ClientSession, delivery: Delivery) -> None:
        hook = self._hooks.held.get(delivery.hook_id)
        if hook is None or hook["status"] != "active":
            return
        status, error = await self._post(session, hook, delivery.event)
        self._write_down(hook, delivery, status, error)
        if error is not None:
            self._try_again(hook, delivery)

    async def _post(
        self, session: aiohttp.ClientSession, hook: Json, event: Json
    ) -> tuple[int | None, str | None]:
        """Send it; return the status, and the name of what went wrong."""
        if not is_loopback(hook["url"]):
            return None, "ConnectionError"
        body = write_json({"event": event, "subscription_id": hook["id"]})
        at = str(int(self._now().timestamp()))
        headers = {
            "content-type": "application/json",
            "close-sig-timestamp": at,
            "close-sig-hash": sign(hook["signature_key"], at, body),
        }
        try:
            async with session.post(
                hook["url"],
                data=body,
                headers=headers,
                allow_redirects=False,
                ssl=bool(hook["verify_ssl"]),
            ) as reply:
                return reply.status, None if reply.status in _OK else "HTTPError"
        except TimeoutError:
            return None, "Timeout"
        except (aiohttp.ClientError, OSError):
            return None, "ConnectionError"

    def _write_down(
        self, hook: Json, delivery: Delivery, status: int | None, error: str | None
    ) -> None:
        went = "fail" if error else "success"
        turn = "first" if delivery.attempt == 1 else "retry"
        counters: dict[str, int] = hook["counters"]
        counters[f"{turn}_{went}"] = counters.get(f"{turn}_{went}", 0) + 1
        attempts: list[Json] = hook["history"]["errors" if error else "successes"]
        attempts.insert(
            0,
            {
                "attempt_number": delivery.attempt,
                "datetime": write_moment(self._now()),
                "error": error,
                "event_id": delivery.event["id"],
                "response_status_code": status,
            },
        )
        del attempts[REMEMBERED:]
        if error:
            code = f", Status code: {status}" if status else ""
            hook["latest_error"] = f"Exception name: {error}{code}"

    def _try_again(self, hook: Json, delivery: Delivery) -> None:
        now = self._now()
        if now - delivery.since >= GIVEN_UP_AFTER:
            hook.update(status="paused", pause_reason="Too many failed deliveries.")
            return
        doubled = timedelta(seconds=self.first_retry) * 2 ** min(delivery.attempt - 1, 16)
        due = now + min(doubled, SLOWEST_RETRY)
        again = Delivery(hook["id"], delivery.event, due, delivery.since, delivery.attempt + 1)
        self._waiting.append(again)


def is_loopback(url: str) -> bool:
    """Tell whether an address is on this machine; names are not looked up."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def sign(key: str, at: str, body: bytes) -> str:
    """Sign a body: the key is hexadecimal, the moment stands before the body."""
    return hmac.new(bytes.fromhex(key), at.encode() + body, hashlib.sha256).hexdigest()


def _join(old: Json, new: Json) -> Json:
    """Make one event of two changes of an object; the first one gives its name."""
    return {
        **new,
        "id": old["id"],
        "date_created": old["date_created"],
        "changed_fields": sorted({*old["changed_fields"], *new["changed_fields"]}),
        "previous_data": new["previous_data"] | old["previous_data"],
    }
