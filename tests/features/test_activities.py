import pytest

from closebot.cards.activities import time_line
from closebot.close import Close
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
    message = time_line(text, shown, today=today, zone=read_zone("Europe/Prague"), pages="all x")
    await workspace.bot.outgoing.tell(ana.id, message)
    assert workspace.slack.violations == []
    assert list(workspace.slack.pings) == []


def owner_of(workspace, person):
    from closebot.store import Owner

    return Owner(workspace.slack.team_id, person.id)
