"""Notes from messages, from a command and from a card, as people make them."""

import json
from pathlib import Path

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from closebot.app import build
from closebot.close import Close, Email, NewContact
from closebot.settings import read_settings
from tests.workspace import open_workspace

RECORDED = Path(__file__).parents[3] / "shared" / "slack" / "examples"


def notes_on(workspace, name):
    """Return what was written on a lead since the start, oldest first."""
    lead = lead_called(workspace, name)
    return [
        one
        for one in workspace.close.activities.values()
        if one["_type"] == "Note"
        and one["lead_id"] == lead["id"]
        and one["id"] not in workspace.seeded
    ]


def lead_called(workspace, name):
    return next(one for one in workspace.close.leads.values() if one["name"].startswith(name))


def close_of(workspace):
    """Return Close as Ana reaches it without the bot."""
    return Close(api_key=workspace.close.keys["ana"], base_url=workspace.close.api_url)


@pytest.fixture
async def ana(workspace):
    workspace.seeded = set(workspace.close.activities)
    return await workspace.connected("ana")


async def form_of(workspace, person, field="Note"):
    """Wait for the form to stand there."""
    return await workspace.slack.until(
        lambda: person.modal if person.modal and field in person.modal.labels else None
    )


async def add(workspace, person, text, channel="sales", author=None):
    """Use the shortcut on a message, and return the form."""
    message = await (author or person).say(text, channel)
    await person.message_shortcut("add_note", message)
    return await form_of(workspace, person)


async def saved(workspace, person, *words):
    await workspace.slack.until(lambda: person.modal is None)
    return await workspace.read(person, "Note saved on", *words)


# --- from a message ---------------------------------------------------------------------------


async def test_a_message_becomes_a_note_with_its_author_time_and_address(workspace, ana):
    ben = workspace.person("ben")
    form = await add(workspace, ana, "They want a *demo* & a quote <soon>", author=ben)
    text = form.values["Note"]
    assert text.startswith("Ben ")
    assert "#sales, " in text.splitlines()[0]
    assert "They want a demo & a quote <soon>" in text
    assert "/archives/" in text.splitlines()[-1]
    await ana.choose("Lead", "Globex Industries")
    await ana.fill("Title", "Demo")
    await ana.submit()
    card = await saved(workspace, ana, "Globex Industries", "Demo", "They want")
    assert card.ephemeral
    (note,) = notes_on(workspace, "Globex")
    assert note["note"] == text
    assert note["title"] == "Demo"
    assert workspace.close.users[note["user_id"]]["first_name"] == "Ana"
    assert workspace.slack.violations == []


async def test_people_in_it_are_named(workspace, ana):
    ben = workspace.person("ben")
    form = await add(workspace, ana, f"<@{ben.id}> will call")
    assert f"@{ben.name} will call" in form.values["Note"]


@pytest.mark.skipif(not RECORDED.is_dir(), reason="recorded payloads are not in this clone")
@pytest.mark.parametrize(
    "name",
    [
        "bolt-payloads/shortcut.message_action.json",
        "json-logs/app-backend/interactive-components/MessageShortcutPayload.json",
    ],
)
async def test_a_recorded_payload_opens_the_form_and_becomes_a_note(workspace, ana, name):
    body = json.loads((RECORDED / name).read_text())
    state = workspace.slack._state
    user = state.user("ana")
    body |= {
        "callback_id": "add_note",
        "user": body.get("user", {}) | {"id": ana.id},
        "team": body.get("team", {}) | {"id": workspace.slack.team_id, "enterprise_id": None},
        "trigger_id": state.issue_trigger(user),
        "response_url": "",
    }
    body.pop("enterprise", None)
    await workspace.bot.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    form = await form_of(workspace, ana)
    if "Shared channel" in form.labels:
        await ana.click("Yes, it may be kept in our Close")
    await ana.choose("Lead", "Globex Industries")
    await ana.submit()
    await workspace.read(ana, "Note saved on Globex Industries", channel="dm")
    (note,) = notes_on(workspace, "Globex")
    assert note["note"].strip() == form.values["Note"].strip()
    assert workspace.slack.violations == []


