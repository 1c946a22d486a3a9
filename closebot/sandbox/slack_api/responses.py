"""Response addresses: posting to where somebody was, without a token.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import json
import time
from datetime import timedelta
from typing import Any

from aiohttp import web

from closebot.sandbox.slack_api.content import read_message
from closebot.sandbox.slack_api.faults import Faults, Refused
from closebot.sandbox.slack_api.records import Address, Entry, Post, Source, User
from closebot.sandbox.slack_api.state import State

MOST_USES = 5
LIVES = timedelta(minutes=30)
_PLACES: dict[Source, str] = {"command": "commands", "action": "actions", "shortcut": "app"}
_KEYS = frozenset(
    {
        "attachments",
        "blocks",
        "delete_original",
        "link_names",
        "metadata",
        "mrkdwn",
        "parse",
        "replace_original",
        "response_type",
        "text",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
    }
)


class Responses:
    """All response addresses that were handed out."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self.base = ""

    def issue(self, user: User, channel: str, source: Source, post: Post | None = None) -> str:
        """Make a response address for something that somebody does now."""
        secret = self._state.token(12)
        ts = post.ts if post else ""
        self._state.addresses[secret] = Address(user.id, channel, self._state.now(), source, ts)
        return f"{self.base}/{_PLACES[source]}/{self._state.team_id}/{secret}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Take what an app posts to an address."""
        started = time.perf_counter()
        fault = await self._faults.take("response_url")
        text = await request.text()
        if fault is not None and fault.status != 200:
            status, said = fault.status, fault.error
        else:
            status, said = self._answer(request.match_info["secret"], text)
        if fault is not None and fault.drop and request.transport is not None:
            request.transport.close()
        ms = (time.perf_counter() - started) * 1000
        answer = {"status": status, "said": said}
        sent = _read(text)
        self._state.record(Entry("response", "response_url", sent, answer, ms, self._state.now()))
        if status == 200:
            return web.Response(text="ok")
        return web.json_response({"ok": False, "error": said}, status=status)

    def _answer(self, secret: str, text: str) -> tuple[int, str]:
        address = self._state.addresses.get(secret)
        if address is None:
            return self._refuse(404, "invalid_url", "an address that was never handed out")
        if self._state.now() - address.issued > LIVES:
            return self._refuse(404, "expired_url", "an address older than 30 minutes")
        if address.uses >= MOST_USES:
            return self._refuse(404, "used_url", "an address that was used five times")
        try:
            self.apply(address, _read(text))
        except Refused as refused:
            return self._refuse(400, refused.code, "; ".join(refused.messages) or refused.code)
        address.uses += 1
        return 200, "ok"

    def _refuse(self, status: int, code: str, why: str) -> tuple[int, str]:
        self._state.blame(f"response_url: {code}: {why}.")
        return status, code

    def apply(self, address: Address, body: Any) -> None:
        """Post, replace or delete as the body says. Raises `Refused`."""
        if not isinstance(body, dict):
            raise Refused("invalid_payload", "the body is not a JSON object")
        unknown = sorted(body.keys() - _KEYS)
        if unknown:
            raise Refused("invalid_payload", f"unknown keys: {', '.join(unknown)}")
        state = self._state
        kind = body.get("response_type") or "ephemeral"
        if kind not in {"ephemeral", "in_channel"}:
            raise Refused("invalid_response_type", f"response_type {kind!r}")
        original = state.post_at(address.channel, address.ts) if address.ts else None
        if original is not None and not original.by_bot:
            original = None
        if body.get("delete_original") is True:
            if original is not None:
                state.delete(original)
            return
        content = read_message(body)
        if body.get("replace_original") is True and original is not None:
            if original.audience and kind == "in_channel":
                state.blame("response_url: a private message was to become public by replacing it.")
            state.edit(original, {"text": "", "blocks": [], "attachments": []} | content)
            return
        state.post(
            address.channel,
            state.bot.id,
            content,
            audience=address.user if kind == "ephemeral" else "",
            thread_ts=str(body.get("thread_ts") or ""),
        )


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
