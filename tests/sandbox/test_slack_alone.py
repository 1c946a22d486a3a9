"""`closebot sandbox slack`: any app on it, a person at its page, and its manifest."""

import asyncio
import json
import os
import re
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import yaml
from click.testing import CliRunner
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from closebot.cli import main
from closebot.sandbox.slack_api import read_manifest
from tests.sandbox.browser import opened

PATIENCE = 30
OWN_MANIFEST = Path(__file__).parents[2] / "manifest.yml"
COMMAND = (sys.executable, "-m", "closebot", "sandbox", "slack", "--port", "0")


class Slack:
    """The sandbox as a process of its own: what it printed, and its control API as Ana."""

    def __init__(self, printed, session):
        self.printed = printed
        self.told = dict(line.split("=", 1) for line in printed.splitlines() if line[0] != "#")
        self.url = self.told["SLACK_API_URL"].removesuffix("/api/")
        self.web = AsyncWebClient(
            token=self.told["SLACK_BOT_TOKEN"], base_url=self.told["SLACK_API_URL"]
        )
        self._session = session

    async def look(self, part, **query):
        query = {"as": "ana", "channel": "sales"} | query
        async with self._session.get(f"{self.url}/sim/{part}", params=query) as answer:
            return await answer.json()

    async def do(self, verb, **body):
        body = {"as": "ana", "channel": "sales"} | body
        async with self._session.post(f"{self.url}/sim/{verb}", json=body) as answer:
            return await answer.json()

    async def get(self, path):
        async with self._session.get(self.url + path) as answer:
            return answer.status, await answer.text()

    async def see(self, words, channel):
        """Wait until these words stand in a channel."""
        events = f"{self.url}/sim/events?as=ana"
        async with asyncio.timeout(PATIENCE), self._session.get(events) as changes:
            async for _ in changes.content:
                if words in json.dumps(await self.look("messages", channel=channel)):
                    return


def environ():
    return {name: value for name, value in os.environ.items() if not name.startswith("SLACK")}


@asynccontextmanager
async def started(*options):
    process = await asyncio.create_subprocess_exec(
        *(*COMMAND, *options), stdout=asyncio.subprocess.PIPE, env=environ()
    )
    try:
        printed = ""
        async with asyncio.timeout(PATIENCE):
            while "SLACK_SIGNING_SECRET=" not in printed:
                line = await process.stdout.readline()
                assert line, f"it ended; it said:\n{printed}"
                printed += line.decode()
        async with aiohttp.ClientSession() as session:
            yield Slack(printed, session)
    finally:
        process.terminate()
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == 0


@asynccontextmanager
async def stock_app(slack):
    """Run the app that Bolt's README begins with, as it stands there but for the address."""
    client = WebClient(token=slack.told["SLACK_BOT_TOKEN"], base_url=slack.told["SLACK_API_URL"])
    app = await asyncio.to_thread(App, client=client)

    @app.message("hello")
    def message_hello(message, say):
        button = {
            "type": "button",
            "text": {"type": "plain_text", "text": "Click Me"},
            "action_id": "button_click",
        }
        words = {"type": "mrkdwn", "text": f"Hey there <@{message['user']}>!"}
        section = {"type": "section", "text": words, "accessory": button}
        say(blocks=[section], text=f"Hey there <@{message['user']}>!")

    @app.action("button_click")
    def action_button_click(body, ack, say):
        ack()
        say(f"<@{body['user']['id']}> clicked the button")

    handler = SocketModeHandler(app, slack.told["SLACK_APP_TOKEN"])
    await asyncio.to_thread(handler.connect)
    try:
        yield
    finally:
        await asyncio.to_thread(handler.close)


# --- without a manifest -----------------------------------------------------------------------


async def test_a_person_clicks_through_the_first_app_of_bolts_readme(browser):
    async with started() as slack, stock_app(slack):
        address = re.search(r"^# Open (\S+) ", slack.printed)[1]
        async with opened(address) as page:
            box = page.get_by_role("textbox", name="Message #sales")
            await box.fill("well hello there")
            await box.press("Enter")
            await page.get_by_text("Hey there @Ana Novak!").wait_for()
            await page.get_by_role("button", name="Click Me").click()
            await page.get_by_text("@Ana Novak clicked the button").wait_for()
        assert (await slack.look("state"))["violations"] == []


async def test_without_a_manifest_an_app_has_a_neutral_name_and_gets_everything():
    async with started() as slack:
        assert (await slack.get("/"))[0] == 200
        assert (await slack.look("state"))["bot"]["name"] == "Your app"
        assert json.loads((await slack.get("/sim/page-data"))[1]) == {"features": {}}
        assert "closebot" not in slack.printed.lower()
        where = (await slack.web.conversations_list())["channels"][0]["id"]
        await slack.web.conversations_history(channel=where)
        async with stock_app(slack):
            for channel in ("sales", "deal-desk", "dm"):
                await slack.do("say", channel=channel, text="hello")
                await slack.see("Hey there", channel)


# --- with one ---------------------------------------------------------------------------------