async def test_a_message_that_is_deleted_before_submit_is_a_note_all_the_same(workspace, ana):
    form = await add(workspace, ana, "gone in a moment")
    posts = workspace.slack._state.posts
    next(one for one in posts if "gone in a moment" in one.text).deleted = True
    await ana.choose("Lead", "Globex Industries")
    await ana.submit()
    await saved(workspace, ana, "Globex Industries")
    assert notes_on(workspace, "Globex")[0]["note"] == form.values["Note"]


async def test_names_that_slack_does_not_tell_stay_ids(workspace, ana):
    ben = workspace.person("ben")
    workspace.slack.faults.fail("users.info", times=10)
    form = await add(workspace, ana, f"<@{ben.id}> will call")
    assert f"@{ben.id} will call" in form.values["Note"]


async def test_names_that_come_late_are_not_waited_for(workspace, ana):
    ben = workspace.person("ben")
    workspace.slack.faults.delay("users.info", 4, times=10)
    form = await add(workspace, ana, f"<@{ben.id}> will call")
    assert f"@{ben.id} will call" in form.values["Note"]


async def test_the_lead_that_the_message_names_is_proposed(workspace, ana):
    lead = lead_called(workspace, "Globex")
    form = await add(workspace, ana, f"see https://app.close.com/lead/{lead['id']}/ please")
    assert form.values["Lead"] == "Globex Industries"
    assert any("Proposed because of" in text for text in form.texts)


async def test_a_colleague_s_address_is_not_what_a_message_is_about(workspace, ana):
    ben = next(one for one in workspace.close.users.values() if one["first_name"] == "Ben")
    himself = NewContact(name="Ben", emails=[Email(email=ben["email"])])
    async with close_of(workspace) as close:
        await close.leads.create(name="House", url="https://northwind.example", contacts=[himself])
    said = f"{ben['email']}, https://northwind.example and hank@globex.example"
    form = await add(workspace, ana, said)
    assert form.values["Lead"] == "Globex Industries"


async def test_what_is_not_in_close_does_not_hide_what_is(workspace, ana):
    form = await add(workspace, ana, "cc nobody@zyzzyva.example, write to hank@globex.example")
    assert form.values["Lead"] == "Globex Industries"


async def test_the_channel_s_lead_is_proposed_before_the_last_one_looked_at(workspace, ana):
    await ana.command("/close lead Initech")
    await workspace.read(ana, "Initech", "Contacts")
    form = await add(workspace, ana, "hello")
    assert form.values["Lead"].startswith("Initech")
    await ana.close_modal()
    await ana.command("/close link Globex")
    await workspace.read(ana, "Globex Industries")
    form = await add(workspace, ana, "hello again")
    assert form.values["Lead"] == "Globex Industries"


async def test_a_close_that_is_slow_does_not_keep_the_form_back(workspace, ana):
    workspace.close.faults.add(method="POST", path="/data/search/", slow=6, times=10)
    form = await add(workspace, ana, "write to hank@globex.example")
    assert any("Close did not answer in time" in text for text in form.texts)
    assert "hank@globex.example" in form.values["Note"]


async def test_a_long_message_goes_on_in_further_fields_and_nothing_is_lost(workspace, ana):
    long = "\n".join(f"line {number} of many & more" for number in range(500))[:11_900]
    form = await add(workspace, ana, long)
    assert "Note (continued)" in form.labels
    await ana.choose("Lead", "Globex Industries")
    await ana.submit()
    await saved(workspace, ana, "Globex Industries")
    (note,) = notes_on(workspace, "Globex")
    assert long.strip() in note["note"]
    assert workspace.slack.violations == []


async def test_words_of_another_company_need_a_tick(workspace, ana):
    olga = workspace.person("olga")
    form = await add(workspace, ana, "Our prices are secret", "ext-fabrikam", author=olga)
    assert any("another company" in text for text in form.texts)
    await ana.choose("Lead", "Globex Industries")
    await ana.submit()
    assert notes_on(workspace, "Globex") == []
    await ana.click("Yes, it may be kept in our Close")
    await ana.submit()
    await workspace.slack.until(lambda: notes_on(workspace, "Globex"))


async def test_words_of_another_company_can_be_left_out_instead(workspace, ana):
    await add(workspace, ana, "our own words")
    await ana.close_modal()
    form = await add(
        workspace, ana, "Our prices are secret", "ext-fabrikam", workspace.person("olga")
    )
    assert any("Some of it comes from" in text for text in form.texts)
    await ana.choose("Lead", "Globex Industries")
    await ana.submit()
    await workspace.slack.until(lambda: "Tick this box" in str(ana.modal.errors))
    assert notes_on(workspace, "Globex") == []
    await ana.fill("Note 2", "")
    await ana.submit()
    await workspace.slack.until(lambda: notes_on(workspace, "Globex"))
    assert "secret" not in notes_on(workspace, "Globex")[0]["note"]


