"""How often Close is asked: exactly what each thing needs, counted by the simulator."""

from datetime import time

import pytest

from closebot.cards.digest_plan import Plan
from closebot.features.digests.sweep import Wanted, find_due
from closebot.store import Owner


@pytest.fixture
async def ana(workspace):
    person = await workspace.connected("ana")
    await person.command("/close lead Globex")  # from here on the set-up is known
    await workspace.read(person, "Globex Industries")
    await settle(workspace)
    return person


async def settle(workspace):
    await workspace.bot.inflight.drain(5)
    workspace.close.requests.clear()


async def asked(workspace):
    await workspace.bot.inflight.drain(5)
    return [f"{one['method']} {one['path']}" for one in workspace.close.requests]


async def test_a_lookup_asks_once(workspace, ana):
    await ana.command("/close lead Acme")
    await workspace.read(ana, "Acme Corporation")
    assert await asked(workspace) == ["POST /data/search/"]


async def test_the_form_for_an_opportunity_asks_nothing_and_submit_asks_once(workspace, ana):
    await ana.shortcut("new_opportunity")
    await workspace.slack.until(lambda: ana.modal and "Value" in ana.modal.labels)
    await ana.close_modal()
    await settle(workspace)
    await ana.shortcut("new_opportunity")  # now its custom fields are known too
    await workspace.slack.until(lambda: ana.modal and "Value" in ana.modal.labels)
    assert await asked(workspace) == []
    await ana.choose("Lead", "Globex Industries")
    await ana.fill("Value", "12.5k")
    await settle(workspace)
    await ana.submit()
    await workspace.read(ana, "$12,500", channel="dm")
    assert await asked(workspace) == ["POST /opportunity/"]


async def test_done_asks_once(workspace, ana):
    await ana.command("/close tasks")
    await workspace.read(ana, "Overdue")
    await settle(workspace)
    await ana.click("Done")
    await workspace.read(ana, "Done by")
    [only] = await asked(workspace)
    assert only.startswith("PUT /task/")


async def test_home_asks_at_most_three_times(workspace, ana):
    await ana.open_home()
    await workspace.slack.until(
        lambda: ana.home and "Open opportunities" in "".join(ana.home.texts)
    )
    assert 1 <= len(await asked(workspace)) <= 3


async def test_home_asks_for_everything_together(workspace, ana):
    workspace.close.faults.add(method="GET", path="*", slow=3, times=9)
    await ana.open_home()
    await workspace.slack.until(  # while nothing is answered yet
        lambda: {one["path"] for one in workspace.close.requests} >= {"/task/", "/opportunity/"},
        timeout=2,
    )
    workspace.close.faults.clear()


async def test_a_pause_in_typing_asks_at_most_once(workspace, ana):
    await ana.command("/close call")
    await workspace.slack.until(lambda: ana.modal and "Lead" in ana.modal.labels)
    await settle(workspace)
    for typed, most in (("umb", 1), ("umb", 0), ("umbr", 1)):
        workspace.close.requests.clear()
        assert await ana.suggest("Lead", typed)
        assert len(workspace.close.requests) <= most


async def test_adding_a_task_in_one_line_asks_twice(workspace, ana):
    await ana.command("/close task call Jane for Acme tomorrow")
    await workspace.read(ana, "call Jane", "tomorrow")
    assert await asked(workspace) == ["POST /data/search/", "POST /task/"]


async def test_a_digest_asks_once_for_each_hundred_due_and_once_for_each_slice(workspace, ana):
    me = await workspace.bot.people.find(Owner(workspace.bot.identity["team_id"], ana.id))
    lead = (await me.close.leads.search("Globex")).leads[0]
    for number in range(240):
        await me.close.tasks.create(lead.id, f"Call {number}", date=me.today)
    plan = Plan(time=time(9), days=(0,), zone=me.zone.key, whose="everyone")
    for rows, slices in ((10_000, 1), (100, 3)):
        await settle(workspace)
        [due] = await find_due(me.close, [Wanted(plan, me.zone)], me.now, rows=rows)
        assert due.total >= 240
        assert len(await asked(workspace)) <= -(-due.total // 100) + slices
