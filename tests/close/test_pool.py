"""What the pool says of a request that failed: whether Close can have got it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import httpx  # noqa: TID251 - the pool speaks its language
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver

from closebot.close.transport.pool import LARGEST, Pool

SOON = {"pool": 0.2, "connect": 0.2}


class DeafResolver(AbstractResolver):
    """Answers for no name, ever."""

    async def resolve(self, host, port=0, family=0):
        await asyncio.Event().wait()

    async def close(self):
        pass


@asynccontextmanager
async def pool_of(**options) -> AsyncIterator[Pool]:
    pool = Pool(lambda: aiohttp.ClientSession(connector=aiohttp.TCPConnector(**options)))
    try:
        yield pool
    finally:
        await pool.aclose()


def address_of(client, query=""):
    return f"{client.session._base_url}{query}"


def write_to(url):
    return httpx.Request("POST", url, content=b"{}", extensions={"timeout": SOON})


async def test_a_name_that_nobody_answers_for_sends_nothing():
    async with pool_of(resolver=DeafResolver()) as pool:
        with pytest.raises(httpx.ConnectError):
            await pool.handle_async_request(write_to("http://close.example/api/v1/lead/"))


async def test_a_request_that_found_no_free_connection_was_not_sent(aiohttp_serve):
    asked, arrived, held = [], asyncio.Event(), asyncio.Event()

    async def hold(request):
        asked.append(await request.read())
        arrived.set()
        await held.wait()
        return web.Response(text="{}")

    app = web.Application()
    app.router.add_post("/", hold)
    client = await aiohttp_serve(app)
    async with pool_of(limit=1) as pool:
        first = asyncio.create_task(pool.handle_async_request(write_to(address_of(client))))
        await arrived.wait()
        try:
            with pytest.raises(httpx.ConnectError):
                await pool.handle_async_request(write_to(address_of(client)))
        finally:
            held.set()
        assert (await first).status_code == 200
    assert len(asked) == 1


async def test_a_proxy_that_refuses_passed_nothing_on():
    async def refuse(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    proxy = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    pool = Pool(lambda: aiohttp.ClientSession(proxy=proxy))
    try:
        with pytest.raises(httpx.ConnectError):
            await pool.handle_async_request(write_to("https://api.close.example/api/v1/lead/"))
    finally:
        await pool.aclose()
        server.close()


async def test_an_answer_is_unpacked_and_one_that_is_too_large_is_not_read(aiohttp_serve):
    async def answer(request):
        size = int(request.query["size"])
        packed = web.Response(text=json.dumps({"text": "x" * size}))
        packed.enable_compression(web.ContentCoding.gzip)
        return packed

    app = web.Application()
    app.router.add_post("/", answer)
    client = await aiohttp_serve(app)
    async with pool_of() as pool:
        got = await pool.handle_async_request(write_to(address_of(client, "?size=100000")))
        assert len(got.json()["text"]) == 100_000
        with pytest.raises(httpx.ReadError):
            await pool.handle_async_request(write_to(address_of(client, f"?size={LARGEST}")))
