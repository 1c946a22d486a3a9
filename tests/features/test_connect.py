import sqlite3

import pytest

from closebot.store import Owner
from tests.workspace import open_workspace


async def test_the_main_job_end_to_end(either_workspace):
    workspace = either_workspace
    ana = workspace.person("ana")
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Connect your Close account first", "/close lead Globex")
    await ana.click("Connect")
    await workspace.slack.until(lambda: ana.modal)
    await ana.fill("Close API key", workspace.close.keys["ana"])
    await ana.submit()
    await workspace.slack.until(lambda: "Ana Novak" in " ".join(ana.modal.texts))
    await workspace.read(ana, "Globex", "Contacts")
    assert workspace.slack.violations == []


async def test_a_wrong_key_is_a_field_error_and_nothing_is_stored(workspace):
    ana = workspace.person("ana")
    await ana.command("/close connect")
    await workspace.slack.until(lambda: ana.modal)
    await ana.fill("Close API key", "api_wrong.key")
    await ana.submit()
    assert "refused this key" in ana.modal.errors["Close API key"]
    owner = Owner(workspace.slack.team_id, ana.id)
    assert await workspace.bot.store.connection(owner) is None


async def test_a_key_that_is_none_never_reaches_close(workspace):
    ana = workspace.person("ana")
    await ana.command("/close connect")
    await workspace.slack.until(lambda: ana.modal)
    workspace.close.requests.clear()
    await ana.fill("Close API key", "my key is secret")
    await ana.submit()
    assert "without blanks" in ana.modal.errors["Close API key"]
    assert len(workspace.close.requests) == 0


async def test_a_slow_close_keeps_the_form_waiting_and_then_answers(tmp_path):
    async with open_workspace(tmp_path, "socket", grace=0.01) as workspace:
        ana = workspace.person("ana")
        await ana.command("/close connect")
        await workspace.slack.until(lambda: ana.modal)
        await ana.fill("Close API key", workspace.close.keys["ana"])
        await ana.submit()
        await workspace.slack.until(lambda: "Ana Novak" in " ".join(ana.modal.texts))
        assert workspace.slack.violations == []


