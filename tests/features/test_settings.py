"""Settings: what is chosen is kept, and used where it says so."""

from datetime import UTC, datetime, timedelta

import pytest

MINE = [
    "Time zone",
    "Working days",
    "Mention me in digests",
    "Default pipeline",
    "Show new cards to",
]
FIELDS = "Custom fields on lead cards"


async def opened(workspace, person):
    await person.command("/close settings")
    return await workspace.slack.until(
        lambda: person.modal and "…" not in " ".join(person.modal.texts) and person.modal
    )


async def test_an_admin_chooses_what_stands_on_lead_cards(workspace):
    mia, ana = await workspace.connected("mia"), await workspace.connected("ana")
    modal = await opened(workspace, mia)
    assert modal.title == "Settings"
    await mia.choose(FIELDS, "Industry")
    await mia.choose(FIELDS, "Employees")
    await mia.submit()
    said = await workspace.read(mia, f"{FIELDS}: Industry, Employees.", "For everybody of")
    assert said.ephemeral
    assert (await opened(workspace, mia)).values[FIELDS] == ["Industry", "Employees"]
    await mia.close_modal()
    shown = await opened(workspace, ana)
    assert "Industry, Employees" in " ".join(shown.texts)
    assert workspace.slack.violations == []


async def test_all_can_be_taken_away_again(workspace):
    mia = await workspace.connected("mia")
    await opened(workspace, mia)
    await mia.choose(FIELDS, "Industry")
    await mia.submit()
    await workspace.read(mia, "Industry.")
    await opened(workspace, mia)
    await mia.unchoose(FIELDS, "Industry")
    await mia.submit()
    await workspace.read(mia, f"{FIELDS}: none.")


async def test_others_see_what_is_set_and_who_may_change_it(workspace):
    ana = await workspace.connected("ana")
    modal = await opened(workspace, ana)
    words = " ".join(modal.texts)
    assert f"{FIELDS}  none" in words
    assert "An admin of this Slack can change this" in words
    assert modal.labels == MINE


async def test_somebody_who_is_no_admin_any_more_changes_nothing(workspace):
    mia = await workspace.connected("mia")
    await opened(workspace, mia)
    await mia.choose(FIELDS, "Industry")
    workspace.slack._state.user("mia").role = "member"
    await mia.submit()
    assert "Only an admin" in mia.modal.errors[FIELDS]
    assert mia.modal.values[FIELDS] == ["Industry"]


async def test_an_organization_without_custom_fields_is_told_so(workspace):
    mia = await workspace.connected("mia")
    workspace.close.store.custom_fields.clear()
    modal = await opened(workspace, mia)
    assert "no custom fields" in " ".join(modal.texts)
    assert modal.labels == MINE


async def test_a_field_that_was_just_made_is_offered(workspace):
    mia = await workspace.connected("mia")
    await opened(workspace, mia)
    await mia.close_modal()
    fields = workspace.close.store.custom_fields
    industry = next(one for one in fields.values() if one["name"] == "Industry")
    new = dict(industry, id="cf_new", name="<!channel> *Region* " + "x" * 200)
    fields["cf_new"] = new
    modal = await opened(workspace, mia)
    menu = next(one for one in modal.view.blocks if one["block_id"] == "card_fields")["element"]
    options = [one["value"] for one in menu["options"]]
    assert "cf_new" in options
    assert workspace.slack.violations == []


async def test_a_card_has_room_for_a_few_fields_only(workspace):
    mia = await workspace.connected("mia")
    fields = workspace.close.store.custom_fields
    industry = next(one for one in fields.values() if one["name"] == "Industry")
    for number in range(120):
        fields[f"cf_{number}"] = dict(industry, id=f"cf_{number}", name=f"Field {number}")
    modal = await opened(workspace, mia)
    assert "The first 100 of" in " ".join(modal.texts)
    for number in range(11):
        await mia.choose(FIELDS, f"Field {number}")
    await mia.submit()
    assert "room for 10 fields; these are 11" in mia.modal.errors[FIELDS]


async def test_a_close_that_does_not_answer_is_told(workspace):
    mia = await workspace.connected("mia")
    workspace.close.faults.add(method="GET", path="/custom_field_schema/*", status=503, times=9)
    modal = await opened(workspace, mia)
    assert "Close did not answer, so not everything can be chosen" in " ".join(modal.texts)
    assert FIELDS not in modal.labels


async def saved(workspace, person, **chosen):
    """Choose settings and save them."""
    await opened(workspace, person)
    for label, words in chosen.items():
        await person.choose(label.replace("_", " "), words)
    await person.submit()
    return await workspace.read(person, "Your settings were saved")


