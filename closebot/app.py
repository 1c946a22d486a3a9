"""build(settings) -> Bot: the only file that knows everything."""

import asyncio
import gc
import logging
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from closebot.audience import Audience
from closebot.cards.typed_dates import load_languages
from closebot.cards.zones import load_zones
from closebot.close import DEADLINE, OAuth, Transport
from closebot.errors import Explain
from closebot.features import FEATURES
from closebot.features.connect import Returning, read_slack_zone
from closebot.features.digests import Posts, Runner
from closebot.features.unfurl import Unfurled
from closebot.people import Grants, People, Person
from closebot.scheduler import Scheduler
from closebot.settings import Settings
from closebot.slack.inflight import Full, Inflight
from closebot.slack.outgoing import Outgoing, SlackFailed, open_outgoing
from closebot.slack.payloads import Call, Kind
from closebot.slack.router import GRACE, Router
from closebot.slack.socket import Socket
from closebot.store import Origin, Owner, Store, TypedCommand, Vault
from closebot.store.rows import OriginKind
from closebot.web import build_web

log = logging.getLogger(__name__)

DRAIN = 10.0
LAST_ACKS = 0.1
# New objects between two looks of the collector, and looks between two wider ones: what a command
# leaves behind goes by itself as a rule.
COLLECTED = (20_000, 20, 20)


class CannotStart(Exception):
    """Something outside closebot keeps it from starting; the message says what to do."""


