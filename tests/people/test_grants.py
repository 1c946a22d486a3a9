"""Tokens are renewed ahead of their end, once, by whichever process is first."""

import asyncio
from datetime import timedelta

import pytest

from closebot.close import Unavailable
from closebot.people import GrantEnded, NotConnected
from closebot.people.grants import LEASE, Tokens
from closebot.store import StoreError
from tests.offering import CLIENT, SECRET, open_offering
from tests.store.test_two_processes import run_together


@pytest.fixture
async def offering(tmp_path):
    async with open_offering(tmp_path) as opened:
        yield opened


@pytest.fixture
async def ana(offering):
    return await offering.by_oauth("ana")


@pytest.fixture
async def other_bot(offering, ana):
    """Another process's bot on the same database."""
    bot = await offering.start_bot(PORT="0")
    yield bot
    await bot.stop()


async def person_of(offering, ana, bot=None):
    return await (bot or offering.bot).people.find(offering.owner(ana))


async def tokens_of(offering, ana):
    return Tokens.read((await offering.connection(ana)).secret)


async def test_a_token_is_used_until_two_minutes_before_its_end(offering, ana):
    offering.clock.move(minutes=57)
    await (await person_of(offering, ana)).close.me.get()
    assert offering.tokens.issued == 1
    offering.clock.move(minutes=2)
    await (await person_of(offering, ana)).close.me.get()
    assert offering.tokens.issued == 2
    await (await person_of(offering, ana)).close.me.get()
    assert offering.tokens.issued == 2


async def test_a_token_of_a_minute_is_used_for_most_of_it(offering):
    offering.close.tokens.expires_in = 60
    ana = await offering.by_oauth("ana")
    offering.clock.move(seconds=40)
    await (await person_of(offering, ana)).close.me.get()
    assert offering.tokens.issued == 1
    offering.clock.move(seconds=15)
    await (await person_of(offering, ana)).close.me.get()
    assert offering.tokens.issued == 2


async def test_ten_requests_at_once_renew_once(offering, ana):
    offering.clock.move(hours=2)
    people = [await person_of(offering, ana) for _ in range(10)]
    await asyncio.gather(*(one.close.me.get() for one in people))
    assert offering.tokens.asked.count("/oauth2/token/") == 2


@pytest.mark.parametrize("expires_in", [3600, 1])
async def test_two_processes_renew_once(offering, ana, other_bot, expires_in):
    offering.close.tokens.expires_in = expires_in
    offering.clock.move(hours=2)
    people = [
        await person_of(offering, ana, bot) for bot in (offering.bot, other_bot) for _ in range(5)
    ]
    await asyncio.gather(*(one.close.me.get() for one in people))
    assert offering.tokens.asked.count("/oauth2/token/") == 2


RENEWS = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from closebot.close import OAuth, Transport
from closebot.people import Grants, People
from closebot.store import Owner, Store, Vault

async def main(path, key, said):
    address, client, secret, workspace, user, _ = said.split("|")
    now = lambda: datetime.now(UTC) + timedelta(hours=2)
    store, transport = Store.open(path, Vault([key])), Transport(address)
    oauth = OAuth(client, secret, transport=transport, now=now)
    people = People(store, transport, Grants(store, oauth, "", now), now)
    person = await people.find(Owner(workspace, user))
    print("ready", flush=True)
    sys.stdin.readline()
    print((await person.close.me.get()).name)
    await transport.aclose()
    store.close()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_real_processes_renew_once(offering, ana):
    offering.clock.move(hours=2)
    owner, environ = offering.owner(ana), offering.environ
    said = "|".join([environ["CLOSE_API_URL"], CLIENT, SECRET, owner.workspace, owner.user])
    names = [f"{said}|{number}" for number in range(3)]
    path, key = environ["CLOSEBOT_DB"], environ["CLOSEBOT_KEYS"]
    answers = await asyncio.to_thread(run_together, RENEWS, path, key, names)
    assert answers == [["Ana Novak"]] * 3
    assert offering.tokens.asked.count("/oauth2/token/") == 2
    assert len(offering.close.tokens.refresh) == 1


async def test_what_another_process_has_renewed_is_read_from_the_store(offering, ana, other_bot):
    person = await person_of(offering, ana)
    offering.clock.move(hours=2)
    await (await person_of(offering, ana, other_bot)).close.me.get()
    await person.close.me.get()
    assert offering.tokens.issued == 2


