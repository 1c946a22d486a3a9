"""How a body gets to the app, and what came back in time.

By signed HTTP POST when a request URL is set, otherwise over Socket Mode. Whatever the app does
wrong here becomes a violation, and a notice for the person who is waiting. A delivery stands in
the log from the moment it is sent; what came of it is filled in, an ack that is late as well.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

import aiohttp

from closebot.sandbox.slack_api.records import Entry, Json
from closebot.sandbox.slack_api.sockets import NobodyConnected, Sockets
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.strict import read_json

T = TypeVar("T")

USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
ACK_WITHIN = 3.0
RETRIES = (0.0, 60.0, 300.0)
# How long an ack that is too late is still told of.
_LISTENS_ON = 30.0


@dataclass(frozen=True)
class Ack:
    """What came back. `body` is None when it was empty; `error` is Slack's word for a failure."""

    error: str = ""
    body: Any = None
    no_retry: bool = False


class Delivery:
    """The way to the app."""

    def __init__(
        self,
        state: State,
        sockets: Sockets,
        *,
        signing_secret: str,
        request_url: str | None,
        ack_within: float = ACK_WITHIN,
        retries: Sequence[float] = RETRIES,
    ) -> None:
        self._state = state
        self._sockets = sockets
        self._secret = signing_secret
        self.request_url = request_url
        self._ack_within = ack_within
        self._retries = retries
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def send(
        self, kind: str, name: str, payload: Json, *, label: str = "", retry: int = 0
    ) -> Ack:
        """Deliver a body and wait for its acknowledgement.

        `kind` is `slash_commands`, `interactive` or `events_api`; `name` is how the body is
        called in violations, `label` what tells it apart from others in the log.
        """
        entry = Entry("delivery", name, payload, None, None, self._state.now(), label=label)
        entry.outcome, entry.note = "pending", "waiting for the ack"
        self._state.record(entry)
        started = time.perf_counter()
        delivering = self._start(self._deliver(kind, payload, retry))
        done, _ = await asyncio.wait({delivering}, timeout=self._ack_within)
        if done and not delivering.cancelled():
            ack = delivering.result()
        else:
            ack = Ack(error="operation_timeout")
            delivering.add_done_callback(partial(self._tell_late, entry, started))
        self._fill_in(entry, ack, _since(started))
        # What is cancelled is no fault of the app's: the sandbox goes away.
        if ack.error and not delivering.cancelled():
            self._state.blame(self._sentence(name, ack))
        return ack

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _deliver(self, kind: str, payload: Json, retry: int) -> Ack:
        try:
            async with asyncio.timeout(self._ack_within + _LISTENS_ON):
                if self.request_url:
                    return await self._post(self.request_url, kind, payload, retry)
                return await self._over_socket(kind, payload, retry)
        except TimeoutError:
            return Ack(error="operation_timeout")
        except NobodyConnected:
            return Ack(error="dispatch_failed")
        except aiohttp.ClientError as error:
            return Ack(error=f"http_client_error ({type(error).__name__})")

    def _fill_in(self, entry: Entry, ack: Ack, ms: float) -> None:
        """Say in the log what came of a delivery in time."""
        entry.answer = {"error": ack.error} if ack.error else ack.body
        if ack.error == "operation_timeout":
            entry.outcome, entry.note = "missed", f"no ack in {self._ack_within:g} s"
        elif ack.error == "dispatch_failed":
            entry.outcome, entry.note = "failed", "nobody was connected"
        else:
            entry.ms = ms
            entry.outcome = "failed" if ack.error else "done"
            entry.note = f"{'failed after' if ack.error else 'ack in'} {_say(ms)}"
        self._state.revise(entry)

    def _tell_late(self, entry: Entry, started: float, delivering: asyncio.Task[Ack]) -> None:
        if delivering.cancelled() or delivering.result().error:
            return
        entry.ms = _since(started)
        entry.outcome, entry.note = "late", f"ack after {_say(entry.ms)}, too late"
        entry.answer = {"error": "operation_timeout", "too_late": delivering.result().body}
        self._state.revise(entry)

    def _sentence(self, name: str, ack: Ack) -> str:
        if ack.error == "operation_timeout":
            return f"late ack: {name} was not acknowledged within {self._ack_within:g} s."
        if ack.error == "dispatch_failed":
            return f"unanswered delivery: nobody was connected to take {name}."
        return f"unanswered delivery: {name} failed with {ack.error}."

    async def _over_socket(self, kind: str, payload: Json, retry: int) -> Ack:
        reason = "timeout" if retry else ""
        body = await self._sockets.send(kind, payload, retry, reason)
        return Ack(body=body or None)

    async def _post(self, url: str, kind: str, payload: Json, retry: int) -> Ack:
        if kind == "slash_commands":
            form, raw = True, urlencode(payload, errors="replace").encode()
        elif kind == "interactive":
            form, raw = True, urlencode({"payload": json.dumps(payload)}).encode()
        else:
            form, raw = False, json.dumps(payload).encode()
        headers = self._sign(raw) | {
            "Content-Type": "application/x-www-form-urlencoded" if form else "application/json"
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        async with self._session.post(url, data=raw, headers=headers) as answer:
            raw_answer = await answer.read()
            no_retry = answer.headers.get("X-Slack-No-Retry") == "1"
            if answer.status != 200:
                return Ack(error=f"http_status_{answer.status}", no_retry=no_retry)
            if not raw_answer.strip():
                return Ack(no_retry=no_retry)
            if answer.content_type != "application/json":
                text = raw_answer.decode(errors="replace")
                return Ack(body={"text": text}, no_retry=no_retry)
            try:
                return Ack(body=read_json(raw_answer) or None, no_retry=no_retry)
            except ValueError:
                return Ack(error="invalid JSON in the acknowledgement", no_retry=no_retry)

    def _sign(self, raw: bytes) -> dict[str, str]:
        timestamp = str(int(self._state.now().timestamp()))
        signed = b"v0:" + timestamp.encode() + b":" + raw
        digest = hmac.new(self._secret.encode(), signed, hashlib.sha256).hexdigest()
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={digest}",
            "User-Agent": USER_AGENT,
            "Accept": "application/json,*/*",
        }

    async def send_event(self, body: Json) -> None:
        """Deliver an event; one that is not acknowledged is delivered again, later."""
        name = f"the event {body['event']['type']}"
        ack = await self.send("events_api", name, body)
        if ack.error and not ack.no_retry:
            self._start(self._send_again(name, body))

    async def _send_again(self, name: str, body: Json) -> None:
        for retry, wait in enumerate(self._retries, 1):
            await asyncio.sleep(wait)
            label = f"{name}, delivered again ({retry})"
            ack = await self.send("events_api", name, body, label=label, retry=retry)
            if not ack.error or ack.no_retry:
                return

    async def close(self) -> None:
        """Stop delivering."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _say(ms: float) -> str:
    return f"{ms / 1000:.1f} s" if ms >= 1000 else f"{ms:.0f} ms"
