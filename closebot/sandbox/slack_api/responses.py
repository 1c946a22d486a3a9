"""Response addresses: posting to where somebody was, without a token.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import time
from datetime import timedelta
from typing import Any

from aiohttp import web

from closebot.sandbox.slack_api.content import read_message
from closebot.sandbox.slack_api.faults import Faults, Refused
from closebot.sandbox.slack_api.records import Address, Entry, Post, Source, User
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.strict import read_json

MOST_USES = 5
LIVES = timedelta(minutes=30)
_SHOWN = 1000  # of what is no JSON
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
        started, at = time.perf_counter(), self._state.now()
        fault = await self._faults.take("response_url")
        raw = await request.read()
        sent = _read(raw)
        shown = raw.decode(errors="replace")[:_SHOWN] if sent is None else sent
        address = self._state.addresses.get(request.match_info["secret"])
        label = f"response_url, {_say_use(address)}"
        entry = Entry("response", "response_url", shown, None, None, at, label=label)
        self._state.record(entry)
        if fault is not None and fault.status != 200:
            status, said = fault.status, fault.error
        else:
            status, said = self._answer(address, sent)
        if fault is not None and fault.drop and request.transport is not None:
            request.transport.close()
        entry.ms = (time.perf_counter() - started) * 1000
        entry.answer = {"status": status, "said": said}
        self._state.revise(entry)
        if status == 200:
            return web.Response(text="ok")
        return web.json_response({"ok": False, "error": said}, status=status)

    def _answer(self, address: Address | None, sent: Any) -> tuple[int, str]:
        if address is None:
            return self._refuse(404, "invalid_url", "an address that was never handed out")
        if self._state.now() - address.issued > LIVES:
            return self._refuse(404, "expired_url", "an address older than 30 minutes")
        if address.uses >= MOST_USES:
            address.uses += 1
            return self._refuse(404, "used_url", "an address that was used five times")
        try:
            self.apply(address, sent)
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
        if kind not in ("ephemeral", "in_channel"):
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


def _say_use(address: Address | None) -> str:
    return f"use {address.uses + 1} of {MOST_USES}" if address else "an unknown one"


def _read(raw: bytes) -> Any:
    try:
        return read_json(raw)
    except ValueError:
        return None
