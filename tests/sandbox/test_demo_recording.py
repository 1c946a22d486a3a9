"""A session is written as data, and played again: by command, as a person does it."""

import asyncio
import json
import os
import re
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from closebot.sandbox.demo.clock import Clock
from closebot.sandbox.demo.reading import NoRecording, read_recording

PATIENCE = 40
NOON = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)
SESSION = Path(__file__).parents[2] / "docs" / "pictures" / "session.jsonl"


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


async def play(folder, path):
    async with started(folder, "--replay", str(path)) as process:
        return await finish(process)


class Ana:
    """Ana at the page's own interface."""

    def __init__(self, session, url):
        self.session = session
        self.url = url

    async def look(self, part, **query):
        query = {"as": "ana"} | query
        async with self.session.get(f"{self.url}/sim/{part}", params=query) as answer:
            return await answer.json()

    async def asks(self, verb, **body):
        body = {"as": "ana", "channel": "sales"} | body
        async with self.session.post(f"{self.url}/sim/{verb}", json=body) as answer:
            return (await answer.json())["ok"]

    async def do(self, verb, **body):
        assert await self.asks(verb, **body)

    async def until(self, holds, part, **query):
        """Look again after each change, until something holds."""
        events = f"{self.url}/sim/events?as=ana"
        async with asyncio.timeout(PATIENCE), self.session.get(events) as changes:
            async for _ in changes.content:
                if holds(shown := await self.look(part, **query)):
                    return shown
        raise AssertionError("the demo ended")


async def session_of(ana, key):
    """Connect, typing the key letter by letter; look a lead up, and move the clock."""
    await ana.do("command", text="/close connect")
    modal = await ana.until(lambda shown: shown, "modal")
    view = modal["view"]
    block = next(one for one in view["blocks"] if one["type"] == "input")
    field = {"block_id": block["block_id"], "action_id": block["element"]["action_id"]}
    for length in range(1, len(key) + 1):
        await ana.do("fill", view_id=view["id"], value=key[:length], **field)
    values = {block["block_id"]: {block["element"]["action_id"]: key}}
    await ana.do("submit", values=values)
    await ana.until(lambda shown: "Connected" in json.dumps(shown), "modal")
    await ana.do("close", all=True)
    await ana.do("command", text="/close lead Acme")
    await ana.until(
        lambda shown: "Next task" in json.dumps(shown), "messages", channel="sales"
    )  # fmt: skip
    assert not await ana.asks("action", ts="1.0", block_id="x", action_id="y")
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
                line = (await process.stdout.readline()).decode()
                assert line, f"the demo ended; it said:\n{said}"
                said += line
        url = re.search(r"(http://\S+)/api/ ", said)[1]
        key = re.search(r"Ana Novak\s+(\S+)", said)[1]
        async with aiohttp.ClientSession() as http:
            await session_of(Ana(http, url), key)
        process.terminate()
        code, rest = await finish(process)
        assert code == 0, rest
        assert re.search(r"First card on screen \d+ s after the start", rest)
    is_kept = key in path.read_text()
    assert not is_kept
    return path


def change_last(step):
    """Let the recording have it that the bot did something else at the end."""
    answer = next(call for call in step["calls"] if call["name"] == "response_url")
    answer["sent"] = json.loads(json.dumps(answer["sent"]).replace("Next task", "Last task"))
    step["calls"].append({"name": "chat.delete", "sent": {"channel": "C0SALES000"}})
    ack = next(call for call in step["calls"] if call["name"].startswith("ack of"))
    step["calls"].remove(ack)


async def test_a_replayed_session_gets_the_same_answers_and_a_changed_one_is_said(
    recorded, tmp_path
):
    code, said = await play(tmp_path, recorded)
    assert code == 0, said
    assert "every answer is as recorded" in said

    lines = recorded.read_text().splitlines()
    verbs = [json.loads(line).get("verb") for line in lines[1:]]
    assert verbs == ["command", "fill", "submit", "close", "command", "", "clock", "command", ""]
    last = json.loads(lines[-1])
    change_last(last)
    recorded.write_text("\n".join([*lines[:-1], json.dumps(last)]))
    code, said = await play(tmp_path, recorded)
    assert code == 1
    step = re.escape("step 8 (ana, /close lead Acme): ")
    assert re.search(step + r"response_url blocks.*Last task.* is now .*Next task", said)
    assert re.search(step + r"chat\.delete: is no longer sent", said)
    assert re.search(step + r"ack of the command /close: is new", said)

    steps = [json.loads(line) for line in lines[1:]]
    older = [{"format": "closebot-demo-1", "began": json.loads(lines[0])["began"]}]
    older += [{key: step[key] for key in ("verb", "body", "seen", "answer")} for step in steps]
    recorded.write_text("\n".join(map(json.dumps, older)))
    code, said = await play(tmp_path, recorded)
    assert code == 0, said
    assert "An older recording" in said