async def test_an_empty_note_is_an_error_at_its_field(workspace, ana):
    await add(workspace, ana, "one")
    await ana.close_modal()
    await add(workspace, ana, "two")
    await ana.choose("Lead", "Globex Industries")
    await ana.fill("Note", "")
    await ana.fill("Note 2", "  ")
    await ana.submit()
    await workspace.slack.until(lambda: ana.modal.errors.get("Note"))
    assert notes_on(workspace, "Globex") == []


# --- the basket -------------------------------------------------------------------------------


async def test_a_form_that_is_closed_keeps_its_message_as_edited(workspace, ana):
    await add(workspace, ana, "first one")
    await ana.fill("Note", "first one, edited")
    await ana.close_modal()
    form = await add(workspace, ana, "second one")
    assert form.values["Note"] == "first one, edited"
    assert "second one" in form.values["Note 2"]
    assert any("2 messages" in text for text in form.texts)


async def test_add_to_basket_keeps_and_saving_empties(workspace, ana):
    await add(workspace, ana, "first one")
    await ana.click("Add to basket")
    await workspace.slack.until(lambda: "1 message in your basket" in str(ana.modal.texts))
    await ana.close_modal()
    await add(workspace, ana, "second one")
    await ana.choose("Lead", "Globex Industries")
    await ana.submit()
    await saved(workspace, ana, "Globex Industries")
    (note,) = notes_on(workspace, "Globex")
    assert note["note"].index("first one") < note["note"].index("second one")
    form = await add(workspace, ana, "third one")
    assert "Note 2" not in form.labels
    assert workspace.slack.violations == []


async def test_a_form_without_messages_speaks_of_none(workspace, ana):
    await ana.command("/close note")
    form = await form_of(workspace, ana)
    assert not any("message" in text for text in form.texts)
    assert "Empty basket" not in str(form.texts)


async def test_what_was_typed_into_a_form_that_is_closed_is_kept(workspace, ana):
    await ana.command("/close note")
    await form_of(workspace, ana)
    await ana.fill("Note", "typed by hand")
    await ana.close_modal()
    await ana.command("/close note")
    form = await form_of(workspace, ana)
    assert form.values["Note"] == "typed by hand"


async def test_what_was_kept_before_tells_the_lead_too(workspace, ana):
    await add(workspace, ana, "write to somebody@globex.example")
    await ana.close_modal()
    form = await add(workspace, ana, "and call them")
    assert form.values["Lead"] == "Globex Industries"


async def test_the_same_message_is_kept_once(workspace, ana):
    message = await ana.say("only once")
    for _ in range(2):
        await ana.message_shortcut("add_note", message)
        form = await form_of(workspace, ana)
        await ana.close_modal()
    assert "Note 2" not in form.labels


async def test_the_basket_can_be_emptied(workspace, ana):
    await add(workspace, ana, "first one")
    await ana.close_modal()
    await add(workspace, ana, "second one")
    await ana.click("Empty basket")
    form = await workspace.slack.until(
        lambda: ana.modal if "Note 2" not in ana.modal.labels else None
    )
    assert "second one" in form.values["Note"]
    await ana.close_modal()
    form = await add(workspace, ana, "third one")
    assert "first one" not in str(form.values)


async def test_the_basket_survives_a_restart(workspace, ana):
    await add(workspace, ana, "before the restart")
    await ana.close_modal()
    await workspace.bot.inflight.drain(5)
    await workspace.bot.stop()
    environ = workspace.environ
    workspace.bot = build(read_settings(environ))
    await workspace.bot.start()
    if environ.get("PORT"):
        workspace.slack.request_url = f"http://127.0.0.1:{workspace.bot.port}/slack/events"
    form = await add(workspace, ana, "after it")
    assert "before the restart" in form.values["Note"]
    assert "after it" in form.values["Note 2"]


