"""A day with closebot, and then a look through everything it wrote: no secret stands anywhere."""

import asyncio
import base64
import io
import logging
import re
from urllib.parse import quote, urlsplit

import aiohttp
import pytest

from closebot import logs
from closebot.close import ApiKey
from closebot.doctor import draw, examine
from closebot.logs import SafeFormatter
from closebot.people import Grants
from closebot.people.grants import Tokens
from closebot.settings import read_settings
from closebot.store import Digest
from tests.offering import grant_address, open_offering

NOTE = "Sesame-opens-the-board"
TASK = "Ring-the-quiet-bell"
DEAL_NOTE = "Half-now-half-in-June"
TYPED = (NOTE, TASK, DEAL_NOTE)


class Written:
    """All that came out of the process: lines of the log, and addresses that were asked."""

    def __init__(self):
        self.lines = io.StringIO()
        self.raw, self.addresses = [], []
        self.secrets = {}

    def know(self, kind, *found):
        """Remember secrets, so that they are looked for."""
        self.secrets.setdefault(kind, set()).update(one for one in found if one)

    def find(self, text, *, but=()):
        """Return the kinds of secrets that stand in a text, in whatever coding."""
        return sorted(
            kind
            for kind, secrets in self.secrets.items()
            for secret in secrets
            if kind not in but and any(form in text for form in codings(secret))
        )


def codings(secret):
    raw = secret.encode()
    coded = {base64.b64encode(one).decode().rstrip("=")[:-1] for one in (raw, raw + b":")}
    return {secret, quote(secret, safe=""), secret.encode("unicode_escape").decode()} | coded


class Ear(logging.Handler):
    """Hears what closebot says itself, before anything is struck out."""

    def __init__(self, written):
        super().__init__(logging.DEBUG)
        self._written = written

    def emit(self, record):
        if record.name.startswith("closebot"):
            self._written.raw.append(f"{record.getMessage()} {record.args!r}")


@pytest.fixture
def written():
    """Log as the product does at DEBUG, and listen."""
    before = {name: one.level for name, one in known_loggers().items()}
    logs.configure("DEBUG")
    found = Written()
    next(one for one in logging.root.handlers if is_ours(one)).setStream(found.lines)
    ear = Ear(found)
    logging.root.addHandler(ear)
    yield found
    logging.root.removeHandler(ear)
    for name, one in known_loggers().items():
        one.setLevel(before.get(name, logging.NOTSET))
        one.handlers = [kept for kept in one.handlers if not is_ours(kept)]


def known_loggers():
    names = [*logging.Logger.manager.loggerDict]
    return {"": logging.root} | {name: logging.getLogger(name) for name in names}


def is_ours(handler):
    return isinstance(handler.formatter, SafeFormatter)


def listen(workspace, written):
    """Hear which addresses are asked, and which secrets are given out on the way."""
    trace = aiohttp.TraceConfig()

    async def began(_session, _context, asked):
        written.addresses.append(str(asked.url))

    trace.on_request_start.append(began)
    trace.freeze()
    workspace.bot.outgoing.session.trace_configs.append(trace)

    send = workspace.bot.transport._send

    async def sent(request, *given, **more):
        written.addresses.append(str(request.url))
        return await send(request, *given, **more)

    workspace.bot.transport._send = sent
    tokens = workspace.close.tokens
    knows, issue, make_code = tokens._knows, tokens.issue, tokens.make_code

    def look(request, form):
        written.know("PKCE verifier", str(form.get("code_verifier", "")))
        return knows(request, form)

    def give(user_id):
        given = issue(user_id)
        written.know("access token", str(given["access_token"]))
        written.know("refresh token", str(given["refresh_token"]))
        return given

    def agree(*asked):
        code = make_code(*asked)
        written.know("code", code)
        return code

    tokens._knows, tokens.issue, tokens.make_code = look, give, agree


def know_all(workspace, written):
    """Collect what must not be found."""
    environ, slack, close = workspace.environ, workspace.slack, workspace.close
    written.know("API key", *close.keys.values(), "api_wrongwrong.wrongwrong")
    written.know("bot token", slack.bot_token)
    written.know("app token", slack.app_token)
    written.know("signing secret", slack.signing_secret)
    written.know("client secret", environ["CLOSE_CLIENT_SECRET"])
    written.know("encryption key", *environ["CLOSEBOT_KEYS"].split(","))
    told = str([one.sent for one in slack.log])
    addresses = re.findall(r"https?://[^\s'\"<>|]+/(?:commands|actions|app)/[^\s'\"<>|]+", told)
    written.know("response address", *(urlsplit(one).path.split("/", 2)[2] for one in addresses))
    tickets = re.findall(r"ticket=([^&'\"\s]+)", told)
    written.know("socket ticket", *tickets)
    written.know("what was typed", *TYPED)