async def test_this_version_answers_the_session_of_the_pictures_as_it_was_recorded(tmp_path):
    code, said = await play(tmp_path, SESSION)
    assert code == 0, f"{said}\nWanted like that? `python docs/take_pictures.py --accept`"


def test_the_session_of_the_pictures_has_a_step_for_each_and_no_key():
    pytest.importorskip("playwright")
    sys.path.insert(0, str(SESSION.parents[1]))
    try:
        from take_pictures import MOMENTS
    finally:
        sys.path.pop(0)
    steps = read_recording(SESSION).steps
    assert [one.name for one in MOMENTS if not any(map(one.is_after, steps))] == []
    assert {f"{one.name}.png" for one in MOMENTS} == {
        path.name for path in SESSION.parent.glob("*.png")
    }
    assert not re.search(r"api_\w|xox\w-|xapp-", SESSION.read_text())


# --- reading -------------------------------------------------------------------------------

HEAD = {"format": "closebot-demo-2", "began": "2026-03-27T12:00:00+00:00"}
STEP = {
    "verb": "say",
    "body": {"as": "ana", "channel": "sales", "text": "x"},
    "at": "2026-03-27T12:00:05+00:00",
    "seen": {"modal": None, "messages": {}, "count": 0},
    "calls": [],
    "answer": {"ok": True},
}


def lines_of(*values):
    return "\n".join(map(json.dumps, values))


ODD = {
    "empty": ("", "is empty"),
    "nothing": ("\n\n", "is empty"),
    "no JSON": ("nonsense", "is no recording"),
    "another thing": ('["x"]', "is no recording"),
    "no header": (lines_of(STEP), "is no recording"),
    "newer": (lines_of(HEAD | {"format": "closebot-demo-9"}, STEP), "newer version"),
    "no time": (lines_of({"format": HEAD["format"]}, STEP), "when it began"),
    "far off": (lines_of(HEAD | {"began": "9999-12-31T23:59:59+00:00"}, STEP), "when it began"),
    "no steps": (lines_of(HEAD), "holds no steps"),
    "broken off": (lines_of(HEAD, STEP, STEP)[:-20], "line 3 is no step, or breaks off"),
    "a way out": (lines_of(HEAD, STEP | {"verb": "../../x"}), "what was done"),
    "nobody": (lines_of(HEAD, STEP | {"body": []}), "who did it"),
    "no screen": (lines_of(HEAD, STEP | {"seen": {"messages": {"x": {}}}}), "what was seen"),
    "no calls": (lines_of(HEAD, STEP | {"calls": [1]}), "what the bot sent"),
    "deep": (lines_of(HEAD) + "\n" + "[" * 100_000, "is no step"),
    "deep but whole": (lines_of(HEAD) + "\n" + "[" * 500 + "]" * 500, "is no step"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_file_that_is_no_recording_is_refused_in_one_sentence(tmp_path, name):
    text, words = ODD[name]
    path = tmp_path / "other.jsonl"
    path.write_text(text)
    with pytest.raises(NoRecording) as refused:
        read_recording(path)
    assert words in refused.value.message
    assert len(refused.value.message.splitlines()) == 1


def test_what_is_no_text_or_no_file_is_refused(tmp_path):
    path = tmp_path / "other.jsonl"
    path.write_bytes(b"\x89PNG\xff")
    with pytest.raises(NoRecording, match="is no recording"):
        read_recording(path)
    with pytest.raises(NoRecording, match="is no file"):
        read_recording(Path("/dev/zero"))


async def test_the_command_says_that_sentence_and_ends_with_code_2(tmp_path):
    path = tmp_path / "other.jsonl"
    path.write_text(ODD["broken off"][0])
    code, said = await play(tmp_path, path)
    assert code == 2
    assert said.startswith("Error: ")
    assert len(said.splitlines()) == 1


# --- the clock -----------------------------------------------------------------------------


def read(path):
    return float(path.read_text())


def test_the_clock_moves_to_the_next_nine_of_a_working_day_where_somebody_is(tmp_path):
    clock = Clock(tmp_path / "clock", lambda: NOON)
    clock.move_to_morning("Europe/Prague")  # from a Friday; summer time begins on that Sunday
    assert clock.now() == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
    clock.move_to_morning("Europe/Prague")
    assert clock.now() == datetime(2026, 3, 31, 7, 0, tzinfo=UTC)
    assert read(tmp_path / "clock") == (clock.now() - NOON).total_seconds()


def test_before_nine_the_clock_moves_to_nine_of_the_same_day(tmp_path):
    clock = Clock(tmp_path / "clock", lambda: NOON)
    clock.move_to_morning("America/Los_Angeles")  # where it is five in the morning
    assert clock.now() == datetime(2026, 3, 27, 16, 0, tzinfo=UTC)


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