async def test_what_is_chosen_stands_there_the_next_time(workspace):
    ana = await workspace.connected("ana")
    modal = await opened(workspace, ana)
    assert modal.labels == MINE
    assert modal.values["Time zone"] == "As in Slack: Europe/Prague"
    assert modal.values["Mention me in digests"] == "Where I ask for it"
    await ana.close_modal()
    await saved(
        workspace, ana, Time_zone="America/New_York", Mention_me_in_digests="Nowhere",
        Show_new_cards_to="Everybody here", Working_days="Saturday",
    )  # fmt: skip
    values = (await opened(workspace, ana)).values
    assert values["Time zone"] == "America/New_York"
    assert values["Mention me in digests"] == "Nowhere"
    assert values["Show new cards to"] == "Everybody here"
    assert "Saturday" in values["Working days"]
    assert workspace.slack.violations == []


async def test_a_fixed_time_zone_is_used_until_slack_is_asked_again(workspace):
    ana = await workspace.connected("ana")
    await saved(workspace, ana, Time_zone="Pacific/Auckland")
    await ana.command("/close me")
    await workspace.read(ana, "Time zone  Pacific/Auckland")
    await saved(workspace, ana, Time_zone="As in Slack: Europe/Prague")
    await ana.command("/close me")
    await workspace.read(ana, "Time zone  Europe/Prague")


async def test_a_new_digest_is_proposed_for_the_working_days(workspace):
    ana = await workspace.connected("ana")
    await opened(workspace, ana)
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday"):
        await ana.unchoose("Working days", day)
    await ana.choose("Working days", "Sunday")
    await ana.unchoose("Working days", "Friday")
    await ana.submit()
    await workspace.read(ana, "Your settings were saved", "Sun")
    await ana.command("/close digest")
    modal = await workspace.slack.until(lambda: ana.modal and ana.modal.labels and ana.modal)
    assert modal.values["Days"] == ["Sunday"]


async def test_the_default_pipeline_comes_first(workspace):
    ana = await workspace.connected("ana")
    modal = await opened(workspace, ana)
    menu = next(one for one in modal.view.blocks if one["block_id"] == "pipeline")["element"]
    last = menu["options"][-1]["text"]["text"]
    await ana.close_modal()
    await saved(workspace, ana, Default_pipeline=last)
    await ana.command("/close pipeline")
    await workspace.read(ana, last, "open opportunities")
    await ana.command("/close opp new")
    form = await workspace.slack.until(
        lambda: ana.modal and "Status" in ana.modal.labels and ana.modal
    )
    status = next(one for one in form.view.blocks if one["block_id"] == "status")["element"]
    group = next(one for one in status["option_groups"] if one["label"]["text"] == last)
    assert status["initial_option"] == group["options"][0]


async def test_a_form_that_asks_proposes_whom_one_shows_cards_to(workspace):
    ana = await workspace.connected("ana")
    await saved(workspace, ana, Show_new_cards_to="Everybody here")
    await ana.command("/close opp new")
    form = await workspace.slack.until(
        lambda: ana.modal and "Status" in ana.modal.labels and ana.modal
    )
    assert form.values["Show the card to"] == "Everybody here"


@pytest.mark.parametrize(
    ("chosen", "asks", "is_mentioned"),
    [
        ("Wherever people are mentioned", False, True),
        ("Where I ask for it", False, False),
        ("Where I ask for it", True, True),
        ("Nowhere", True, False),
    ],
)
async def test_a_digest_mentions_those_who_want_it(workspace, chosen, asks, is_mentioned):
    ana, ben = await workspace.connected("ana"), await workspace.connected("ben")
    await saved(workspace, ben, Mention_me_in_digests=chosen)
    await ana.command("/close digest")
    await workspace.slack.until(lambda: ana.modal and ana.modal.labels)
    await ana.choose("Mention", "Those who ask for it")
    await ana.submit()
    await workspace.read(ana, "The digest is set up")
    if asks:
        await ben.command("/close digests")
        await workspace.read(ben, "1 digest here")
        await ben.click("Mention me")
        await workspace.read(ben, "mentioned")
    at = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    workspace.bot.store._db.execute("UPDATE digests SET next_at = ?, next_day = ?", (at, at[:19]))
    workspace.bot.scheduler.tick()
    posted = await workspace.slack.until(
        lambda: next((one for one in ana.messages() if "Tasks for" in one.text), None)
    )
    assert (f"<@{ben.id}>" in str(posted.blocks)) is is_mentioned
