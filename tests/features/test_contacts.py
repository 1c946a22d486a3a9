import pytest

from closebot.cards.contacts import contact_card, contact_list
from closebot.close import Contact, ContactsFound


@pytest.mark.parametrize(
    "words",
    [
        "Carol Martinez",
        "martinez",
        "carol.martinez@globex.example",
        "+1 312 555 0176",
        "carol mart",
    ],
)
async def test_a_person_is_found_with_every_way_to_reach_them(workspace, words):
    ana = await workspace.connected("ana")
    await ana.command(f"/close contact {words}")
    await workspace.read(
        ana, "Carol Martinez", "Head of Procurement", "Globex Industries", "+1 312-555-0176"
    )


async def test_the_card_leads_to_the_lead(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close contact Carol Martinez")
    card = await workspace.read(ana, "Carol Martinez")
    await ana.click("View lead")
    lead = await workspace.read(ana, "Open opportunities", "Next task")
    assert lead.ts == card.ts


async def test_several_people_are_listed(workspace):
    ana = await workspace.connected("ana")
    for contact in list(workspace.close.contacts.values())[:3]:
        contact["name"] = "Zoe Zzyzx"
    await ana.command("/close contact Zzyzx")
    await workspace.read(ana, "3 contacts match", "Zoe Zzyzx")
    await ana.click("View", row="Zoe Zzyzx")
    await workspace.read(ana, "Zoe Zzyzx", "Lead")


async def test_nobody_found_repeats_the_words(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close contact <!here> *x* Nobody")
    await workspace.read(ana, "No contact matches", "<!here> *x* Nobody", "/close lead")
    assert list(workspace.slack.pings) == []


async def test_a_lookup_without_words_says_how(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close contact")
    await workspace.read(ana, "/close contact Jane Doe")


async def test_a_contact_that_vanished_is_told(workspace):
    ana = await workspace.connected("ana")
    for contact in list(workspace.close.contacts.values())[:2]:
        contact["name"] = "Zoe Zzyzx"
    await ana.command("/close contact Zzyzx")
    await workspace.read(ana, "2 contacts match")
    workspace.close.contacts.clear()
    await ana.click("View", row="Zoe Zzyzx")
    await workspace.read(ana, "no longer in Close")


@pytest.mark.parametrize("text", ["<!channel>", "*b* :tada:", "", " ", "x" * 5000, "\u202ertl 🎉"])
async def test_any_contact_is_taken_by_slack(workspace, text):
    way = {"email": text, "type": text, "phone": text, "phone_formatted": text}
    contact = Contact.model_validate(
        {"id": "cont_1", "name": text, "title": text, "emails": [way] * 60, "phones": [way] * 60}
    )
    found = ContactsFound(contacts=(contact,) * 10, total=77)
    for message in (contact_card(contact, None), contact_list(found, text or "x")):
        await workspace.bot.outgoing.tell(workspace.person("ana").id, message)
    assert workspace.slack.violations == []
    assert list(workspace.slack.pings) == []


async def test_a_person_is_shown_also_when_their_lead_is_not(workspace):
    ana = await workspace.connected("ana")
    workspace.close.faults.add(method="GET", path="/lead/*", status=403, times=9)
    await ana.command("/close contact Carol Martinez")
    await workspace.read(ana, "+1 312-555-0176", "Lead  not known")
