"""HTTP/1.1 as thin as it can be, so that the load costs little beside what is measured."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

# Answers a request by its head and body: the seconds to wait, and the body of a 200.
Answer = Callable[[bytes, bytes], "tuple[float, bytes] | asyncio.Future[bytes]"]


class Reader(asyncio.Protocol):
    """Cuts what arrives into messages: the head, and a body of a length that is told."""

    def __init__(self) -> None:
        self.waiting = bytearray()
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while (end := self.waiting.find(b"\r\n\r\n")) >= 0:
            head = bytes(self.waiting[:end])
            low = head.lower()
            if b"\r\ntransfer-encoding: chunked" in low:
                read = read_chunks(self.waiting, end + 4)
                if read is None:
                    return
                body, over = read
            else:
                at = low.find(b"\r\ncontent-length:")
                length = int(low[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
                over = end + 4 + length
                if len(self.waiting) < over:
                    return
                body = bytes(self.waiting[end + 4 : over])
            del self.waiting[:over]
            self.take(head, body)

    def take(self, head: bytes, body: bytes) -> None:
        raise NotImplementedError


def read_chunks(data: bytearray, at: int) -> tuple[bytes, int] | None:
    body = b""
    while (end := data.find(b"\r\n", at)) >= 0:
        size = int(data[at:end], 16)
        at = end + 2 + size + 2
        if len(data) < at:
            return None
        if size == 0:
            return body, at
        body += data[end + 2 : end + 2 + size]
    return None


class Server(Reader):
    """Answers what is asked on one connection."""

    def __init__(self, answer: Answer, opened: Callable[[], None]) -> None:
        super().__init__()
        self.answer, self.opened = answer, opened

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.opened()

    def take(self, head: bytes, body: bytes) -> None:
        said = self.answer(head, body)
        if isinstance(said, asyncio.Future):
            said.add_done_callback(lambda done: self.write(done.result()))
        elif said[0]:
            asyncio.get_running_loop().call_later(said[0], self.write, said[1])
        else:
            self.write(said[1])

    def write(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self.transport.write(head % len(body) + body)


class Line(Reader):
    """A kept connection to a bot. Returns the status; a bad one is counted by whoever asks."""

    def __init__(self) -> None:
        super().__init__()
        self.done: asyncio.Future[tuple[int, bytes]] | None = None

    async def post(self, head: bytes, body: bytes) -> tuple[int, bytes]:
        self.done = asyncio.get_running_loop().create_future()
        self.transport.write(head + body)
        return await self.done

    def take(self, head: bytes, body: bytes) -> None:
        if self.done and not self.done.done():
            self.done.set_result((int(head[9:12]), body))

    def connection_lost(self, error: Exception | None) -> None:
        if self.done and not self.done.done():
            self.done.set_exception(error or ConnectionResetError("hung up"))


class Lines:
    """Connections to one bot, taken and given back; Slack keeps some open too."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.free: list[Line] = []

    async def post(self, head: bytes, body: bytes) -> tuple[int, bytes]:
        while self.free and self.free[-1].transport.is_closing():
            self.free.pop()
        if self.free:
            line = self.free.pop()
        else:
            loop = asyncio.get_running_loop()
            _, line = await loop.create_connection(Line, "127.0.0.1", self.port)
        try:
            return await line.post(head, body)
        finally:
            self.free.append(line)

    def close(self) -> None:
        for line in self.free:
            line.transport.close()
        self.free.clear()


async def serve(answer: Answer, opened: Callable[[], None], **more: Any) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Server(answer, opened), "127.0.0.1", 0, **more)


def port_of(server: asyncio.Server) -> int:
    return server.sockets[0].getsockname()[1]


def dump(value: Any) -> bytes:
    return json.dumps(value).encode()
