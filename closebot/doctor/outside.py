"""What others say: Slack of the tokens, Close of itself, and both of the time."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from closebot.app import say_slack
from closebot.doctor.findings import Finding, State
from closebot.manifest import SCOPES
from closebot.settings import Settings
from closebot.slack.outgoing import SlackFailed

SKEWED = timedelta(seconds=60)
TOO_SKEWED = timedelta(minutes=5)
_IMPLIED = {"identify", "bot"}

# Whose clock, and how far this machine's is ahead of it.
Clock = tuple[str, timedelta]


@dataclass(frozen=True)
class Asked:
    """The checks that ask others, over one session."""

    settings: Settings
    session: aiohttp.ClientSession
    now: Callable[[], datetime]

    async def slack(self) -> tuple[list[Finding], Clock | None]:
        """Prove the bot token, and hold its scopes against those of the manifest."""
        token = self.settings.slack_bot_token.get_secret_value()
        fault, answer, headers = await self._call("auth.test", token)
        clock = self._read_clock("Slack", headers)
        if fault:
            skipped = Finding("Slack scopes", "skipped", "not known without a token that works")
            return [Finding("Slack token", "wrong", *fault), skipped], clock
        where = re.sub(r"[^\w .,-]", "", str(answer.get("team", "")))[:60]
        found = Finding("Slack token", "ok", f"SLACK_BOT_TOKEN works in {where or 'Slack'}")
        return [found, _judge_scopes(headers.get("X-OAuth-Scopes"))], clock

    async def way_in(self) -> list[Finding]:
        """See whether Slack can reach closebot, the way the settings say."""
        if self.settings.slack_app_token is None:
            return [await self._look_at_address("Request address", "wrong")]
        fault, _, _ = await self._call(
            "apps.connections.open", self.settings.slack_app_token.get_secret_value()
        )
        also = "; SLACK_SIGNING_SECRET is not used then"
        said = "SLACK_APP_TOKEN works" + (also if self.settings.slack_signing_secret else "")
        found = (
            Finding("Socket Mode", "wrong", *fault) if fault else Finding("Socket Mode", "ok", said)
        )
        if not self.settings.closebot_public_url:
            return [found]
        return [found, await self._look_at_address("Public address", "warn")]

    async def close(self) -> tuple[list[Finding], Clock | None]:
        """See whether Close answers: a question without a key is turned away by 401."""
        url = self.settings.close_api_url
        try:
            async with self.session.get(f"{url}me/", allow_redirects=False) as answer:
                status, headers = answer.status, answer.headers
        except (aiohttp.ClientError, TimeoutError) as error:
            said = f"Close does not answer at {url} ({type(error).__name__})"
            return [Finding("Close", "wrong", said, "Check CLOSE_API_URL and the network.")], None
        clock = self._read_clock("Close", headers)
        if status == 401:
            return [Finding("Close", "ok", f"answers at {url}")], clock
        step = (
            "Close has trouble: try again later."
            if status >= 500 or status == 429
            else "Check CLOSE_API_URL: it ends in /api/v1/."
        )
        said = f"{url} answers, but not as Close does (status {status})"
        return [Finding("Close", "wrong", said, step)], clock

    async def _call(
        self, method: str, token: str
    ) -> tuple[tuple[str, str] | None, dict[str, Any], Mapping[str, str]]:
        """Call Slack; return what is wrong and the next step, or None, with answer and headers."""
        url, headers = self.settings.slack_api_url, {"Authorization": f"Bearer {token}"}
        got: Mapping[str, str] = {}
        answer: Any = None
        try:
            async with self.session.post(url + method, headers=headers) as response:
                got, text = response.headers, await response.text()
                code = f"status {response.status}"
                answer = json.loads(text)
        except (aiohttp.ClientError, TimeoutError) as error:
            code = type(error).__name__
        except ValueError:
            pass
        if isinstance(answer, dict):
            if answer.get("ok") is True:
                return None, answer, got
            code = re.sub(r"[^a-z_]", "", str(answer.get("error", "")))[:60] or code
        step = (
            "Copy the token anew from the Slack app's pages (README, “Install it for your team”)."
        )
        said = say_slack(SlackFailed(method, code), url)
        if said.startswith("Slack does not answer"):
            step = "Check SLACK_API_URL and the network, and try again."
            said = f"Slack does not answer at {url} ({code})"
        return (said, step), {}, got

    async def _look_at_address(self, name: str, worst: State) -> Finding:
        url = self.settings.closebot_public_url
        if not url:
            said = "SLACK_SIGNING_SECRET is there; whether Slack gets here was not tried"
            step = "Set CLOSEBOT_PUBLIC_URL to the https address that Slack sends to."
            return Finding(name, "warn", said, step)
        try:
            async with self.session.get(f"{url}health", allow_redirects=False) as answer:
                status, is_ours = answer.status, b'"store"' in await answer.content.read(2000)
        except (aiohttp.ClientError, TimeoutError) as error:
            status, is_ours, why = 0, False, type(error).__name__
        else:
            why = f"status {status}"
        if status == 200 and is_ours:
            return Finding(name, "ok", f"closebot answers at {url}health")
        if status == 503 and is_ours:
            said = f"closebot answers at {url}health, and says that a part of it is broken"
            return Finding(name, worst, said, "See what it says there, and its log.")
        said = f"closebot does not answer at {url}health ({why})"
        step = "Start `closebot run`, and see where CLOSEBOT_PUBLIC_URL and its proxy lead."
        return Finding(name, worst, said, step)

    def _read_clock(self, name: str, headers: Mapping[str, str]) -> Clock | None:
        try:
            return name, self.now() - parsedate_to_datetime(headers.get("Date", ""))
        except (TypeError, ValueError):
            return None


def _judge_scopes(header: str | None) -> Finding:
    granted = {one.strip() for one in (header or "").split(",") if one.strip()}
    if not granted:
        return Finding("Slack scopes", "warn", "Slack did not say which were granted")
    missing = [scope for scope in SCOPES if scope not in granted]
    if missing:
        step = "Give the app the manifest of `closebot manifest`, and install it again."
        return Finding("Slack scopes", "wrong", f"missing: {', '.join(missing)}", step)
    more = sorted(granted - SCOPES.keys() - _IMPLIED)
    if more:
        said = f"all {len(SCOPES)} are there, and more than closebot needs: {', '.join(more)}"
        step = "Give the app the manifest of `closebot manifest`, and install it again."
        return Finding("Slack scopes", "warn", said, step)
    return Finding("Slack scopes", "ok", f"all {len(SCOPES)} are there")


def judge_clocks(clocks: Sequence[Clock]) -> Finding:
    """Hold this machine's clock against those of others; the nearest one counts."""
    if not clocks:
        return Finding("Clock", "skipped", "nobody told the time")
    off = min((skew for _, skew in clocks), key=abs)
    said = ", ".join(f"{skew.total_seconds():+.0f} s from {name}'s" for name, skew in clocks)
    if abs(off) <= SKEWED:
        return Finding("Clock", "ok", said)
    step = "Set this machine's clock (NTP): Slack's signatures are good for 5 minutes only."
    return Finding("Clock", "wrong" if abs(off) >= TOO_SKEWED else "warn", said, step)