async def test_me_says_who_i_am(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close me")
    await workspace.read(
        ana, "Ana Novak", "ana@northwind.example", "Northwind Sales", "Europe/Prague"
    )


async def test_everybody_is_themselves(workspace):
    await workspace.connected("ana")
    ben = await workspace.connected("ben")
    await ben.command("/close me")
    answer = await workspace.read(ben, "Ben Carter")
    assert "Ana" not in answer.text


async def test_disconnecting_forgets_the_key(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close disconnect")
    await workspace.read(ana, "Disconnected", "/close connect")
    await ana.command("/close me")
    await workspace.read(ana, "Connect your Close account first")


async def test_disconnecting_twice_is_no_fault(workspace):
    ana = workspace.person("ana")
    await ana.command("/close disconnect")
    await workspace.read(ana, "not connected")


async def test_a_key_that_close_no_longer_accepts_asks_to_connect_again(workspace):
    ana = await workspace.connected("ana")
    workspace.close.keys.clear()
    workspace.close.revoke_all_keys()
    await ana.command("/close lead Globex")
    answer = await workspace.read(ana, "no longer accepts your key")
    assert "Connect" in answer.buttons


async def test_help_works_before_connecting(workspace):
    ana = workspace.person("ana")
    for text in ("/close", "/close help"):
        await ana.command(text)
        await workspace.read(
            ana, "/close lead <name", "/close connect", "/close me", "/close disconnect"
        )


async def test_a_restart_remembers_connections_and_what_was_typed(tmp_path):
    async with open_workspace(tmp_path, "socket") as workspace:
        from closebot.app import build
        from closebot.settings import read_settings

        ana = workspace.person("ana")
        await ana.command("/close lead Globex")
        await workspace.read(ana, "Connect your Close account first")
        await workspace.bot.stop()
        workspace.bot = build(read_settings(workspace.environ))
        await workspace.bot.start()
        await ana.click("Connect")
        await workspace.slack.until(lambda: ana.modal)
        await ana.fill("Close API key", workspace.close.keys["ana"])
        await ana.submit()
        await workspace.read(ana, "Globex", "Contacts")
        await workspace.bot.stop()
        workspace.bot = build(read_settings(workspace.environ))
        await workspace.bot.start()
        await ana.command("/close me")
        await workspace.read(ana, "Ana Novak")


async def test_everything_typed_before_connecting_runs_after_it(workspace):
    ana = workspace.person("ana")
    await ana.command("/close lead Globex", channel="general")
    await workspace.read(ana, "Connect your Close account first", channel="general")
    await ana.command("/close me")
    await workspace.read(ana, "Connect your Close account first")
    await ana.click("Connect")
    await workspace.slack.until(lambda: ana.modal)
    await ana.fill("Close API key", workspace.close.keys["ana"])
    await ana.submit()
    await workspace.read(ana, "Globex Industries", channel="general")
    await workspace.read(ana, "ana@northwind.example")


async def test_a_form_closed_while_the_key_is_checked_ends_in_a_private_message(tmp_path):
    async with open_workspace(tmp_path, "socket", grace=0.01) as workspace:
        ana = workspace.person("ana")
        await ana.command("/close connect")
        await workspace.slack.until(lambda: ana.modal)
        await ana.fill("Close API key", workspace.close.keys["ana"])
        workspace.close.faults.add(method="GET", path="/me/", slow=0.5)
        await ana.submit()
        await ana.close_modal()
        await workspace.read(ana, "Connected as", "Ana Novak", channel="dm")


async def test_a_database_that_cannot_be_written_still_lets_people_know(workspace):
    ana = workspace.person("ana")
    workspace.bot.store._db.execute("PRAGMA query_only = ON")
    await ana.command("/close lead Globex")
    prompt = await workspace.read(ana, "Connect your Close account first")
    assert "runs by itself" not in prompt.text
    await ana.click("Connect")
    await workspace.slack.until(lambda: ana.modal)
    await ana.fill("Close API key", workspace.close.keys["ana"])
    await ana.submit()
    assert "own database" in ana.modal.errors["Close API key"]


async def test_a_database_that_another_process_holds_delays_nobody_else(workspace):
    ana = await workspace.connected("ana")
    ben = workspace.person("ben")
    other = sqlite3.connect(workspace.environ["CLOSEBOT_DB"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await ben.command("/close me")
    await ana.command("/close me")
    await workspace.read(ana, "ana@northwind.example")
    other.execute("ROLLBACK")
    other.close()
    await workspace.read(ben, "Connect your Close account first", "/close me")
    assert workspace.slack.violations == []


async def test_disconnect_with_words_disconnects_nobody(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close disconnect Inc")
    await workspace.read(ana, "Nothing was disconnected")
    await ana.command("/close me")
    await workspace.read(ana, "Ana Novak")


@pytest.mark.parametrize("key", ["\n", " a b ", "k" * 5000, "ключ-от-дома", "api_\u202e12345"])
async def test_what_is_no_key_is_a_field_error(workspace, key):
    ana = workspace.person("ana")
    await ana.command("/close connect")
    await workspace.slack.until(lambda: ana.modal)
    await ana.fill("Close API key", key)
    await ana.submit()
    assert ana.modal.errors["Close API key"]
    assert len(workspace.close.requests) == 0


async def test_a_form_that_was_typed_before_connecting_is_offered_behind_a_button(workspace):
    ana = workspace.person("ana")
    await ana.command("/close call Globex")
    await workspace.read(ana, "Connect your Close account first")
    await ana.click("Connect")
    await workspace.slack.until(lambda: ana.modal)
    await ana.fill("Close API key", workspace.close.keys["ana"])
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal and "Connected" in ana.modal.title)
    await ana.close_modal()
    await workspace.read(ana, "Press the button to open the form of /close call Globex")
    await ana.click("Open the form")
    await workspace.slack.until(lambda: ana.modal and "Direction" in ana.modal.labels)
    assert ana.modal.values["Lead"] == "Globex Industries"