async def test_a_holder_that_is_gone_is_not_waited_for_longer_than_its_lease(
    offering, ana, other_bot
):
    offering.clock.move(hours=2)
    await other_bot.store.renewals.claim(offering.owner(ana), offering.clock(), LEASE)
    offering.clock.move(seconds=LEASE / timedelta(seconds=1) + 1)
    await (await person_of(offering, ana)).close.me.get()
    assert offering.tokens.issued == 2


async def test_the_new_token_is_stored_before_it_is_used(offering, ana):
    offering.clock.move(hours=2)
    person = await person_of(offering, ana)
    offering.bot.store._db.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError):
        await person.close.me.get()
    offering.bot.store._db.execute("PRAGMA query_only = OFF")
    assert offering.tokens.issued == 1  # the lease could not be had


async def test_a_token_that_could_not_be_stored_waits_and_is_not_lost(offering, ana):
    offering.clock.move(hours=2)
    store = offering.bot.store
    store._db.execute(
        "CREATE TEMP TRIGGER full BEFORE UPDATE ON main.connections"
        " BEGIN SELECT raise(FAIL, 'no room'); END"
    )
    await offering.bot.inflight.drain(5)  # Home is drawn after connecting
    offering.close.requests.clear()
    with pytest.raises(StoreError):
        await (await person_of(offering, ana)).close.me.get()
    assert len(offering.close.requests) == 0
    store._db.execute("DROP TRIGGER full")
    await (await person_of(offering, ana)).close.me.get()
    assert offering.tokens.issued == 2


async def test_whoever_stops_waiting_loses_no_token(offering, ana):
    offering.clock.move(hours=2)
    person = await person_of(offering, ana)
    asked = asyncio.create_task(person.close.me.get())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asked.cancel()
    await offering.bot.people.grants.finish()
    assert offering.tokens.issued == 2
    assert (await tokens_of(offering, ana)).access in offering.close.tokens.access


async def test_a_token_endpoint_in_trouble_is_not_felt_before_the_token_ends(offering, ana):
    offering.clock.move(minutes=59)
    offering.tokens.down = True
    await (await person_of(offering, ana)).close.me.get()
    offering.clock.move(minutes=2)
    with pytest.raises(Unavailable):
        await (await person_of(offering, ana)).close.me.get()
    offering.tokens.down = False
    await (await person_of(offering, ana)).close.me.get()


async def test_a_token_that_close_refuses_before_its_end_is_renewed(offering, ana):
    offering.close.tokens.access.clear()
    assert (await (await person_of(offering, ana)).close.me.get()).name == "Ana Novak"
    assert offering.tokens.issued == 2


async def test_a_client_that_close_does_not_accept_ends_no_grant(offering, ana):
    offering.clock.move(hours=2)
    offering.close.tokens.clients[CLIENT] = "another secret"
    with pytest.raises(Unavailable):
        await (await person_of(offering, ana)).close.me.get()
    offering.close.tokens.clients[CLIENT] = SECRET
    await (await person_of(offering, ana)).close.me.get()


async def test_a_refused_refresh_token_is_tried_once(offering, ana, other_bot):
    offering.close.tokens.clear()
    for bot in (offering.bot, other_bot):
        person = await person_of(offering, ana) if bot is offering.bot else None
        if person:
            with pytest.raises(GrantEnded):
                await person.close.me.get()
        with pytest.raises(NotConnected):
            await person_of(offering, ana, bot)
    assert offering.tokens.asked.count("/oauth2/token/") == 2


async def test_a_grant_that_is_left_while_it_is_renewed_is_given_back(offering, ana):
    offering.clock.move(hours=2)
    person = await person_of(offering, ana)
    issue = offering.close.tokens.issue

    def leave(user_id):
        offering.bot.store._db.execute("DELETE FROM connections")
        return issue(user_id)

    offering.close.tokens.issue = leave
    with pytest.raises(GrantEnded):
        await person.close.me.get()
    assert offering.close.tokens.refresh == {}


def test_no_token_stands_in_a_repr():
    from tests.store.samples import NOON

    assert "a-token" not in repr(Tokens("a-token", "a-token", NOON, NOON))