@dataclass
class Bot:
    """The running bot: one process, one store, one session to Slack and one to Close."""

    settings: Settings
    store: Store
    transport: Transport
    outgoing: Outgoing
    inflight: Inflight
    router: Router
    app: AsyncApp
    people: People
    scheduler: Scheduler
    audience: Audience
    identity: dict[str, Any] = field(default_factory=dict)
    socket: Socket | None = None
    port: int = 0
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Prove the Slack token, then listen. Raises `CannotStart`."""
        try:
            self.identity.update(await self.outgoing.call("auth.test"))
            if self.settings.slack_app_token:
                token = self.settings.slack_app_token.get_secret_value()
                self.socket = Socket(self.app, token, self.outgoing)
                await self.socket.connect()
        except SlackFailed as error:
            raise CannotStart(say_slack(error, self.settings.slack_api_url)) from None
        self.scheduler.start()
        if self.settings.mode == "http" or self.settings.port_given or self.settings.has_oauth:
            await self._listen()

    async def _listen(self) -> None:
        secret = self.settings.slack_signing_secret
        application = build_web(
            self.app if self.settings.mode == "http" else None,
            taker=self.router,
            signing_secret=secret.get_secret_value() if secret else "",
            health=self.health,
            now=time.time,
            come_back=self._come_back() if self.settings.has_oauth else None,
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=DRAIN)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.settings.host, self.settings.port).start()
        except OSError as error:
            where = f"{self.settings.host}:{self.settings.port}"
            raise CannotStart(
                f"Cannot listen on {where}: {error.strerror}. Set HOST and PORT to a free address."
            ) from None
        self.port = self._runner.addresses[0][1]

    def _come_back(self) -> Returning:
        slash = self.settings.closebot_command

        def call_of(owner: Owner) -> Call:
            return Call("command", "", owner.workspace, owner.user, slash)

        def run(owner: Owner, typed: TypedCommand) -> None:
            self.router.run_again(
                call_of(owner), typed.text, channel=typed.channel, response_url=typed.response_url
            )

        def draw_home(owner: Owner) -> None:
            self.router.draw_home(call_of(owner))

        return Returning(self.people, self.outgoing, slash, run, draw_home, self.people.now)

    async def health(self) -> Mapping[str, Any]:
        """Say what works: the store, the connection to Slack, and that digests are looked for."""
        try:
            await self.store.check()
            store = "ok"
        except Exception as error:  # noqa: BLE001 - a health page reports, whatever it is
            store = f"broken ({type(error).__name__})"
        connected = self.socket is None or await self.socket.is_connected()
        slack = {"mode": self.settings.mode, "connected": connected}
        ticked = self.scheduler.last_tick
        digests = {
            "ok": self.scheduler.is_well,
            "last_tick": ticked.isoformat(timespec="seconds") if ticked else None,
        }
        is_well = store == "ok" and connected and self.scheduler.is_well
        return {"ok": is_well, "store": store, "slack": slack, "digests": digests}

    async def serve(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set, or until Slack switches Socket Mode off (`CannotStart`)."""
        stopping = asyncio.create_task(stop.wait())
        settling = asyncio.create_task(_settle())
        fatal = asyncio.create_task(self.socket.watch()) if self.socket else None
        try:
            await asyncio.wait({stopping} | ({fatal} if fatal else set()),
                               return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
            if fatal and fatal.done():
                raise CannotStart(fatal.result())
        finally:
            for task in (stopping, settling, fatal):
                if task:
                    task.cancel()

    async def stop(self) -> None:
        """Take no more work, finish what is in flight, and close everything.

        The socket is closed last: what is finished is still acknowledged over it.
        """
        self.inflight.close()
        await self.scheduler.stop()
        end = time.monotonic() + DRAIN
        if self._runner:
            await self._runner.cleanup()
        await self.inflight.drain(max(end - time.monotonic(), 1.0))
        if self.socket:
            await asyncio.sleep(LAST_ACKS)
            await self.socket.close()
        await self.people.grants.finish()
        await self.outgoing.aclose()
        await self.transport.aclose()
        self.store.close()


async def _settle() -> None:
    """Load what nobody waits for, and let the collector pass over all that stays."""
    try:
        await asyncio.to_thread(load_languages)
        await asyncio.to_thread(load_zones)
    except Exception:  # it is loaded when it is first needed then
        log.exception("what typed dates and zones need could not be loaded ahead")
    gc.freeze()
    gc.set_threshold(*COLLECTED)


def build(
    settings: Settings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    grace: float = GRACE,
    patience: float = DEADLINE,
) -> Bot:
    """Put the bot together. Opens the store (raises `StoreError`) but no connection yet.

    `grace`: seconds that a submission's ack waits for its reply. `patience`: seconds that one
    request to Close may take in all.
    """
    vault = Vault([key.get_secret_value() for key in settings.closebot_keys])
    store = Store.open(settings.closebot_db, vault)
    transport = Transport(settings.close_api_url, deadline=patience)
    plain = open_outgoing(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    identity: dict[str, Any] = {}
    audience = Audience(plain, store, identity, now)
    outgoing = replace(plain, gate=audience.pass_on)
    inflight, unfurled = Inflight(), Unfurled()
    people = People(store, transport, _open_grants(settings, store, transport, now), now)

    async def find_person(call: Call) -> Person:
        person = await people.at(_origin(call)).find(_owner(call))
        if people.zone_is_old(person):
            _start_quietly(inflight, _ask_zone(store, outgoing, call, person), "zone")
        return person

    router = Router(
        slash=settings.closebot_command,
        outgoing=outgoing,
        inflight=inflight,
        explain=Explain(store, now, lambda: secrets.token_hex(3)),
        providers={
            "me": find_person,
            "owner": _owner,
            "people": lambda call: people.at(_origin(call)),
            "now": lambda _: now(),
            "audience": lambda _: audience,
            "unfurled": lambda _: unfurled,
        },
        admit=audience.admit,
        presses=store.presses,
        now=now,
        grace=grace,
    )
    router.attach(FEATURES)
    app = _bolt(outgoing, identity)
    router.listen(app)
    runner = Runner(people.at(Origin("digest")), Posts(outgoing), slash=settings.closebot_command)
    scheduler = Scheduler(runner.tick, now)
    return Bot(
        settings, store, transport, outgoing, inflight, router, app, people, scheduler, audience,
        identity,
    )  # fmt: skip


def _bolt(outgoing: Outgoing, identity: dict[str, Any]) -> AsyncApp:
    """Make the Bolt application. `auth.test` is asked once at start, not on a request."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_id=identity.get("bot_id"),
            bot_user_id=identity.get("user_id"),
            bot_token=outgoing.web.token,
        )

    return AsyncApp(
        client=outgoing.web,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,  # web.py has verified the raw bytes
        ssl_check_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


def _open_grants(
    settings: Settings, store: Store, transport: Transport, now: Callable[[], datetime]
) -> Grants:
    """Offer to connect by OAuth where this deployment has a client of Close's for it."""
    oauth = None
    if settings.has_oauth and settings.close_client_id and settings.close_client_secret:
        secret = settings.close_client_secret.get_secret_value()
        oauth = OAuth(settings.close_client_id, secret, transport=transport, now=now)
    return Grants(store, oauth, f"{settings.closebot_public_url}close/callback", now)


def _owner(call: Call) -> Owner:
    return Owner(call.workspace, call.user)


_ORIGINS: dict[Kind, OriginKind] = {
    "command": "command",
    "action": "button",
    "view": "modal",
    "shortcut": "shortcut",
    "message_shortcut": "shortcut",
    "event": "event",
}


def _origin(call: Call) -> Origin:
    return Origin(_ORIGINS.get(call.kind, "other"), call.key, call.channel)


def _start_quietly(inflight: Inflight, work: Coroutine[Any, Any, None], name: str) -> None:
    try:
        inflight.start(work, name)
    except Full:
        log.info("no place for %s; it waits for the next time", name)


async def _ask_zone(store: Store, outgoing: Outgoing, call: Call, person: Person) -> None:
    """Refresh a person's zone from Slack, behind the answer that they are waiting for."""
    zone = await read_slack_zone(outgoing, call.user)
    await store.see_zone(person.connection.owner, zone or person.connection.zone, person.now)


def say_slack(error: SlackFailed, api_url: str) -> str:
    """Say why Slack does not take a token, and whose fault that is."""
    wrong = {
        "invalid_auth": "is not accepted",
        "not_authed": "is not accepted",
        "account_inactive": "belongs to a removed app",
        "token_revoked": "was revoked",
        "not_allowed_token_type": "is of another kind than it should be",
        "missing_scope": "lacks a scope (connections:write for the app token)",
    }
    name = "SLACK_APP_TOKEN" if error.method == "apps.connections.open" else "SLACK_BOT_TOKEN"
    if error.code in wrong:
        return f"Slack says that {name} {wrong[error.code]} ({error.code})."
    return (
        f"Slack does not answer at {api_url} ({error.code}). Check SLACK_API_URL and the network."
    )
