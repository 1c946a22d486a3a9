"""The end of a connection: taken back at Close, disconnected, deactivated, uninstalled."""

import sqlite3

import pytest

from closebot.store import Owner
from tests.offering import open_offering
from tests.store.test_keys import everything_in


@pytest.fixture
async def offering(tmp_path):
    async with open_offering(tmp_path) as opened:
        yield opened


def sealed_of(path, user):
    """Return every sealed text that is kept of somebody."""
    db = sqlite3.connect(path)
    try:
        return [
            sealed.encode()
            for table in ("connections", "keepsakes", "typed_commands", "oauth_states")
            for (sealed,) in db.execute(f"SELECT sealed FROM {table} WHERE user = ?", (user,))
        ]
    finally:
        db.close()


def left_in(path, sealed):
    return [one for one in sealed if one in everything_in(path)]


# --- a grant that Close has ended ---------------------------------------------------------------


async def test_a_grant_that_was_taken_back_asks_once_and_what_was_typed_runs(offering):
    ana = await offering.by_oauth("ana")
    offering.close.tokens.clear()
    await ana.command("/close lead Globex")
    asked = await offering.read(ana, "ended closebot's access", "/close lead Globex")
    assert asked.ephemeral
    assert asked.buttons == ["Connect"]
    tried = offering.tokens.asked.count("/oauth2/token/")
    await ana.command("/close me")
    again = await offering.read(ana, "Connect your Close account first", "/close me")
    assert "ended" not in again.text
    assert offering.tokens.asked.count("/oauth2/token/") == tried
    await offering.agree(await offering.open_form(ana))
    for said in ("Globex Industries", "ana@northwind.example"):  # side by side, in either order
        await offering.slack.until(
            lambda said=said: any(said in one.text for one in ana.messages())
        )
    assert offering.slack.violations == []


# --- disconnecting ------------------------------------------------------------------------------


async def test_disconnecting_takes_the_grant_back_at_close(offering):
    ana = await offering.by_oauth("ana")
    await ana.command("/close disconnect")
    await offering.read(ana, "Disconnected", "taken back at Close", "/close connect")
    assert offering.close.tokens.refresh == {}
    assert offering.close.tokens.access == {}
    assert await offering.connection(ana) is None


async def test_disconnecting_deletes_also_when_close_does_not_answer(offering, tmp_path):
    ana = await offering.by_oauth("ana")
    offering.tokens.down = True
    sealed = sealed_of(offering.environ["CLOSEBOT_DB"], ana.id)
    await ana.command("/close disconnect")
    await offering.read(ana, "your access is deleted here", "Close did not confirm")
    assert left_in(offering.bot.store.path, sealed) == []


async def test_disconnecting_a_key_asks_close_nothing(offering):
    ana = await offering.connected("ana")
    await ana.command("/close disconnect")
    await offering.read(ana, "your key is deleted here")
    assert offering.tokens.asked == []


async def test_disconnecting_twice_is_no_fault(offering):
    ana = await offering.by_oauth("ana")
    await ana.command("/close disconnect")
    await offering.read(ana, "Disconnected")
    await ana.command("/close disconnect")
    await offering.read(ana, "not connected")


# --- ends that nobody types ---------------------------------------------------------------------


@pytest.fixture
async def both(offering):
    """Ana by OAuth and Ben by key, each with something kept of them."""
    ana, ben = await offering.by_oauth("ana"), await offering.connected("ben")
    for person in (ana, ben):
        await person.command("/close lead Globex")
        await offering.read(person, "Globex", "Contacts")
    return offering, ana, ben


def rows_of(store, workspace):
    tables = [
        name
        for (name,) in store._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if "workspace" in [column[1] for column in store._db.execute(f"PRAGMA table_info({name})")]
    ]
    return {
        table: count
        for table in tables
        for (count,) in store._db.execute(
            f"SELECT count(*) FROM {table} WHERE workspace = ?", (workspace,)
        )
        if count
    }


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U0CLOSEBOT"]}}],
)
@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_workspace_that_leaves_is_deleted_at_once(tmp_path, mode, event):
    async with open_offering(tmp_path, mode) as offering:
        ana, ben = await offering.by_oauth("ana"), await offering.connected("ben")
        await ana.command("/close lead Globex")
        await offering.read(ana, "Globex", "Contacts")
        store, path = offering.bot.store, offering.bot.store.path
        await store.channels.link(offering.owner(ana), "C1", "lead_1", offering.clock())
        elsewhere = Owner("T0ANOTHER", "U1")
        await store.keepsakes.change(elsewhere, "draft", lambda _: "kept", offering.clock())
        sealed = [*sealed_of(path, ana.id), *sealed_of(path, ben.id)]
        assert len(sealed) >= 3
        await offering.event(event)
        await offering.slack.until(lambda: not offering.close.tokens.refresh)
        assert rows_of(store, offering.slack.team_id) == {}
        assert left_in(path, sealed) == []
        assert await store.keepsakes.read(elsewhere, "draft") == "kept"
        assert offering.slack.violations == []


async def test_a_workspace_that_comes_back_begins_anew(both):
    offering, ana, _ = both
    await offering.event({"type": "app_uninstalled"})
    await offering.slack.until(lambda: not offering.close.tokens.refresh)
    await ana.command("/close me")
    await offering.read(ana, "Connect your Close account first")


@pytest.mark.parametrize(
    "event",
    [
        {"type": "tokens_revoked", "tokens": {"oauth": ["U0ANA00000"]}},
        {"type": "tokens_revoked", "tokens": {"oauth": ["U0ANA00000"], "bot": []}},
        {"type": "tokens_revoked"},
        {"type": "tokens_revoked", "tokens": "all"},
        {"type": "user_change", "user": {"id": "U0ANA00000", "deleted": False}},
        {"type": "user_change", "user": {"id": "U0ANA00000"}},
        {"type": "user_change", "user": {"id": "U0NOBODY00", "deleted": True}},
        {"type": "user_change", "user": {"deleted": True}},
        {"type": "user_change", "user": "U0ANA00000"},
        {"type": "user_change"},
    ],
)
async def test_what_is_no_end_deletes_nothing(both, event):
    offering, ana, ben = both
    await offering.event(event)
    await offering.bot.inflight.drain(2)
    assert await offering.connection(ana)
    assert await offering.connection(ben)


async def test_a_deactivated_person_is_forgotten_and_their_grant_given_back(both):
    offering, ana, ben = both
    path = offering.bot.store.path
    sealed = sealed_of(path, ana.id)
    await offering.event({"type": "user_change", "user": {"id": ana.id, "deleted": True}})
    await offering.slack.until(lambda: not offering.close.tokens.refresh)
    assert await offering.connection(ana) is None
    assert await offering.connection(ben)
    assert left_in(path, sealed) == []


async def test_a_link_of_somebody_who_has_left_is_unknown(offering):
    ana = offering.person("ana")
    address = await offering.open_form(ana)
    await offering.event({"type": "user_change", "user": {"id": ana.id, "deleted": True}})
    await offering.bot.inflight.drain(2)
    back = await offering.agree(address)
    assert (back.status, "not known" in back.text) == (400, True)
    assert offering.close.tokens.refresh == {}