# --- a day --------------------------------------------------------------------------------------


async def connect(workspace):
    """Connect Ana by a key, after a wrong one, and Ben and Mia at Close in the browser."""
    ana, ben = workspace.person("ana"), workspace.person("ben")
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Connect your Close account first")
    await ana.click("Connect")
    await workspace.slack.until(lambda: ana.modal)
    await ana.fill("Close API key", "api_wrongwrong.wrongwrong")
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal.errors)
    await ana.fill("Close API key", workspace.close.keys["ana"])
    await ana.submit()
    await workspace.slack.until(lambda: "Connected" in ana.modal.title)
    await ana.close_modal()
    await workspace.read(ana, "Globex", "Contacts")
    await ben.open_home()
    await workspace.slack.until(lambda: ben.home)
    await ben.click("Connect", channel="home")
    await workspace.slack.until(lambda: ben.modal)
    address = grant_address(ben.modal.view.blocks)
    for _ in range(2):  # the second time the link is used up
        await workspace.agree(address, "ben")
    await workspace.slack.until(lambda: "Connected" in ben.modal.title)
    await ben.close_modal()
    await workspace.callback(state="made-up", code="<script>")
    mia = await workspace.by_oauth("mia")
    return ana, ben, mia


async def add_note(workspace, person, *, lost=False):
    if lost:
        workspace.close.faults.add(method="POST", path="/activity/note/", drop=True, apply=True)
    message = await person.say(f"They say: {NOTE}")
    await person.message_shortcut("add_note", message)
    await workspace.slack.until(lambda: person.modal and "Lead" in person.modal.labels)
    await person.choose("Lead", "Globex Industries")
    await person.submit()
    await workspace.slack.until(lambda: person.modal is None, timeout=20)


async def work(workspace, ana, ben):
    """Write one of each kind, share, set up and run a digest, unfold a link."""
    await add_note(workspace, ana)
    await ana.command(f"/close task {TASK} Globex tomorrow")
    await workspace.slack.until(
        lambda: TASK in ana.last().text or (ana.modal and "Task" in ana.modal.labels)
    )
    await ana.command("/close opp new Globex")
    await workspace.slack.until(lambda: ana.modal and "Value" in ana.modal.labels)
    await ana.fill("Value", "5k")
    await ana.fill("Note", DEAL_NOTE)
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal is None)
    await ana.command("/close lead new Secretive Ltd")
    await workspace.slack.until(lambda: ana.modal and "Name" in ana.modal.labels)
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal is None, timeout=10)
    await ana.command("/close lead Globex")
    await workspace.slack.until(lambda: "Share here" in ana.last().buttons)
    await ana.click("Share here")
    await workspace.slack.until(lambda: ben.last() and "shared a lead" in ben.last().text)
    await ben.command("/close digest")
    await workspace.slack.until(lambda: ben.modal and "Time" in ben.modal.labels)
    await ben.submit()
    await workspace.read(ben, "The digest is set up")
    await ben.click("Run now")
    await workspace.slack.until(lambda: any("Tasks for" in one.text for one in ana.messages()))
    lead = next(one for one in workspace.close.leads.values() if one["name"].startswith("Globex"))
    await ben.say(f"https://app.close.com/lead/{lead['id']}/?private={NOTE}")
    await workspace.person("raj").say(f"https://app.close.com/lead/{lead['id']}/#again")
    await settle(workspace)


FAULTS = (
    {"status": 401},
    {"status": 403},
    {"status": 404},
    {"status": 429},
    {"status": 500, "times": 9},
    {"status": 400, "body": {"error": "Bad", "field-errors": {"note": "Too bad"}}},
    {"drop": True, "apply": False},
    {"cut": True},
    {"html": "<html>A proxy speaks</html>"},
    {"body": b"\xff\xfe"},
)


async def fail(workspace, ana, ben):
    """Let everything go wrong once: Close, Slack, the database, a bug, a grant that ends."""
    close, slack = workspace.close, workspace.slack
    for fault in FAULTS:
        close.faults.add(**fault)
        await ana.command(f"/close lead {NOTE}")
        await settle(workspace)
        close.faults.clear()
        close.faults.add(method="POST", path="/activity/note/", **fault)
        message = await ana.say(f"They say: {NOTE}")
        await ana.message_shortcut("add_note", message)
        await slack.until(lambda: ana.modal and "Lead" in ana.modal.labels)
        await ana.choose("Lead", "Globex Industries")
        await ana.submit()
        await settle(workspace)
        close.faults.clear()
        while ana.modal:
            await ana.close_modal()
    await add_note(workspace, ana, lost=True)
    for method in ("response_url", "views.open", "chat.unfurl", "views.publish"):
        slack.faults.fail(method, times=3)
    await ana.command(f"/close note Globex {NOTE}")
    await ana.command("/close connect")
    await ben.open_home()
    await settle(workspace)
    slack.faults.clear()
    workspace.bot.store._db.execute("PRAGMA query_only = ON")
    await ana.command(f"/close note Globex {NOTE}")
    await settle(workspace)
    workspace.bot.store._db.execute("PRAGMA query_only = OFF")
    router = workspace.bot.router
    router._providers["me"], kept = break_down, router._providers["me"]
    await ana.command(f"/close note Globex {NOTE}")
    await workspace.read(ana, "Something broke on our side")
    router._providers["me"] = kept


