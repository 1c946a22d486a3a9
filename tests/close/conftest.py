"""A Close of a few lines: it answers what the test has written down, byte for byte."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field

import pytest

from closebot.close import ApiKey, Transport


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def http(status=200, body=b"{}", **headers):
    """Write an answer of HTTP."""
    lines = [f"HTTP/1.1 {status} Said", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def said(data, status=200, **headers):
    """Write an answer in JSON."""
    return http(status, json.dumps(data).encode(), content_type="application/json", **headers)


DROP = b""
CUT = b'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"data": ['
HTML = http(200, b"<html><body>Bad gateway</body></html>", content_type="text/html")
HANG = None


@dataclass
class ScriptedClose:
    """Answers in the order of `answers`; the last one stands for all that follow."""

    answers: deque = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    slept: list[float] = field(default_factory=list)
    clock: float = 1000.0
    address: str = ""
    transport: Transport | None = None

    def script(self, *answers):
        self.answers = deque(answers)

    async def on_connection(self, reader, writer):
        self.connections += 1
        try:
            while await self.answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def answer(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *rest = head.strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = dict(line.lower().split(": ", 1) for line in rest)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        raw = dict(line.split(": ", 1) for line in rest)
        self.asked.append(Asked(method, path, {k.lower(): v for k, v in raw.items()}, body))
        answer = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        if answer is HANG:
            await reader.read()
            return False
        writer.write(answer)
        await writer.drain()
        return answer not in (DROP, CUT)

    async def until(self, happened):
        """Wait until something has happened here."""
        async with asyncio.timeout(5):
            while not happened():  # noqa: ASYNC110 - other code makes it happen
                await asyncio.sleep(0.005)

    async def sleep(self, seconds):
        """Let time pass at once."""
        self.slept.append(seconds)
        self.clock += seconds
        await asyncio.sleep(0)

    def open(self, **options):
        options = {
            "clock": lambda: self.clock,
            "sleep": self.sleep,
            "jitter": lambda: 0.0,
        } | options
        return Transport(self.address, **options)

    async def ask(self, method="GET", path="/lead/", **options):
        return await self.transport.request(method, path, auth=ApiKey("api_key"), **options)


@pytest.fixture
async def scripted():
    close = ScriptedClose()
    server = await asyncio.start_server(close.on_connection, "127.0.0.1", 0)
    close.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v1/"
    close.transport = close.open()
    yield close
    await close.transport.aclose()
    server.close()
    await server.wait_closed()
