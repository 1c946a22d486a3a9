"""The bars of bench/ that do not depend on the machine: connections, and what growth costs."""

import asyncio
import sys
import time
from statistics import median
from urllib.parse import urlsplit

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from closebot import app
from closebot.app import build
from closebot.audience.standing import Standing
from closebot.settings import read_settings
from closebot.slack.feature import Feature
from closebot.store import new_key

COMMANDS, AT_ONCE = 1000, 10
MOST_CONNECTIONS = 30


class Dialled:
    """Counts the connections that this process opens to some ports, by Python's own audit."""

    def __init__(self):
        self.ports = set()
        self.count = 0
        sys.addaudithook(self._look)  # it stays until the process ends, and counts no more then

    def _look(self, event, arguments):
        if event == "socket.connect" and self.ports:
            address = arguments[1]
            self.count += isinstance(address, tuple) and address[1] in self.ports


async def test_a_thousand_commands_open_few_connections_and_prove_the_token_once(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Acme")
    await workspace.read(ana, "Acme Corporation")
    [proof] = proofs(workspace)
    dialled = Dialled()
    dialled.ports = {
        urlsplit(url).port for url in (workspace.slack.api_url, workspace.close.api_url)
    }
    for _ in range(COMMANDS // AT_ONCE):
        await asyncio.gather(*(ana.command("/close lead Acme") for _ in range(AT_ONCE)))
        await workspace.bot.inflight.drain(30)
    dialled.ports = set()
    assert dialled.count <= MOST_CONNECTIONS
    assert all(one is proof for one in proofs(workspace))


def proofs(workspace):
    return [one for one in workspace.slack.log if one.name == "auth.test"]


def ping():
    feature = Feature("ping")

    @feature.command("ping", usage="ping", help="Say nothing")
    async def pong() -> None:
        pass

    return feature


def more():
    feature = Feature("more")

    async def nothing() -> None:
        pass

    for number in range(100):
        feature.command(f"more {number}", usage=f"more {number}", help="One more")(nothing)
        feature.action(f"more.act{number}")(nothing)
    return feature


@pytest.fixture
async def open_bot(tmp_path, monkeypatch):
    bots = []

    async def open_bot(*features):
        monkeypatch.setattr(app, "FEATURES", (*app.FEATURES, *features))
        environ = {
            "SLACK_BOT_TOKEN": "xoxb-1-bars",
            "SLACK_SIGNING_SECRET": "5ec2e7",
            "CLOSEBOT_KEYS": new_key(),
            "CLOSEBOT_DB": str(tmp_path / f"{len(bots)}.db"),
        }
        bot = build(read_settings(environ))
        monkeypatch.undo()
        bot.identity.update(team_id="T1", user_id="U0", bot_id="B0")
        bot.audience._people.learn("U1", Standing("member"), bot.people.now())
        bots.append(bot)
        return bot

    yield open_bot
    for bot in bots:
        await bot.stop()


async def work_of(bot, count):
    """Return the processor time of some commands, in seconds."""
    body = {"command": "/close", "text": "ping", "user_id": "U1", "team_id": "T1"}
    body |= {"channel_id": "C1", "response_url": "http://127.0.0.1:1/", "trigger_id": "1.1.1"}
    began = time.process_time()
    for _ in range(count):
        await bot.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    await bot.inflight.drain(10)
    return time.process_time() - began


async def test_a_hundred_more_commands_and_buttons_cost_a_command_nothing(open_bot):
    small, large = await open_bot(ping()), await open_bot(ping(), more())
    for bot in (small, large):
        await work_of(bot, 100)
    ratios = []
    for number in range(20):
        order = (large, small) if number % 2 else (small, large)
        used = {id(bot): await work_of(bot, 100) for bot in order}
        ratios.append(used[id(large)] / used[id(small)])
    assert median(ratios) <= 1.15
