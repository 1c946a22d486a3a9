"""Which Close user a colleague in Slack is, and which lead a form begins with."""

import pytest

from closebot.people import find_colleague, propose_lead
from closebot.slack.readable import find_hints
from closebot.store import Owner


async def person(workspace, key="ana"):
    member = await workspace.connected(key)
    return await workspace.bot.people.find(Owner(workspace.slack.team_id, member.id))


@pytest.mark.parametrize("name", ["Ben Carter", "ben carter", "Ben", "ben.carter", " BENCARTER "])
async def test_a_name_that_one_person_has_is_that_person(workspace, name):
    me = await person(workspace)
    assert await find_colleague(me, "", [name]) == (workspace.close.user_ids["ben"], "Ben Carter")


@pytest.mark.parametrize("name", ["", "Zyzzyva", "e", "Carter Ben"])
async def test_what_nobody_is_called_is_nobody(workspace, name):
    me = await person(workspace)
    assert await find_colleague(me, "", [name]) == ("", "")


async def test_a_name_that_two_people_have_is_nobody(workspace):
    me = await person(workspace)
    for key in ("ben", "mia"):
        user = workspace.close.store.users[workspace.close.user_ids[key]]
        user["first_name"], user["last_name"] = "Sam", key
    assert await find_colleague(me, "", ["Sam"]) == ("", "")


async def test_who_has_connected_is_known_without_asking_close(workspace):
    ben = await person(workspace, "ben")
    me = await person(workspace)
    workspace.close.requests.clear()
    found = await find_colleague(me, ben.connection.owner.user, [])
    assert found == (workspace.close.user_ids["ben"], "Ben Carter")
    assert workspace.close.requests == []


async def test_the_lead_seen_last_in_a_channel_is_proposed(workspace):
    me = await person(workspace)
    lead = (await me.close.leads.search("Globex")).leads[0]
    await me.see_lead(lead, "C1")
    assert (await propose_lead(me, "C1")).lead.id == lead.id
    assert (await propose_lead(me, "C2")).lead is None
    assert (await propose_lead(me, "")).lead is None


async def test_a_close_that_fails_proposes_what_is_known_without_it(workspace):
    me = await person(workspace)
    lead = (await me.close.leads.search("Globex")).leads[0]
    await me.see_lead(lead, "C1")
    workspace.close.faults.add(method="POST", path="/data/search/", status=400, times=9)
    assert (await propose_lead(me, "C1", [find_hints("acme.example")])).lead.id == lead.id
