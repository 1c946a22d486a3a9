"""A workspace whose deployment has an OAuth client at Close, and the browser of its people."""

import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import aiohttp
from aiohttp import web

from closebot.app import build
from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.slack_api import SlackSandbox
from closebot.settings import read_settings
from closebot.store import Owner
from tests.workspace import Workspace, environ_for

CLIENT, SECRET = "oa2client_made_up", "made-up-client-secret"
EVENTS = frozenset({"app_uninstalled", "tokens_revoked", "user_change"})


class Clock:
    """The time that everybody has; it goes on by itself, and can be moved."""

    def __init__(self):
        self.ahead = timedelta()

    def __call__(self):
        return datetime.now(UTC) + self.ahead

    def move(self, **more):
        self.ahead += timedelta(**more)


class TokenEndpoints:
    """Close's `/oauth2/token/` and `/oauth2/revoke/`: what they were asked, and whether they work.

    `issued` counts the tokens that were given out; while `down`, they answer as a proxy would
    whose server is gone, and with `lost` the server has done it all the same.
    """

    def __init__(self, close):
        self.asked = []
        self.issued = 0
        self.down = self.lost = False
        knows, issue = close.tokens._knows, close.tokens.issue

        def look(request, form):
            self.asked.append(request.path)
            if self.down:
                raise web.HTTPBadGateway
            return knows(request, form)

        def give(user_id):
            self.issued += 1
            given = issue(user_id)
            if self.lost:
                raise web.HTTPBadGateway
            return given

        close.tokens._knows, close.tokens.issue = look, give


@dataclass
class Back:
    """What the browser shows."""

    status: int
    text: str
    headers: dict


@dataclass
class Offering(Workspace):
    """A workspace where people connect by OAuth."""

    clock: Clock = None
    tokens: "TokenEndpoints" = None

    async def start_bot(self, **more):
        """Start a bot like the first one; it shares the database."""
        environ = self.environ | more
        bot = build(read_settings(environ), now=self.clock)
        await bot.start()
        return bot

    async def open_form(self, person):
        """Open the connect form and return the address that its button leads to."""
        await person.command("/close connect")
        await self.slack.until(lambda: person.modal and "Connect Close" in person.modal.title)
        return grant_address(person.modal.view.blocks)

    async def visit(self, address, **changed):
        """Open an address in a browser, and go where it leads."""
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query, keep_blank_values=True)) | changed
        kept = {name: value for name, value in query.items() if value is not None}
        async with aiohttp.ClientSession() as browser:
            url = urlunsplit(parts._replace(query=urlencode(kept)))
            async with browser.get(url) as answer:
                return Back(answer.status, await answer.text(), dict(answer.headers))

    async def agree(self, address, login="ana", **changed):
        """Agree at Close as somebody."""
        return await self.visit(address, login=f"{login}@northwind.example", **changed)

    async def callback(self, **query):
        """Come back with these parameters."""
        return await self.visit(self.environ["CLOSEBOT_PUBLIC_URL"] + "/close/callback", **query)

    async def by_oauth(self, key):
        """Return somebody who has connected by OAuth."""
        person = self.person(key)
        back = await self.agree(await self.open_form(person), key)
        assert back.status == 200, back.text
        await self.slack.until(lambda: person.modal and "Connected" in person.modal.title)
        await person.close_modal()
        return person

    def owner(self, person):
        return Owner(self.slack.team_id, person.id)

    async def connection(self, person):
        return await self.bot.store.connection(self.owner(person))

    async def event(self, event):
        """Have Slack deliver an event."""
        from closebot.sandbox.slack_api.events import wrap_event

        await self.slack._delivery.send_event(wrap_event(self.slack._state, event, None))

    def become_another_organization(self, name="Beta Corp"):
        """Let Close be another organization from now on."""
        self.close.organization["id"] = "orga_" + "B" * 43
        self.close.organization["name"] = name
        self.forget_organizations()


def grant_address(blocks):
    """Find the address of Close's consent page."""
    for block in blocks:
        for element in block.get("elements", []):
            if "/oauth2/authorize" in element.get("url", ""):
                return element["url"]
    return ""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@asynccontextmanager
async def open_offering(folder, mode="socket"):
    """Start both simulators and a bot with an OAuth client."""
    clock, port = Clock(), free_port()
    async with SlackSandbox(now=clock) as slack, CloseSandbox(now=clock) as close:
        close.tokens.clients[CLIENT] = SECRET
        environ = environ_for(slack, close, folder, mode) | {
            "CLOSE_CLIENT_ID": CLIENT,
            "CLOSE_CLIENT_SECRET": SECRET,
            "CLOSEBOT_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "HOST": "127.0.0.1",
            "PORT": str(port),
        }
        bot = build(read_settings(environ), now=clock)
        await bot.start()
        if mode == "http":
            slack.request_url = f"http://127.0.0.1:{bot.port}/slack/events"
        workspace = Offering(slack, close, bot, environ, clock, TokenEndpoints(close))
        try:
            yield workspace
        finally:
            await workspace.bot.stop()
