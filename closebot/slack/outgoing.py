"""Everything that goes out to Slack, over one kept session.

Stock Bolt opens a new TLS connection for each `respond` and each `views.open`; here one aiohttp
session serves the Web API and every `response_url`.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any, cast
from urllib.request import getproxies

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from closebot.slack import kit
from closebot.slack.failures import (
    LONGEST_WAIT,
    NoTrigger,
    SlackFailed,
    SlackLimited,
    SlackUnclear,
    TooLate,
    ViewClosed,
    judge_answer,
    judge_lost,
)
from closebot.slack.kit import Json
from closebot.slack.payloads import Call
from closebot.slack.places import carry
from closebot.slack.public import Gate, declare, read_method
from closebot.wire import write_json

__all__ = [
    "LONGEST_WAIT",
    "Modal",
    "ModalFailed",
    "NoTrigger",
    "Outgoing",
    "Respond",
    "SlackFailed",
    "SlackLimited",
    "SlackUnclear",
    "TooLate",
    "ViewClosed",
    "open_outgoing",
    "waiting",
]

log = logging.getLogger(__name__)

# A link of ours is never crawled by Slack: it would be a way out for CRM text.
_QUIET = {"unfurl_links": False, "unfurl_media": False}
# What is known already is drawn within so many seconds; anything else says “Loading…” first.
_AT_ONCE = 0.05
_BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_arguments"})


@dataclass(frozen=True)
class Outgoing:
    """Slack's Web API and response addresses, over the process's one session.

    `gate` is asked before anything goes out that more than one person reads.
    """

    web: AsyncWebClient
    session: aiohttp.ClientSession
    gate: Gate | None = None

    async def aclose(self) -> None:
        """Close the kept connections."""
        await self.session.close()

    async def call(self, method: str, **arguments: Any) -> Json:
        """Call a Web API method; a short rate limit is waited for, once.

        What others read needs `holds`, the kinds of what stands in it (see `public`), and
        `readers` where no channel is named; neither is sent along. Raises
        `SlackFailed`, `SlackUnclear`, `TooLate` or `ViewClosed`, and what the gate raises.
        """
        holds, readers = arguments.pop("holds", None), arguments.pop("readers", "")
        public = read_method(method, arguments, holds, readers)
        if public is not None and self.gate is not None:
            await self.gate(public)
        try:
            return await _read(method, self.web.api_call(method, json=arguments))
        except SlackLimited as error:
            if error.retry_after > LONGEST_WAIT or "trigger_id" in arguments:
                raise
            await asyncio.sleep(error.retry_after)
        return await _read(method, self.web.api_call(method, json=arguments))

    async def open_socket(self, app_token: str) -> str:
        """Return a fresh Socket Mode address; a secret. Raises `SlackFailed`."""
        asked = self.web.apps_connections_open(app_token=app_token)
        url = (await _read("apps.connections.open", asked)).get("url")
        if not isinstance(url, str):
            raise SlackFailed("apps.connections.open", "unreadable")
        return url

    async def answer(
        self,
        response_url: str,
        message: Json,
        *,
        channel: str = "",
        holds: Collection[str] | None = None,
    ) -> None:
        """Post to a `response_url` (five uses within 30 minutes). Raises `SlackFailed`.

        `channel` and `holds`: where it will stand and what is in it, for what others read.
        https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
        """
        if message.get("response_type") == "in_channel":
            public = declare(channel, message, holds)
            if self.gate is not None:
                await self.gate(public)
        try:
            async with self.session.post(response_url, json=message) as answer:
                said = (await answer.content.read(200)).decode(errors="replace")
                if answer.status != 200 or '"ok":false' in said.replace(" ", ""):
                    why = re.search(r'"error": ?"([a-z_]+)"', said) or re.fullmatch(
                        r"\s*([a-z_]{3,40})\s*", said
                    )
                    raise SlackFailed("response_url", why[1] if why else f"status {answer.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise judge_lost("response_url", error) from None

    async def tell(self, user: str, message: Json) -> None:
        """Send a private message from the bot to a person."""
        await self.call("chat.postMessage", channel=user, **_QUIET, **message)


def open_outgoing(token: str, api_url: str, *, seconds: float = 4) -> Outgoing:
    """Open the process's one session to Slack; no call may last longer than `seconds`.

    The SDK's own retries are off: after a lost answer they would post twice.
    """
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=120),
        timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=3),
        cookie_jar=aiohttp.DummyCookieJar(),
        json_serialize_bytes=write_json,
        # It hops to a thread for each request, so only where the environment names a proxy.
        trust_env=bool(getproxies()),
    )
    web = AsyncWebClient(token=token, base_url=api_url, session=session, retry_handlers=[])
    return Outgoing(web, session)


async def _read(method: str, asked: Awaitable[AsyncSlackResponse]) -> Json:
    try:
        answer = await asked
    except SlackApiError as error:
        raise judge_answer(method, error.response) from None
    except (aiohttp.ClientError, TimeoutError) as error:
        raise judge_lost(method, error) from None
    except (AttributeError, KeyError, TypeError, ValueError):  # the SDK reads it unchecked
        raise SlackUnclear(method, "unreadable") from None
    if not isinstance(answer.data, dict):
        raise SlackUnclear(method, "unreadable")
    return cast("Json", answer.data)


@dataclass(frozen=True)
class Respond:
    """Answer where the person is: privately, unless `shared`.

    Falls back to a private message from the bot when the response address is spent or absent.
    """

    outgoing: Outgoing
    call: Call

    async def __call__(
        self,
        message: Json,
        *,
        replace: bool = False,
        shared: bool = False,
        holds: Collection[str] | None = None,
        plainer: Json | None = None,
    ) -> None:
        """Send `message`; `replace` puts it in the place of the message that was clicked.

        `shared` shows it to everybody there, if the gate lets it pass; `holds` says then what
        stands in it. What is not shared never takes the place of a message that others read.
        `plainer`: what is sent where Slack refuses the blocks of `message`, some of which are
        younger than others.
        """
        try:
            await self._send(message, replace=replace, shared=shared, holds=holds)
        except SlackFailed as error:
            if plainer is None or error.code not in _BAD_BLOCKS:
                raise
            await self._send(plainer, replace=replace, shared=shared, holds=holds)

    async def _send(
        self, message: Json, *, replace: bool, shared: bool, holds: Collection[str] | None
    ) -> None:
        body = {
            "response_type": "in_channel" if shared else "ephemeral",
            "replace_original": replace and (shared or not self.call.in_public),
            **_QUIET,
            **message,
        }
        if self.call.response_url:
            try:
                await self.outgoing.answer(
                    self.call.response_url, body, channel=self.call.channel, holds=holds
                )
            except SlackFailed as error:
                if shared or error.code in _BAD_BLOCKS:
                    raise
                log.info("answering privately instead: %s", error)
            else:
                return
        await self.outgoing.tell(self.call.user, message)


class ModalFailed(Exception):
    """What a modal should show could not be made, while it says that it is being made."""

    def __init__(self, view_id: str, title: str, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.view_id = view_id
        self.title = title
        self.cause = cause


@dataclass(frozen=True)
class Modal:
    """Open a modal for the person, or change the one that is open."""

    outgoing: Outgoing
    call: Call

    async def open(self, view: Json) -> str:
        """Open `view` at once and return its id: the trigger dies three seconds after the click.

        Raises `NoTrigger` for what was typed earlier: a modal opens only right after a click.
        """
        if not self.call.trigger_id:
            raise NoTrigger("views.open", "no_trigger")
        inside = bool(self.call.view and self.call.view.get("type") == "modal")
        answer = await self.outgoing.call(
            "views.push" if inside else "views.open",
            trigger_id=self.call.trigger_id,
            view=carry(view, self.call.place),
        )
        opened = answer.get("view")
        return str(opened.get("id", "")) if isinstance(opened, dict) else ""

    async def open_when_ready(self, title: str, prepare: Coroutine[Any, Any, Json]) -> None:
        """Open what `prepare` draws; when that takes time, a modal that says so comes first.

        Raises `ModalFailed` when it stands open by then and `prepare` fails.
        """
        task = asyncio.ensure_future(prepare)
        try:
            await asyncio.wait({task}, timeout=_AT_ONCE)
            if task.done():
                await self.open(task.result())
                return
            view_id = await self.open(waiting(title, "Loading…"))
            try:
                view = await task
            except Exception as error:
                raise ModalFailed(view_id, title, error) from error
            with contextlib.suppress(ViewClosed):
                await self.update(view, view_id)
        finally:
            task.cancel()

    async def update(self, view: Json, view_id: str = "") -> None:
        """Draw `view` in the place of the open one. Raises `ViewClosed` when there is none."""
        await self.outgoing.call(
            "views.update",
            view_id=view_id or (self.call.view or {}).get("id", ""),
            view=carry(view, self.call.place),
        )


def waiting(title: str, sentence: str) -> Json:
    """Draw what stands in a modal while work goes on. `sentence` ends in “…”."""
    said = kit.section(f":hourglass_flowing_sand: {sentence}")
    return kit.modal("waiting", title, [said], close="Close")