async def end_a_grant(workspace, ben):
    """Let a token be renewed, and then no more."""
    workspace.clock.move(hours=2)
    await ben.command("/close me")
    await workspace.read(ben, "ben@northwind.example")
    workspace.close.tokens.refresh.clear()
    workspace.clock.move(hours=2)
    await ben.command("/close me")
    await workspace.read(ben, "Connect again")


def break_down(call):
    raise RuntimeError(f"{call} {call.body} {NOTE}")


async def settle(workspace):
    await asyncio.sleep(0)
    await workspace.slack.until(lambda: not len(workspace.bot.inflight), timeout=30)


def pages_of(workspace):
    """Return what stands in the files of the database, as it is on the disk."""
    path = workspace.bot.settings.closebot_db
    return {
        one.name: one.read_bytes().decode("latin-1") for one in path.parent.glob(f"{path.name}*")
    }


async def shown_objects(workspace, person):
    """Return how the things that hold secrets show themselves."""
    bot, owner = workspace.bot, workspace.owner(person)
    connection = await bot.store.connection(owner)
    me = await bot.people.find(owner)
    auth = me.close._auth if hasattr(me.close, "_auth") else ApiKey(connection.secret)
    things = [bot, bot.settings, bot.settings.model_dump(), connection, me, me.close, auth,
              bot.people, bot.people.grants, bot.outgoing, bot.transport, bot.store,
              *(await bot.store.digests.made_by(owner))]  # fmt: skip
    if connection.kind == "oauth":
        things.append(Tokens.read(connection.secret))
    assert isinstance(bot.people.grants, Grants)
    assert all(isinstance(one, Digest) for one in things[12:] if hasattr(one, "plan"))
    return "\n".join(f"{one!r} {one}" for one in things)


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_after_a_day_of_everything_no_secret_stands_anywhere(tmp_path, mode, written):
    async with open_offering(tmp_path, mode) as workspace:
        listen(workspace, written)
        ana, ben, mia = await connect(workspace)
        await work(workspace, ana, ben)
        objects = await shown_objects(workspace, ana) + await shown_objects(workspace, ben)
        await fail(workspace, ana, ben)
        if mode == "socket":  # a signature of another hour is not taken
            await end_a_grant(workspace, ben)
        table = draw(await examine(workspace.environ))
        await mia.command("/close disconnect")
        await workspace.read(mia, "Disconnected")
        await settle(workspace)
        know_all(workspace, written)
        files = pages_of(workspace)
        answers = str([one.sent for one in workspace.slack.log if one.kind in ("call", "response")])
    lines = written.lines.getvalue()
    assert {kind for kind, found in written.secrets.items() if found} >= {
        "API key", "PKCE verifier", "access token", "refresh token", "code", "response address",
    }  # fmt: skip
    # What is looked through is really there.
    assert "view notes.save: WriteUnclear" in lines
    assert any("NotConnected" in one for one in written.raw)
    assert "Ana Novak" in objects
    assert "Slack token" in table
    assert "CREATE TABLE" in "".join(files.values())
    assert any("/lead/" in one for one in written.addresses)
    assert NOTE in answers
    assert written.find(lines) == []
    assert written.find("\n".join(written.raw)) == []
    assert written.find(objects) == []
    assert written.find(table) == []
    assert any(name.endswith("-wal") for name in files)
    assert {name: found for name, text in files.items() if (found := written.find(text))} == {}
    outgoing = [one for one in written.addresses if "/oauth2/authorize" not in one]
    own = ("response address",)  # it is an address, and asked as one
    assert [one for one in outgoing if written.find(one, but=own)] == []
    assert written.find(answers, but=("what was typed", *own)) == []


async def test_the_environment_is_never_quoted_by_what_is_wrong_with_it(tmp_path):
    from closebot.settings import SettingsError

    secret = "xoxq-made-up-secret"
    environ = {"SLACK_BOT_TOKEN": secret, "CLOSEBOT_KEYS": f"{secret},short", "PORT": secret}
    with pytest.raises(SettingsError) as failed:
        read_settings(environ)
    assert secret not in f"{failed.value} {failed.value!r}"
