"""How a body gets to the app, and what came back in time.

By signed HTTP POST when a request URL is set, otherwise over Socket Mode. Whatever the app does
wrong here becomes a violation, and a notice for the person who is waiting.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from closebot.sandbox.slack_api.records import Entry, Json
from closebot.sandbox.slack_api.sockets import NobodyConnected, Sockets
from closebot.sandbox.slack_api.state import State

USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
ACK_WITHIN = 3.0
RETRIES = (0.0, 60.0, 300.0)


@dataclass(frozen=True)
class Ack:
    """What came back. `body` is None when it was empty; `error` is Slack's word for a failure."""

    error: str = ""
    body: Any = None
    is_text: bool = False
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
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, kind: str, name: str, payload: Json, retry: int = 0) -> Ack:
        """Deliver a body and wait for its acknowledgement.

        `kind` is `slash_commands`, `interactive` or `events_api`; `name` is how the body is
        called in violations and in the log.
        """
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._ack_within):
                if self.request_url:
                    ack = await self._post(self.request_url, kind, payload, retry)
                else:
                    ack = await self._over_socket(kind, payload, retry)
        except TimeoutError:
            ack = Ack(error="operation_timeout")
        except NobodyConnected:
            ack = Ack(error="dispatch_failed")
        except aiohttp.ClientError as error:
            ack = Ack(error=f"http_client_error ({type(error).__name__})")
        ms = (time.perf_counter() - started) * 1000
        answer = {"error": ack.error} if ack.error else ack.body
        self._state.record(Entry("delivery", name, payload, answer, ms, self._state.now()))
        if ack.error:
            self._state.blame(self._sentence(name, ack))
        return ack

    def _sentence(self, name: str, ack: Ack) -> str:
        if ack.error == "operation_timeout":
            return f"late ack: {name} was not acknowledged within {self._ack_within:g} s."
        if ack.error == "dispatch_failed":
            return f"unanswered delivery: nobody was connected to take {name}."
        return f"unanswered delivery: {name} failed with {ack.error}."

    async def _over_socket(self, kind: str, payload: Json, retry: int) -> Ack:
        reason = "timeout" if retry else ""
        body = await self._sockets.send(kind, payload, self._ack_within, retry, reason)
        return Ack(body=body or None)

    async def _post(self, url: str, kind: str, payload: Json, retry: int) -> Ack:
        if kind == "slash_commands":
            form, raw = True, urlencode(payload).encode()
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
            text = await answer.text(errors="replace")
            no_retry = answer.headers.get("X-Slack-No-Retry") == "1"
            if answer.status != 200:
                return Ack(error=f"http_status_{answer.status}", no_retry=no_retry)
            if not text.strip():
                return Ack(no_retry=no_retry)
            if answer.content_type != "application/json":
                return Ack(body={"text": text}, is_text=True, no_retry=no_retry)
            try:
                return Ack(body=json.loads(text) or None, no_retry=no_retry)
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
            task = asyncio.create_task(self._send_again(name, body))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send_again(self, name: str, body: Json) -> None:
        for retry, wait in enumerate(self._retries, 1):
            await asyncio.sleep(wait)
            ack = await self.send("events_api", name, body, retry)
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