async def test_a_full_basket_lets_the_oldest_go_and_says_so(workspace, ana):
    for number in range(21):
        form = await add(workspace, ana, f"message {number:02}")
        if number < 20:
            await ana.close_modal()
    assert "message 01" in form.values["Note"]
    assert "message 20" in form.values["Note 20"]
    assert any("the oldest of it was let go" in text for text in form.texts)


async def test_people_have_baskets_of_their_own(workspace, ana):
    await add(workspace, ana, "hers alone")
    await ana.close_modal()
    ben = await workspace.connected("ben")
    form = await add(workspace, ben, "his")
    assert "hers alone" not in str(form.values)


async def test_a_message_used_before_connecting_is_kept(workspace):
    workspace.seeded = set(workspace.close.activities)
    ana = workspace.person("ana")
    message = await ana.say("do not lose me")
    await ana.message_shortcut("add_note", message)
    await workspace.read(ana, "Connect your Close account first", "The message is kept")
    ana = await workspace.connected("ana")
    await ana.command("/close note")
    form = await form_of(workspace, ana)
    assert "do not lose me" in form.values["Note"]
    assert form.values["Note"].startswith("Ana ")


# --- typed ------------------------------------------------------------------------------------


async def test_a_typed_note_on_one_lead_is_written_at_once(workspace, ana):
    await ana.command("/close note Globex: wants a demo at 14:30, see https://globex.example/")
    await workspace.read(ana, "Note saved on Globex Industries", "wants a demo")
    (note,) = notes_on(workspace, "Globex")
    assert note["note"] == "wants a demo at 14:30, see https://globex.example/"
    assert ana.modal is None


async def test_a_channel_about_a_lead_needs_no_name(workspace, ana):
    await ana.command("/close link Globex")
    await workspace.read(ana, "Globex")
    await ana.command("/close note they called <!channel> *twice*")
    await workspace.read(ana, "Note saved on Globex Industries", "*twice*")
    (note,) = notes_on(workspace, "Globex")
    assert note["note"].startswith("they called <!channel>")
    assert list(workspace.slack.pings) == []


@pytest.mark.parametrize(
    ("typed", "text", "hint"),
    [
        ("Umbrella: ask for the price", "ask for the price", "3 leads match"),
        ("Zyzzyva: ask for it", "Zyzzyva: ask for it", "No lead matches"),
        ("called at 14:05", "called at 14:05", ""),
    ],
)
async def test_an_unclear_lead_is_asked_for_with_the_text_in_the_form(
    workspace, ana, typed, text, hint
):
    await ana.command(f"/close note {typed}")
    form = await form_of(workspace, ana)
    assert form.values["Note"] == text
    assert any(hint in said for said in form.texts)
    await ana.choose("Lead", "Globex Industries")
    await ana.submit()
    await saved(workspace, ana, "Globex Industries")
    assert [one["note"] for one in notes_on(workspace, "Globex")] == [text]


async def test_a_note_typed_before_connecting_is_not_lost(workspace):
    ana = workspace.person("ana")
    await ana.command("/close note Umbrella: ask for the price")
    await workspace.read(ana, "Connect your Close account first")
    await workspace.connected("ana")
    await workspace.read(ana, "3 leads match", "Your text is kept")
    await ana.click("Add note")
    form = await form_of(workspace, ana)
    assert form.values["Note"] == "ask for the price"


async def test_a_typed_note_is_kept_when_its_form_is_closed(workspace, ana):
    await ana.command("/close note Umbrella: ask for the price")
    await form_of(workspace, ana)
    await ana.close_modal()
    form = await add(workspace, ana, "hello")
    assert form.values["Note"] == "ask for the price"
    await ana.choose("Lead", "Globex Industries")
    await ana.submit()
    await saved(workspace, ana, "Globex Industries")
    assert "Note 2" not in (await add(workspace, ana, "the next one")).labels


async def test_a_typed_note_survives_a_key_that_is_refused(workspace, ana):
    workspace.close.faults.add(path="/data/search/", status=401, times=9)
    await ana.command("/close note Globex: wants a demo")
    await workspace.slack.until(lambda: "Your text is kept" in str(ana.messages()))
    workspace.close.faults.clear()
    await ana.click("Add note", row="Your text is kept")
    form = await form_of(workspace, ana)
    assert form.values["Note"] == "Globex: wants a demo"


