"""A new opportunity, from the command to what Close holds."""

import asyncio
from datetime import date, timedelta

import pytest

from closebot.app import build
from closebot.settings import read_settings
from closebot.store import Owner
from tests.workspace import open_workspace

SOON = (date.today() + timedelta(days=30)).isoformat()  # noqa: DTZ011 - far enough in any zone
PAST = (date.today() - timedelta(days=9)).isoformat()  # noqa: DTZ011


async def opened(workspace, person, words="Globex", channel="sales"):
    await person.command(f"/close opp new {words}", channel=channel)
    await workspace.slack.until(lambda: person.modal and "Status" in person.modal.labels)


async def filled(workspace, person, **more):
    """Open the form for Globex and fill in what a deal has, by label."""
    await opened(workspace, person)
    typed = {"Value": "$12,500.50", "Confidence": "60 %", "Expected close date": SOON} | more
    for label, value in typed.items():
        await person.fill(label, value)


def lead_of(workspace, name="Globex Industries"):
    return next(one for one in workspace.close.leads.values() if one["name"] == name)


def deals_of(workspace, name="Globex Industries"):
    lead_id = lead_of(workspace, name)["id"]
    return [one for one in workspace.close.opportunities.values() if one["lead_id"] == lead_id]


def newest(workspace, name="Globex Industries"):
    return deals_of(workspace, name)[-1]


def errors(person):
    return person.modal.errors if person.modal else {}


async def gone(workspace, person):
    await workspace.slack.until(lambda: person.modal is None)


async def test_what_is_filled_in_is_what_close_holds(workspace):
    ana = await workspace.connected("ana")
    before = len(deals_of(workspace))
    await opened(workspace, ana)
    assert ana.modal.values["Lead"] == "Globex Industries"
    assert ana.modal.values["Owner"] == "Ana Novak"
    assert ana.modal.values["Period"] == "One-time"
    await ana.choose("Contact", "Carol Martinez", typed="Carol")
    await ana.choose("Status", "In Negotiation")
    await ana.fill("Value", "$12,500.50")
    await ana.choose("Period", "Monthly")
    await ana.fill("Confidence", "37")
    await ana.fill("Expected close date", SOON)
    await ana.choose("Owner", "Ben Carter", typed="Ben")
    await ana.fill("Note", "Two <plants> & a *pilot*")
    await ana.fill("Competitor", "Initech")
    await ana.submit()
    card = await workspace.read(ana, "Globex Industries", "$12,500.50 monthly", "In Negotiation")
    assert card.ephemeral
    assert ana.modal is None
    assert len(deals_of(workspace)) == before + 1
    deal = newest(workspace)
    store = workspace.close.store
    custom = next(one["id"] for one in store.custom_fields.values() if one["name"] == "Competitor")
    assert deal["value"] == 1250050
    assert deal["value_period"] == "monthly"
    assert deal["confidence"] == 37
    assert deal["date_won"] == SOON
    assert deal["note"] == "Two <plants> & a *pilot*"
    assert deal["user_id"] == workspace.close.user_ids["ben"]
    assert workspace.close.contacts[deal["contact_id"]]["name"] == "Carol Martinez"
    assert store.opportunity_statuses[deal["status_id"]]["label"] == "In Negotiation"
    assert deal[f"custom.{custom}"] == "Initech"
    assert workspace.slack.violations == []


