"""The demo as processes: what starts, what stops it, and what is left behind."""

import asyncio
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
from urllib import request

import pytest
from click.testing import CliRunner

from closebot.cli import main
from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.demo.child import CannotStart, Child
from closebot.sandbox.demo.running import bot_environment
from closebot.sandbox.slack_api import SlackSandbox
from tests.sandbox.demo_process import PATIENCE, children_of, is_running, started

SERVERS = [("demo",), ("sandbox", "slack"), ("sandbox", "close")]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_stopping_the_demo_leaves_nothing_behind(tmp_path, how):
    async with started(tmp_path, "--port", "0", "--no-page", DEMO_BEGAN="") as demo:
        assert re.search(r"\(started in \d+\.\d s\)", await demo.read_until("Ctrl-C"))
        (bot,) = await children_of(demo.process.pid)
        code, rest = await demo.end(how)
        assert code == 0, rest
        assert "Traceback" not in rest
        assert not await is_running(bot)
        assert list(tmp_path.iterdir()) == []


async def test_the_demo_says_so_when_the_bot_dies(tmp_path):
    async with started(tmp_path, "--port", "0", "--no-page") as demo:
        await demo.read_until("Ctrl-C")
        (bot,) = await children_of(demo.process.pid)
        os.kill(bot, signal.SIGKILL)
        code, rest = await demo.wait()
        assert code == 1
        assert "the bot ended" in rest
        assert "Traceback" not in rest
        assert list(tmp_path.iterdir()) == []


async def test_a_demo_that_is_killed_takes_the_bot_and_its_folder_along(tmp_path):
    async with started(tmp_path, "--port", "0", "--no-page") as demo:
        await demo.read_until("Ctrl-C")
        (bot,) = await children_of(demo.process.pid)
        await demo.end(signal.SIGKILL)
        async with asyncio.timeout(PATIENCE):
            while await is_running(bot):
                pass
    assert list(tmp_path.iterdir()) == []


def test_where_the_terminal_is_closed_the_recording_is_still_finished(tmp_path):
    path = tmp_path / "session.jsonl"
    command = (sys.executable, "-m", "closebot", "demo", "--port", "0", "--no-page")
    options = ("--record", str(path))
    with subprocess.Popen((*command, *options), stdout=subprocess.PIPE, text=True) as demo:
        said = "".join(itertools.takewhile(lambda line: "Ctrl-C" not in line, demo.stdout))
        demo.stdout.close()
        say = re.search(r"http://127\.0\.0\.1:\d+/", said)[0] + "sim/say"
        body = json.dumps({"as": "ana", "channel": "sales", "text": "Anybody there?"})
        kind = {"Content-Type": "application/json"}
        try:
            request.urlopen(request.Request(say, body.encode(), kind)).close()
        finally:
            demo.send_signal(signal.SIGHUP)
        assert demo.wait(PATIENCE) == 0
    assert json.loads(path.read_text().splitlines()[-1])["verb"] == ""


async def test_a_bot_that_does_not_stop_keeps_nobody_waiting(tmp_path):
    async with started(tmp_path, "--port", "0", "--no-page") as demo:
        await demo.read_until("Ctrl-C")
        (bot,) = await children_of(demo.process.pid)
        os.kill(bot, signal.SIGSTOP)
        async with asyncio.timeout(10):
            code, rest = await demo.end(signal.SIGINT)
        assert code == 0, rest
        assert not await is_running(bot)


@pytest.mark.parametrize("loading", ["click", "closebot.sandbox"])
async def test_ctrl_c_while_python_still_loads_just_ends_it(tmp_path, loading):
    async with started(tmp_path, "--port", "0", PYTHONPROFILEIMPORTTIME="1") as demo:
        await demo.read_until(f" {loading}\n")
        code, rest = await demo.end(signal.SIGINT)
    assert "Traceback" not in rest
    assert code in {0, -signal.SIGINT}


async def test_a_proxy_for_the_world_outside_is_not_asked_for_loopback(tmp_path):
    nobody = "http://127.0.0.1:9"
    proxies = {"HTTPS_PROXY": nobody, "http_proxy": nobody}
    async with started(tmp_path, "--port", "0", "--no-page", **proxies) as demo:
        await demo.read_until("Ctrl-C")


async def test_where_proxies_are_named_the_bot_is_told_of_the_exception_alone(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    async with CloseSandbox() as close, SlackSandbox() as slack:
        told = bot_environment(os.environ, slack, close, tmp_path)
    named = {name: value for name, value in told.items() if name.lower().endswith("_proxy")}
    assert named == {"NO_PROXY": "127.0.0.1"}


async def test_a_bot_that_says_very_much_in_one_line_is_still_read():
    says = "import sys; print('x' * 1_000_000, 'Farewell', sep='\\n', file=sys.stderr); sys.exit(3)"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", says), stderr=asyncio.subprocess.PIPE
    )
    child = Child(process)
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(CannotStart, match=r"ended with code 3.*\n  x+\n  Farewell") as said:
            await child.wait_for(asyncio.Event().wait(), asyncio.Event())
        await child.stop()
    assert len(str(said.value)) < 5000


@pytest.mark.parametrize("command", SERVERS, ids=" ".join)
@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_cannot_be_is_refused(command, port):
    done = CliRunner().invoke(main, [*command, "--port", str(port)])
    assert done.exit_code == 2
    assert f"{port} is not in the range 0<=x<=65535" in done.output


@pytest.mark.parametrize("command", SERVERS, ids=" ".join)
def test_a_taken_port_is_one_sentence(command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(main, [*command, "--port", str(port)])
    assert done.exit_code == 1
    assert len(done.output.strip().splitlines()) == 1
    assert f"Port {port} cannot be used" in done.output