async def test_words_that_only_stand_somewhere_in_a_lead_are_asked_about(workspace, ana):
    async with close_of(workspace) as close:
        globex = lead_called(workspace, "Globex")["id"]
        await close.leads.update(globex, description="quarterlyreview every May")
    await ana.command("/close note quarterlyreview: they want a discount")
    form = await form_of(workspace, ana)
    assert notes_on(workspace, "Globex") == []
    assert form.values["Lead"] == "Globex Industries"
    assert form.values["Note"] == "they want a discount"
    assert any("is not its name" in text for text in form.texts)


async def test_a_typed_note_that_is_unclear_is_not_written_twice(tmp_path):
    async with open_workspace(tmp_path, "socket", patience=0.8) as workspace:
        workspace.seeded = set(workspace.close.activities)
        ana = await workspace.connected("ana")
        workspace.close.faults.add(
            method="POST", path="/activity/note/", drop=True, apply=True, times=1
        )
        workspace.close.faults.add(method="GET", path="/activity/note/", status=503, times=1000)
        await ana.command("/close note Globex: perhaps there")
        await workspace.read(ana, "may have been saved", "Globex Industries", "Your text is kept")
        workspace.close.faults.clear()
        await ana.click("Add note")
        form = await form_of(workspace, ana)
        assert any("may have been saved" in text for text in form.texts)
        await ana.choose("Lead", "Globex Industries")
        await ana.submit()
        await saved(workspace, ana, "Globex Industries")
        assert len(notes_on(workspace, "Globex")) == 1


async def test_a_typed_note_that_close_does_not_take_is_kept(workspace, ana):
    workspace.close.faults.add(method="POST", path="/activity/note/", status=403, times=1)
    await ana.command("/close note Globex: wants a demo")
    await workspace.read(ana, "Your role in Close does not allow this")
    assert "Your text is kept" in ana.messages()[-2].text


async def test_a_card_opens_the_form_for_its_lead(workspace, ana):
    await add(workspace, ana, "kept before")
    await ana.close_modal()
    await ana.command("/close lead Globex")
    await workspace.read(ana, "Globex", "Contacts")
    await ana.click("Add note")
    form = await form_of(workspace, ana)
    assert form.values["Lead"] == "Globex Industries"
    assert "kept before" not in str(form.values)
    await ana.fill("Note", "on the card")
    await ana.click("Put in 1 message from your basket")
    form = await form_of(workspace, ana, "Note 2")
    assert "kept before" in form.values["Note"]
    assert form.values["Note 2"] == "on the card"
    assert form.values["Lead"] == "Globex Industries"
    await ana.submit()
    await saved(workspace, ana, "Globex Industries")


# --- afterwards -------------------------------------------------------------------------------


async def test_a_note_is_edited_where_it_was_confirmed(workspace, ana):
    await ana.command("/close note Globex: wants a demo")
    first = await workspace.read(ana, "Note saved on Globex Industries")
    await ana.click("Edit")
    form = await form_of(workspace, ana)
    assert form.values["Note"] == "wants a demo"
    await ana.fill("Note", "wants two demos")
    await ana.fill("Title", "Demos")
    await ana.submit()
    changed = await workspace.read(ana, "Note changed on Globex Industries", "two demos", "Demos")
    assert changed.ts == first.ts
    (note,) = notes_on(workspace, "Globex")
    assert (note["note"], note["title"]) == ("wants two demos", "Demos")


async def test_a_note_is_deleted_when_it_was_confirmed(workspace, ana):
    await ana.command("/close note Globex: wants a demo")
    await workspace.read(ana, "Note saved on Globex Industries")
    await ana.click("Delete", confirm=False)
    assert len(notes_on(workspace, "Globex")) == 1
    await ana.click("Delete")
    await workspace.read(ana, "Note deleted from Globex Industries")
    assert notes_on(workspace, "Globex") == []


async def test_a_note_that_is_gone_is_an_error_in_the_form(workspace, ana):
    await ana.command("/close note Globex: wants a demo")
    await workspace.read(ana, "Note saved on Globex Industries")
    await ana.click("Edit")
    await form_of(workspace, ana)
    (note,) = notes_on(workspace, "Globex")
    del workspace.close.activities[note["id"]]
    await ana.fill("Note", "wants two")
    await ana.submit()
    await workspace.slack.until(lambda: "no longer in Close" in ana.modal.errors.get("Note", ""))
    assert ana.modal.values["Note"] == "wants two"