MANIFEST = {
    "display_information": {"name": "Deal Bot"},
    "features": {
        "bot_user": {"display_name": "dealbot", "always_online": True},
        "slash_commands": [{"command": "/deal", "description": "A deal", "should_escape": True}],
        "shortcuts": [
            {"name": "New deal", "type": "global", "callback_id": "new", "description": "x"}
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "app_mentions:read"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_mention", "team_join"]},
        "socket_mode_enabled": True,
    },
}


async def test_a_manifest_says_what_the_app_is_and_hears(tmp_path):
    path = tmp_path / "manifest.yml"
    path.write_text(yaml.safe_dump(MANIFEST))
    async with started("--manifest", str(path), "--no-page") as slack:
        assert "# Open" not in slack.printed
        assert (await slack.get("/"))[0] == 404
        assert "# Nothing here ever sends team_join." in slack.printed
        assert (await slack.look("state"))["bot"]["name"] == "dealbot"
        features = json.loads((await slack.get("/sim/page-data"))[1])["features"]
        assert [one["command"] for one in features["slash_commands"]] == ["/deal"]
        assert [one["callback_id"] for one in features["shortcuts"]] == ["new"]
        with pytest.raises(SlackApiError, match="missing_scope"):
            await slack.web.users_list()
        own = (await slack.web.auth_test())["user_id"]
        async with stock_app(slack):
            await slack.do("say", text="hello everybody")
            await slack.do("say", text=f"hello <@{own}>")
        log = await slack.look("log")
        heard = {one["sent"]["event"]["type"] for one in log if one["kind"] == "delivery"}
        assert heard == {"app_mention"}


@pytest.mark.parametrize("indent", [2, "\t"])
def test_a_manifest_may_be_json(tmp_path, indent):
    read = []
    for name, text in (
        ("json", json.dumps(MANIFEST, indent=indent)),
        ("yaml", yaml.safe_dump(MANIFEST)),
    ):
        path = tmp_path / name
        path.write_text(text)
        read.append(read_manifest(path))
    assert read[0] == read[1]
    assert read[0].name == "dealbot"


def test_the_manifest_of_this_bot_is_one():
    app = read_manifest(OWN_MANIFEST)
    assert (app.name, app.socket_mode) == ("closebot", True)
    assert app.features["slash_commands"][0]["command"] == "/close"
    assert {one["callback_id"] for one in app.features["shortcuts"]} >= {"new_lead", "add_note"}


NAMED = {"display_information": {"name": "x"}, "settings": {"socket_mode_enabled": True}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "cannot be read (No such file or directory)."),
        (b"\xff\xfe\x00", "is not text in UTF-8."),
        ("a: [", "is neither YAML nor JSON."),
        ('{"a": }', "is neither YAML nor JSON."),
        ("- 1", "is not a manifest: there is no display_information in it."),
        ("", "is not a manifest: there is no display_information in it."),
        ("a: 1", "display_information.name is missing."),
        ("display_information: {name: 7}", "display_information.name must be text."),
        (NAMED | {"features": []}, "features must be an object."),
        (NAMED | {"features": {"slash_commands": {}}}, "features.slash_commands must be a list."),
        (
            NAMED | {"features": {"slash_commands": ["/x"]}},
            "features.slash_commands must be a list of objects.",
        ),
        (
            NAMED | {"features": {"slash_commands": [{"command": "x"}]}},
            "the command 'x' does not begin with / or has a space in it.",
        ),
        (
            NAMED | {"features": {"shortcuts": [{"name": "x", "type": "odd", "callback_id": "x"}]}},
            "the type of a shortcut is global or message, not 'odd'.",
        ),
        (
            NAMED | {"features": {"shortcuts": [{"name": "x", "type": "global"}]}},
            "callback_id is missing.",
        ),
        (
            NAMED | {"oauth_config": {"scopes": {"bot": [1]}}},
            "oauth_config.scopes.bot must be a list of words.",
        ),
        (
            NAMED | {"settings": {"socket_mode_enabled": "yes"}},
            "settings.socket_mode_enabled must be yes or no.",
        ),
        (
            NAMED | {"settings": {}},
            "has Socket Mode off: say --request-url, where the app listens.",
        ),
    ],
)
def test_an_odd_file_is_one_sentence(tmp_path, text, sentence):
    path = tmp_path / "app.yml"
    if isinstance(text, bytes):
        path.write_bytes(text)
    elif text is not None:
        path.write_text(text if isinstance(text, str) else json.dumps(text))
    done = CliRunner().invoke(main, ["sandbox", "slack", "--manifest", str(path)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert re.fullmatch(rf"Error: {re.escape(str(path))}:? {re.escape(sentence)}\n", done.stderr)


async def test_an_app_with_an_address_needs_no_socket_mode(tmp_path):
    path = tmp_path / "app.yml"
    path.write_text("display_information: {name: x}")
    async with started("--manifest", str(path), "--request-url", "http://127.0.0.1:9/") as slack:
        assert "SLACK_APP_TOKEN" not in slack.told
        assert (await slack.look("state"))["bot"]["connected"] is True