async def test_nothing_but_lead_and_status_is_needed(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await ana.submit()
    await workspace.read(ana, "Globex Industries", "Value  none", "Demo Completed (Sales)")
    deal = newest(workspace)
    assert (deal["value"], deal["confidence"], deal["date_won"]) == (None, 50, None)
    [asked] = [one for one in workspace.close.requests if one["method"] == "POST"][-1:]
    assert asked["json"].keys() == {"lead_id", "status_id", "value_period", "user_id"}


async def test_a_warm_form_asks_nothing_to_open_and_one_thing_to_submit(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await ana.close_modal()
    await ana.command("/close opp new")
    await workspace.slack.until(lambda: ana.modal and "Status" in ana.modal.labels)
    await ana.choose("Lead", "Globex Industries", typed="Globex")
    await ana.fill("Value", "5k")
    await ana.close_modal()
    workspace.close.requests.clear()
    await ana.shortcut("new_opportunity")
    await workspace.slack.until(lambda: ana.modal and "Status" in ana.modal.labels)
    assert workspace.close.requests == []
    await ana.choose("Lead", "Globex Industries", typed="Globex")
    await ana.fill("Value", "5k")
    workspace.close.requests.clear()
    await ana.submit()
    await workspace.read(ana, "Globex Industries", "$5,000 one-time", channel="dm")
    assert [(one["method"], one["path"]) for one in workspace.close.requests] == [
        ("POST", "/opportunity/")
    ]


async def test_the_shortcut_asks_for_the_lead_and_shows_the_card_in_the_bot_s_messages(workspace):
    ana = await workspace.connected("ana")
    await ana.shortcut("new_opportunity")
    await workspace.slack.until(lambda: ana.modal and "Status" in ana.modal.labels)
    assert not ana.modal.values.get("Lead")
    assert "Show the card to" not in ana.modal.labels
    await ana.choose("Lead", "Globex Industries", typed="Glob")
    await ana.submit()
    await workspace.read(ana, "Globex Industries", "Demo Completed", channel="dm")


async def test_the_lead_s_card_opens_the_form_for_it_without_asking_close(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await ana.close_modal()
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Globex Industries", "Contacts")
    workspace.close.requests.clear()
    await ana.click("New opportunity")
    await workspace.slack.until(lambda: ana.modal and "Status" in ana.modal.labels)
    assert ana.modal.values["Lead"] == "Globex Industries"
    assert workspace.close.requests == []


@pytest.mark.parametrize(
    ("words", "said"), [("Umbrella", "3 leads match"), ("Zyzzyva", "No lead matches")]
)
async def test_a_lead_that_is_not_clear_is_chosen_in_the_form(workspace, words, said):
    ana = await workspace.connected("ana")
    await opened(workspace, ana, words)
    assert said in str(ana.modal.view.blocks)
    assert not ana.modal.values.get("Lead")


async def test_the_channel_s_own_lead_stands_in_the_form(workspace):
    ana = await workspace.connected("ana")
    state = workspace.slack._state
    channel = next(one.id for one in state.conversations.values() if one.key == "sales")
    owner = Owner(state.team_id, ana.id)
    lead_id, now = lead_of(workspace)["id"], workspace.bot.people.now()
    await workspace.bot.store.channels.link(owner, channel, lead_id, now)
    await opened(workspace, ana, "")
    assert ana.modal.values["Lead"] == "Globex Industries"


# --- shown to everybody -----------------------------------------------------------------------


async def test_everybody_here_sees_a_card_without_note_and_buttons(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")
    await filled(workspace, ana, Note="secret terms")
    assert "Everybody here would see lead, status, value" in str(ana.modal.view.blocks)
    await ana.choose("Show the card to", "Everybody here")
    await ana.submit()
    shared = await workspace.read(ben, "Globex Industries", "$12,500.50", "Ana Novak shared")
    assert not shared.ephemeral
    assert "secret" not in str(shared.blocks)
    assert shared.buttons == ["Open in Close"]


async def test_only_me_is_the_default(workspace):
    ana, ben = await workspace.connected("ana"), workspace.person("ben")
    await filled(workspace, ana)
    assert ana.modal.values["Show the card to"] == "Only me"
    await ana.submit()
    await workspace.read(ana, "Globex Industries", "$12,500.50")
    assert ben.last("sales") is None


async def test_in_a_direct_message_nobody_else_can_be_shown(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana, channel="dm")
    assert "Show the card to" not in ana.modal.labels


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "typed", "said"),
    [
        ("Value", "abc", "number"),
        ("Value", "-5", "below zero"),
        ("Value", "1e9", "number"),
        ("Value", "5,00.0.0", "which mark"),
        ("Confidence", "101 %", "from 0 to 100"),
        ("Confidence", "half", "from 0 to 100"),
        ("Expected close date", PAST, "past"),
    ],
)
async def test_a_slip_is_named_at_its_field_and_everything_typed_stays(
    workspace, label, typed, said
):
    ana = await workspace.connected("ana")
    before = len(deals_of(workspace))
    await filled(workspace, ana, Note="keep me", **{label: typed})
    kept = ana.modal.values
    await ana.submit()
    await workspace.slack.until(lambda: said in errors(ana).get(label, ""))
    assert ana.modal.values == kept
    assert len(deals_of(workspace)) == before
    await ana.fill(label, {"Value": "1", "Confidence": "1"}.get(label, SOON))
    await ana.submit()
    await gone(workspace, ana)
    assert len(deals_of(workspace)) == before + 1


async def test_a_contact_of_another_lead_is_named(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    await ana.choose("Contact", "Carol Martinez", typed="Carol")
    await ana.choose("Lead", "Acme Corporation", typed="Acme")
    await ana.submit()
    await workspace.slack.until(lambda: "another lead" in errors(ana).get("Contact", ""))


async def test_a_status_that_was_deleted_meanwhile_is_named_and_asked_for_anew(workspace):
    ana = await workspace.connected("ana")
    await filled(workspace, ana)
    await ana.choose("Status", "In Negotiation")
    statuses = workspace.close.store.opportunity_statuses
    [gone_id] = [one["id"] for one in statuses.values() if one["label"] == "In Negotiation"]
    del statuses[gone_id]
    await ana.submit()
    await workspace.slack.until(lambda: "Close refused this" in errors(ana).get("Status", ""))
    assert ana.modal.values["Value"] == "$12,500.50"
    await ana.close_modal()
    await opened(workspace, ana)
    with pytest.raises(AssertionError, match="offers no"):
        await ana.choose("Status", "In Negotiation")


async def test_a_lead_that_was_deleted_meanwhile_is_named(workspace):
    ana = await workspace.connected("ana")
    await filled(workspace, ana)
    del workspace.close.leads[lead_of(workspace)["id"]]
    await ana.submit()
    await workspace.slack.until(lambda: "Close refused this" in errors(ana).get("Lead", ""))
    assert ana.modal.values["Value"] == "$12,500.50"


@pytest.mark.parametrize(
    ("theirs", "label"),
    [
        ("lead", "Lead"), ("contact", "Contact"), ("status", "Status"), ("value", "Value"),
        ("value_period", "Period"), ("confidence", "Confidence"), ("user", "Owner"),
        ("date_won", "Expected close date"), ("note", "Note"), ("unheard_of", "Lead"),
    ],
)  # fmt: skip
async def test_whatever_close_refuses_is_named(workspace, theirs, label):
    ana = await workspace.connected("ana")
    await filled(workspace, ana)
    body = {"errors": [], "field-errors": {theirs: "Not like this."}}
    workspace.close.faults.add(method="POST", path="/opportunity/", status=400, body=body)
    await ana.submit()
    await workspace.slack.until(lambda: "Not like this" in errors(ana).get(label, ""))
    assert ana.modal.values["Value"] == "$12,500.50"
    await ana.submit()
    await gone(workspace, ana)


async def test_a_note_is_as_long_as_slack_takes_it(workspace):
    ana = await workspace.connected("ana")
    await filled(workspace, ana)
    [note] = [one for one in ana.modal.view.blocks if one["block_id"] == "note"]
    assert note["element"]["max_length"] == 3000
    await ana.fill("Note", "x" * 3000)
    await ana.submit()
    await gone(workspace, ana)
    assert newest(workspace)["note"] == "x" * 3000


async def test_an_organization_without_pipelines_has_no_form_until_there_is_one(workspace):
    ana = await workspace.connected("ana")
    known = workspace.bot.people.known._answers
    for key, (at, organization) in list(known.items()):
        if key[1] == "organization":
            known[key] = (at, organization.model_copy(update={"pipelines": ()}))
    await ana.command("/close opp new Globex")
    await workspace.slack.until(
        lambda: ana.modal and any("Make one in Close" in one for one in ana.modal.texts)
    )
    assert ana.modal.submit_text == ""
    await ana.close_modal()
    await opened(workspace, ana)


async def test_custom_fields_that_cannot_be_had_are_left_out(workspace):
    ana = await workspace.connected("ana")
    workspace.close.faults.add(method="GET", path="/custom_field_schema/*", status=403)
    await opened(workspace, ana)
    assert "Competitor" not in ana.modal.labels
    assert any("left out" in one for one in ana.modal.texts)
    await ana.submit()
    await gone(workspace, ana)


# --- when Close is in trouble -----------------------------------------------------------------

TROUBLES = [
    ({"status": 503}, "Close has trouble", 0),
    ({"status": 429, "headers": {"retry-after": "0"}}, "slow down", 0),
    ({"status": 403}, "does not allow", 0),
]


@pytest.mark.parametrize(("fault", "said", "made"), TROUBLES, ids=[one[1] for one in TROUBLES])
async def test_trouble_keeps_the_form_and_the_next_press_works(tmp_path, fault, said, made):
    async with open_workspace(tmp_path, "socket", patience=1.0) as workspace:
        ana = await workspace.connected("ana")
        before = len(deals_of(workspace))
        await filled(workspace, ana)
        workspace.close.faults.add(method="POST", path="/opportunity/", times=99, **fault)
        await ana.submit()
        await workspace.slack.until(lambda: said in str(errors(ana)) + str(ana.modal.texts))
        assert ana.modal.values["Value"] == "$12,500.50"
        workspace.close.faults.clear()
        assert len(deals_of(workspace)) == before + made
        await ana.submit()
        await gone(workspace, ana)
        assert len(deals_of(workspace)) == before + 1


@pytest.mark.parametrize(
    "fault",
    [{"drop": True, "apply": True}, {"cut": True}, {"status": 500, "apply": True}, {"slow": 30}],
    ids=str,
)
async def test_a_lost_answer_is_looked_up_and_makes_one_record(tmp_path, fault):
    async with open_workspace(tmp_path, "socket", patience=1.0) as workspace:
        ana = await workspace.connected("ana")
        before = len(deals_of(workspace))
        await filled(workspace, ana)
        workspace.close.faults.add(method="POST", path="/opportunity/", **fault)
        await ana.submit()
        await workspace.read(ana, "Globex Industries", "$12,500.50")
        assert len(deals_of(workspace)) == before + 1


async def test_an_answer_that_cannot_be_looked_up_says_so_and_the_next_press_looks_first(tmp_path):
    async with open_workspace(tmp_path, "socket", patience=1.0) as workspace:
        ana = await workspace.connected("ana")
        before = len(deals_of(workspace))
        await filled(workspace, ana)
        workspace.close.faults.add(method="POST", path="/opportunity/", drop=True, apply=True)
        workspace.close.faults.add(method="GET", path="/opportunity/", status=503, times=99)
        await ana.submit()
        await workspace.slack.until(lambda: "may have been saved" in str(ana.modal.texts))
        workspace.close.faults.clear()
        await ana.submit()
        await workspace.read(ana, "Globex Industries", "$12,500.50")
        assert len(deals_of(workspace)) == before + 1


async def test_a_double_press_makes_one_record(workspace):
    ana = await workspace.connected("ana")
    before = len(deals_of(workspace))
    await filled(workspace, ana)
    view = ana.modal.view
    await asyncio.gather(ana.submit(), ana.submit())
    await gone(workspace, ana)
    await press_again(workspace, ana, view)
    assert len(deals_of(workspace)) == before + 1


async def press_again(workspace, person, view):
    """Send the same submission once more, as Slack does for an impatient second press."""
    view.open = True
    workspace.slack._state.stacks[person.id] = [view]
    await person.submit()


async def test_a_second_press_after_a_restart_makes_no_second_record(workspace):
    ana = await workspace.connected("ana")
    before = len(deals_of(workspace))
    await filled(workspace, ana)
    view = ana.modal.view
    await ana.submit()
    await gone(workspace, ana)
    await workspace.bot.stop()
    later = workspace.bot.people.now() + timedelta(seconds=30)
    workspace.bot = build(read_settings(workspace.environ), now=lambda: later)
    await workspace.bot.start()
    await press_again(workspace, ana, view)
    await gone(workspace, ana)
    assert len(deals_of(workspace)) == before + 1


async def test_a_form_whose_answer_comes_late_keeps_everything_that_was_chosen(tmp_path):
    async with open_workspace(tmp_path, "socket", grace=0.0) as workspace:
        ana = await workspace.connected("ana")
        await filled(workspace, ana, Value="abc", Note="keep me")
        await ana.choose("Contact", "Carol Martinez", typed="Carol")
        await ana.choose("Status", "In Negotiation")
        kept = ana.modal.values
        await ana.submit()
        await workspace.slack.until(lambda: ana.modal and "not an amount" in str(ana.modal.texts))
        assert ana.modal.values == kept
        await ana.fill("Value", "5k")
        await ana.submit()
        await workspace.read(ana, "Globex Industries", "$5,000 one-time", "Carol Martinez")
        await workspace.slack.until(lambda: "was created" in str(ana.modal.texts))
