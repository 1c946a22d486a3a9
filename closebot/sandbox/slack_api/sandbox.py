"""The Slack sandbox: a server on loopback that an unmodified Slack app runs against."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from closebot.sandbox.slack_api import (
    methods_chat,
    methods_conversations,
    methods_history,
    methods_people,
    methods_views,
)
from closebot.sandbox.slack_api.acting import Acting
from closebot.sandbox.slack_api.control import Control
from closebot.sandbox.slack_api.delivery import ACK_WITHIN, RETRIES, Delivery
from closebot.sandbox.slack_api.faults import Faults
from closebot.sandbox.slack_api.member import Member
from closebot.sandbox.slack_api.records import Conversation, Entry, Json, User
from closebot.sandbox.slack_api.responses import Responses
from closebot.sandbox.slack_api.shown import show_message, show_view
from closebot.sandbox.slack_api.sockets import Sockets
from closebot.sandbox.slack_api.state import State
from closebot.sandbox.slack_api.views import Views
from closebot.sandbox.slack_api.web_api import WebApi
from closebot.sandbox.world import World

T = TypeVar("T")

HOST = "127.0.0.1"
LARGEST = 4 * 1024 * 1024
# What the app is granted, where a test or a deployment does not say otherwise.
SCOPES = (
    "commands",
    "chat:write",
    "im:write",
    "users:read",
    "users:read.email",
    "links:read",
    "links:write",
    "channels:read",
    "groups:read",
)
EVENTS = frozenset({"app_home_opened", "app_mention", "link_shared", "message.im"})
METHODS = (
    methods_people.METHODS
    | methods_conversations.METHODS
    | methods_chat.METHODS
    | methods_history.METHODS
    | methods_views.METHODS
)
# A predicate may look at more than the sandbox, whose changes alone would wake it.
_LOOK_EVERY = 0.1
_LOOK_AGAIN = 60.0


class SlackSandbox:
    """A Slack workspace on 127.0.0.1, for the time of `async with`.

    `now` returns the time in UTC; `token(n)` n random bytes in hexadecimal. With `request_url`
    the app is reached by signed HTTP POST, otherwise over Socket Mode. `subscribed` names the
    events that the app wants, `scopes` what it was granted; `retries` are the seconds before each
    repeated delivery of an event. `page` is a folder that is served at `/`, and `page_data` what
    it finds at `/sim/page-data`; `extend` adds what else the page asks this server for.
    """

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        port: int = 0,
        bot_token: str | None = None,
        app_token: str | None = None,
        signing_secret: str | None = None,
        request_url: str | None = None,
        *,
        world: World | None = None,
        bot_name: str = "closebot",
        subscribed: frozenset[str] = EVENTS,
        scopes: Sequence[str] = SCOPES,
        ack_within: float = ACK_WITHIN,
        retries: Sequence[float] = RETRIES,
        token: Callable[[int], str] = secrets.token_hex,
        page: Path | None = None,
        page_data: Mapping[str, Any] | None = None,
        extend: Callable[[web.Application], None] | None = None,
    ) -> None:
        self._state = State(world or World(), now=now, token=token, bot_name=bot_name)
        self._state.scopes = list(scopes)
        self.bot_token = bot_token or f"xoxb-{token(6)}-{token(12)}"
        self.app_token = app_token or f"xapp-1-{self._state.app_id}-{token(6)}-{token(16)}"
        self.signing_secret = signing_secret or token(16)
        self.url = self.api_url = ""
        self.faults = Faults()
        self._port = port
        self._runner: web.AppRunner | None = None
        views = Views(self._state)
        self._sockets = Sockets(self._state)
        self._responses = Responses(self._state, self.faults)
        self._delivery = Delivery(
            self._state,
            self._sockets,
            signing_secret=self.signing_secret,
            request_url=request_url,
            ack_within=ack_within,
            retries=retries,
        )
        self._acting = Acting(self._state, views, self._responses, self._delivery, subscribed)
        self._api = WebApi(
            self._state,
            views,
            self.faults,
            bot_token=self.bot_token,
            app_token=self.app_token,
            methods=METHODS,
            ticket=self._sockets.issue_ticket,
            scopes=self._state.scopes,
        )
        self._control = Control(
            self._state,
            self._acting,
            self._sockets,
            lambda: self.request_url is not None,
            page=page,
            page_data=page_data or {},
            extend=extend,
        )

    # --- what is going on ---------------------------------------------------------------------

    @property
    def team_id(self) -> str:
        """The workspace's id."""
        return self._state.team_id

    @property
    def violations(self) -> list[str]:
        """What the app did that it must not do, a sentence each."""
        return self._state.violations

    @property
    def pings(self) -> list[str]:
        """Every mention that rang for a whole channel."""
        return self._state.pings

    @property
    def log(self) -> list[Entry]:
        """The newest deliveries and calls, oldest first."""
        return list(self._state.log)

    @property
    def connections(self) -> int:
        """How many sockets the app holds open."""
        return self._sockets.connected

    @property
    def scopes(self) -> list[str]:
        """What the app is granted; may be changed."""
        return self._state.scopes

    @property
    def request_url(self) -> str | None:
        """Where the app is reached by HTTP; None in Socket Mode."""
        return self._delivery.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self._delivery.request_url = url

    def member(self, key: str) -> Member:
        """Drive Slack as somebody: `ana`, `ben`, …."""
        return Member(self._state, self._acting, self._state.user(key))

    def channel(self, key: str) -> Conversation:
        """Find a channel: `sales`, `general`, …."""
        return self._state.channel(key)

    def user(self, key: str) -> User:
        """Find somebody's record, which may be changed: `role`, `team_id`, `deleted`."""
        return self._state.user(key)

    def talk(self, *keys: str) -> Conversation:
        """Let people talk with each other, without the bot."""
        return self._state.talk(*keys)

    async def answered(self, fits: Callable[[list[Json]], bool]) -> None:
        """Wait until the app has shown somebody a message whose blocks are what is waited for."""
        while not any(post.by_bot and fits(post.shown_blocks) for post in self._state.posts):
            await self._state.changes.after(self._state.changes.count, _LOOK_AGAIN)

    def note(self, kind: str) -> None:
        """Tell the page that something else has changed."""
        self._state.changes.note(kind)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send every Socket Mode connection away, as Slack does now and then."""
        await self._sockets.disconnect(reason)

    async def until(self, predicate: Callable[[], T], timeout: float = 5) -> T:  # noqa: ASYNC109
        """Wait until `predicate()` is truthy, and return it.

        When that has not come after `timeout` seconds, raises `AssertionError` with what people
        see and what the app did wrong.
        """
        clock = asyncio.get_running_loop()
        end = clock.time() + timeout
        while True:
            seen = self._state.changes.count
            value = predicate()
            if value:
                return value
            left = end - clock.time()
            if left <= 0:
                raise AssertionError(f"not within {timeout:g} s.\n{self.describe()}")
            await self._state.changes.after(seen, min(left, _LOOK_EVERY))

    def describe(self) -> str:
        """Say what people see, and what the app did wrong."""
        lines: list[str] = []
        for user in self._state.users.values():
            modal = self._state.modal_of(user)
            if modal is not None:
                shown = show_view(self._state, modal)
                lines.append(f"{user.key} has a modal open: {shown.texts}, errors {shown.errors}")
            lines += [f"{user.key} is told: {notice}" for notice in self._state.notices[user.id]]
        for post in self._state.posts[-20:]:
            message = show_message(self._state, post)
            audience = self._state.users[post.audience].key if post.audience else "everybody"
            gone = " (deleted)" if post.deleted else ""
            lines.append(f"#{message.channel}, to {audience}{gone}: {message.text[:500]!r}")
        lines += [f"violation: {violation}" for violation in self._state.violations]
        return "\n".join(lines) or "Nobody sees anything, and nothing went wrong."

    # --- serving ------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._state.load_zones)
        application = web.Application(client_max_size=LARGEST)
        application.router.add_route("*", "/api/{method}", self._api.serve)
        application.router.add_get("/link/", self._sockets.serve)
        application.router.add_post(
            "/{place:commands|actions|app}/{team}/{secret}", self._responses.serve
        )
        await self._control.mount(application)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"
        self.api_url = f"{self.url}/api/"
        self._responses.base = self.url
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._state.changes.close()
        await self._delivery.close()
        await self._sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()
