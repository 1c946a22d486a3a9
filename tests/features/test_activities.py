from datetime import date

import pytest

from closebot.cards.activities import say_last, time_line
from closebot.close import Close, Lead
from closebot.close.models import KINDS as MODELS
from closebot.close.models import read_activity
from closebot.features.activities import read_choice
from closebot.people import read_zone


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        ("Acme", ("Acme", "all")),
        ("Acme calls", ("Acme", "calls")),
        ("acme corp NOTES", ("acme corp", "notes")),
        ("notes", ("notes", "all")),
        ("", ("", "all")),
    ],
)
def test_the_last_word_may_say_which_kind(words, choice):
    assert read_choice(words) == choice


async def test_a_time_line_is_read_newest_first_and_page_by_page(workspace):
    ana = await workspace.connected("ana")
    async with Close(
        api_key=workspace.close.keys["ana"], base_url=workspace.close.api_url
    ) as close:
        lead = (await close.leads.search("Acme")).leads[0]
        for number in range(12):
            await close.notes.create(lead.id, f"Note {number}")
    workspace.close.requests.clear()
    await ana.command("/close activity Acme")
    first = await workspace.read(ana, "What happened with Acme Corporation", "Note 11", "Older")
    shown = first.text
    assert len(workspace.close.requests) == 2
    await ana.click("Older")
    second = await workspace.read(ana, "What happened with Acme Corporation", "Newer")
    assert second.ts == first.ts
    await ana.click("Newer")
    await workspace.slack.until(lambda: ana.last("sales").text == shown)
    assert workspace.slack.violations == []


@pytest.mark.parametrize(
    ("kind", "said"),
    [("calls", "call, "), ("notes", "Note"), ("emails", "e-mail: "), ("changes", " → ")],
)
async def test_one_kind_alone_is_shown(workspace, kind, said):
    ana = await workspace.connected("ana")
    await ana.command("/close lead Acme")
    await workspace.read(ana, "Status  Qualified")
    await ana.click("Customer")
    await workspace.read(ana, "Status  Customer")
    await ana.command(f"/close activity Acme {kind}")
    await workspace.read(ana, "What happened with Acme Corporation", said)


@pytest.mark.parametrize(
    ("words", "said"),
    [("", "Of which lead?"), ("Zyzzyva", "No lead matches"), ("Umbrella", "leads match")],
)
async def test_a_lead_that_is_not_clear_is_asked_for(workspace, words, said):
    ana = await workspace.connected("ana")
    await ana.command(f"/close activity {words}")
    await workspace.read(ana, said)


KIND = {
    "a call without a length": (
        {"_type": "Call", "direction": "outbound", "status": "completed", "duration": 0},
        "Outgoing call",
    ),
    "a call with a length": (
        {"_type": "Call", "direction": "inbound", "status": "completed", "duration": 150},
        "Incoming call, 2 min 30 s",
    ),
    "a missed call": (
        {"_type": "Call", "direction": "inbound", "disposition": "no-answer", "duration": 0},
        "Incoming call, not answered",
    ),
    "a voicemail": (
        {"_type": "Call", "direction": "outbound", "disposition": "vm-left", "duration": 60},
        "Outgoing call, voicemail left, 1 min",
    ),
    "a draft": (
        {"_type": "Email", "direction": "outgoing", "status": "draft", "subject": "Hi"},
        "Draft e-mail: Hi",
    ),
    "an e-mail": (
        {"_type": "Email", "direction": "incoming", "status": "inbox", "subject": ""},
        "Incoming e-mail: no subject",
    ),
    "WhatsApp": ({"_type": "WhatsAppMessage", "direction": "inbound"}, "Incoming WhatsApp message"),
    "a text message": ({"_type": "SMS", "status": "scheduled"}, "Scheduled message"),
    "a meeting": (
        {"_type": "Meeting", "title": "Demo", "duration": 1800, "status": "declined-by-lead"},
        "Meeting: Demo, 30 min (declined by lead)",
    ),
    "a monthly deal": (
        {
            "_type": "OpportunityStatusChange",
            "old_status_label": "Active",
            "new_status_label": "Won",
            "opportunity_value": 50000,
            "opportunity_value_currency": "USD",
            "opportunity_value_period": "monthly",
        },
        "Opportunity, $500 monthly: Active → Won",
    ),
    "a merge": ({"_type": "LeadMerge"}, "Leads merged"),
    "a form": ({"_type": "FormSubmission"}, "Form filled in"),
    "what nobody knows yet": ({"_type": "HologramCall"}, "Hologram call"),
}


@pytest.mark.parametrize("name", KIND)
def test_every_kind_is_said_in_words(name):
    row, said = KIND[name]
    shown = read_activity({"id": "acti_1"} | row)
    assert say_last(shown, date(2026, 11, 23), read_zone("UTC")) == said


async def test_a_lead_whose_time_line_was_read_is_the_one_looked_at_last(workspace):
    ana = await workspace.connected("ana")
    await ana.command("/close activity Globex")
    shown = await workspace.read(ana, "What happened with Globex Industries", "Open in Close")
    lead = next(one for one in workspace.close.leads.values() if one["name"].startswith("Globex"))
    assert lead["id"] in str(shown.blocks)
    await ana.message_shortcut("add_note", await ana.say("hello"))
    await workspace.slack.until(lambda: ana.modal and "Note" in ana.modal.labels)
    assert ana.modal.values["Lead"] == "Globex Industries"


async def test_a_kind_of_which_there_is_none_is_named(workspace):
    ana = await workspace.connected("ana")
    async with Close(
        api_key=workspace.close.keys["ana"], base_url=workspace.close.api_url
    ) as close:
        await close.leads.create(name="Quiet Company")
    await ana.command("/close activity Quiet Company emails")
    await workspace.read(ana, "What happened with Quiet Company", "No e-mails yet.")


HOSTILE = ["<!channel> & `x`", "*b* :tada:", "", "x" * 5000, "\u202ertl\u202c 🎉", "a\n> b\n" * 99]


@pytest.mark.parametrize("text", HOSTILE)
async def test_every_kind_with_any_text_is_taken_by_slack(workspace, text):
    ana = await workspace.connected("ana")
    rows = [
        dict.fromkeys(model.fields(), text)
        | {"_type": kind, "id": "acti_1", "activity_at": "2026-11-23T10:00:00", "duration": 61}
        for kind, model in [*MODELS.items(), ("HologramCall", MODELS["Note"])]
    ]
    for row in rows:
        row.pop("attachments", 0), row.pop("emails", 0), row.pop("to", 0), row.pop("attendees", 0)
    today = (await workspace.bot.people.find(owner_of(workspace, ana))).today
    shown = [read_activity(row) for row in rows]
    lead = Lead(id="lead_1", display_name=text)
    message = time_line(lead, shown, today=today, zone=read_zone("Europe/Prague"), more=True)
    await workspace.bot.outgoing.tell(ana.id, message)
    assert workspace.slack.violations == []
    assert list(workspace.slack.pings) == []


def owner_of(workspace, person):
    from closebot.store import Owner

    return Owner(workspace.slack.team_id, person.id)
