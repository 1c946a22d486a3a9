"""A session is written as data, and played again: by command, as a person does it."""

import asyncio
import json
import os
import re
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from closebot.sandbox.demo.child import CannotStart
from closebot.sandbox.demo.clock import Clock
from closebot.sandbox.demo.comparing import Names, compare, shape
from closebot.sandbox.demo.recording import read_recording

PATIENCE = 40
NOON = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)


@asynccontextmanager
async def started(folder, *options):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "closebot", "demo", "--port", "0", "--no-page", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"TMPDIR": str(folder)},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.communicate()


async def finish(process):
    async with asyncio.timeout(PATIENCE):
        said, _ = await process.communicate()
    return process.returncode, said.decode()


class Ana:
    """Ana at the page's own interface."""

    def __init__(self, session, url):
        self.session = session
        self.url = url

    async def look(self, part, **query):
        query = {"as": "ana"} | query
        async with self.session.get(f"{self.url}/sim/{part}", params=query) as answer:
            return await answer.json()

    async def do(self, verb, **body):
        body = {"as": "ana", "channel": "sales"} | body
        async with self.session.post(f"{self.url}/sim/{verb}", json=body) as answer:
            said = await answer.json()
        assert said["ok"], said

    async def until(self, holds, part, **query):
        """Look again after each change, until something holds."""
        events = f"{self.url}/sim/events?as=ana"
        async with asyncio.timeout(PATIENCE), self.session.get(events) as changes:
            async for _ in changes.content:
                if holds(shown := await self.look(part, **query)):
                    return shown
        raise AssertionError("the demo ended")


async def session_of(ana, key):
    """Connect, look a lead up, and move the clock."""
    await ana.do("command", text="/close connect")
    modal = await ana.until(lambda shown: shown, "modal")
    view = modal["view"]
    block = next(one for one in view["blocks"] if one["type"] == "input")
    values = {block["block_id"]: {block["element"]["action_id"]: key}}
    await ana.do("submit", values=values)
    await ana.until(lambda shown: "Connected" in json.dumps(shown), "modal")
    await ana.do("close", all=True)
    await ana.do("command", text="/close lead Acme")
    await ana.until(
        lambda shown: "Next task" in json.dumps(shown), "messages", channel="sales"
    )  # fmt: skip
    await ana.do("clock", seconds=3600)
    await ana.do("command", text="/close lead Acme")
    await ana.until(lambda shown: len(shown) > 1, "messages", channel="sales")


@pytest.fixture
async def recorded(tmp_path):
    path = tmp_path / "session.jsonl"
    async with started(tmp_path, "--record", str(path)) as process:
        said = ""
        async with asyncio.timeout(PATIENCE):
            while "Ctrl-C" not in said:
                said += (await process.stdout.readline()).decode()
        url = re.search(r"(http://\S+)/api/ ", said)[1]
        key = re.search(r"Ana Novak\s+(\S+)", said)[1]
        async with aiohttp.ClientSession() as http:
            await session_of(Ana(http, url), key)
        process.terminate()
        code, rest = await finish(process)
        assert code == 0, rest
        assert re.search(r"First card on screen \d+ s after the start", rest)
    return path


async def test_a_replayed_session_gets_the_same_answers_and_a_changed_one_is_said(
    recorded, tmp_path
):
    async with started(tmp_path, "--replay", str(recorded)) as process:
        code, said = await finish(process)
    assert code == 0, said
    assert "every answer is as recorded" in said
    lines = recorded.read_text().splitlines()
    lines[-1] = lines[-1].replace("Next task", "Last task")
    recorded.write_text("\n".join(lines))
    async with started(tmp_path, "--replay", str(recorded)) as process:
        code, said = await finish(process)
    assert code == 1
    assert "Last task" in said
    assert "Next task" in said


def test_a_file_that_is_no_recording_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "other.jsonl"
    for text in ("", "{}", "nonsense", '["x"]'):
        path.write_text(text)
        with pytest.raises(CannotStart):
            read_recording(path)


# --- comparing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1790000000.000100", "1790000111.000200"),
        ("due at 9:05 AM", "due at 10:31 PM"),
        ("lead_ugK3GC4naQyI7eJicu4UsgIys2LNm", "lead_00K3GC4naQyI7eJicu4UsgIys2LNm"),
        ("2026-03-27T12:00:00+00:00", "2026-03-27T12:00:01.250000+00:00"),
        ("3 minutes ago", "just now"),
        ("V0A1B2C3D4", "V0Z9Y8X7W6"),
    ],
)
def test_ids_times_and_tokens_are_compared_by_shape(one, other):
    assert shape(one) == shape(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$12,500.50", "$12,500.00"),
        ("Acme Corporation", "Acme"),
        ("due Tue 24 Nov", "due Wed 25 Nov"),
        ({"a": 1}, {"a": 2}),
        ([1, 2], [1]),
        ({"text": "x"}, {}),
        (None, "x"),
    ],
)
def test_what_people_read_is_compared_to_the_letter(one, other):
    assert compare(one, other, Names())


def test_names_of_the_recording_become_those_of_now():
    names = Names()
    then = {"id": "V0A1B2C3D4", "values": {"b-1f2e3d4c5b6a": {"x": 1}}}
    now = {"id": "V0Z9Y8X7W6", "values": {"b-6a5b4c3d2e1f": {"x": 1}}}
    assert compare(then, now, names) == []
    assert names.translate({"view_id": "V0A1B2C3D4"}) == {"view_id": "V0Z9Y8X7W6"}
    assert names.translate({"b-1f2e3d4c5b6a": 1}) == {"b-6a5b4c3d2e1f": 1}


# --- the clock -----------------------------------------------------------------------------


def read(path):
    return float(path.read_text())


def test_the_clock_moves_to_nine_tomorrow_where_somebody_is(tmp_path):
    clock = Clock(tmp_path / "clock", lambda: NOON)
    clock.move_to_morning("Europe/Prague")
    assert clock.now() == datetime(2026, 3, 28, 8, 0, tzinfo=UTC)
    clock.move_to_morning("Europe/Prague")  # summer time begins in that night
    assert clock.now() == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
    assert read(tmp_path / "clock") == (clock.now() - NOON).total_seconds()


def test_the_clock_never_goes_back_by_a_move(tmp_path):
    clock = Clock(tmp_path / "clock", lambda: NOON)
    clock.move(60)
    clock.move(-3600)
    assert clock.now() == NOON + timedelta(seconds=60)


def test_the_clock_begins_where_a_recording_began(tmp_path):
    clock = Clock(tmp_path / "clock", lambda: NOON)
    clock.begin_at(NOON - timedelta(days=3))
    assert clock.now() == NOON - timedelta(days=3)
    assert read(tmp_path / "clock") == -3 * 86_400
