"""Links to Close that people share, as they and others see them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from closebot.app import build
from closebot.features.unfurl import Lately, may_ask, read_shared
from closebot.settings import read_settings

ASKED = "Connect your Close account"


def lead_called(workspace, name):
    return next(one for one in workspace.close.leads.values() if one["name"].startswith(name))


def address(lead):
    return f"https://app.close.com/lead/{lead['id']}/"


@pytest.fixture
def globex(workspace):
    return lead_called(workspace, "Globex")


@pytest.fixture
async def ana(workspace):
    return await workspace.connected("ana")


def asked(workspace):
    """Return what was sent as unfurls, oldest first."""
    return [one.sent for one in workspace.slack.log if one.name.endswith("chat.unfurl")]


async def settle(workspace):
    """Wait until nothing is on its way any more."""
    await asyncio.sleep(0)
    await workspace.slack.until(lambda: not len(workspace.bot.inflight), timeout=20)


async def unfolded(workspace, person, text, channel="sales"):
    """Share a text, and return the message as it stands when all is done."""
    said = await person.say(text, channel)
    await settle(workspace)
    return next(one for one in person.messages(channel) if one.ts == said.ts)


async def send(workspace, person, **changes):
    """Deliver an event of shared links as Slack does, with some of it changed."""
    said = await person.say("nothing to unfold")
    body = {
        "type": "event_callback",
        "team_id": workspace.slack.team_id,
        "event_id": f"Ev{said.ts}",
        "event": {
            "type": "link_shared",
            "user": person.id,
            "channel": workspace.slack.channel("sales").id,
            "message_ts": said.ts,
            "links": [],
            "source": "conversations_history",
            "unfurl_id": f"{workspace.slack.channel('sales').id}-{said.ts}",
        }
        | changes,
    }
    await workspace.bot.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    await settle(workspace)
    return body


# --- what is shown ----------------------------------------------------------------------------


async def test_a_lead_unfolds_for_everybody_to_its_name_status_owner_and_sums(
    workspace, ana, globex
):
    globex["description"] = "Their secret plan"
    message = await unfolded(workspace, ana, f"look at {address(globex)} please")
    ben = workspace.person("ben").last()
    assert ben.text == message.text
    for words in ("Globex Industries", "Status ", "Owner ", "open opportunit", "Lead in Close"):
        assert words in message.text
    assert message.buttons == ["Add note", "Open in Close"]
    assert "secret" not in message.text
    assert "@" not in message.text.partition("please")[2]
    assert workspace.slack.violations == []


async def test_an_opportunity_and_a_contact_unfold_too(workspace, ana, globex):
    deal = next(
        one for one in workspace.close.opportunities.values() if one["lead_id"] == globex["id"]
    )
    person = next(
        one for one in workspace.close.contacts.values() if one["lead_id"] == globex["id"]
    )
    message = await unfolded(
        workspace,
        ana,
        f"{address(globex)}#opportunity={deal['id']} https://app.close.com/contact/{person['id']}/",
    )
    for words in ("Opportunity in Close", "Contact in Close", person["name"], "Globex"):
        assert words in message.text
    for mail in person["emails"]:
        assert mail["email"] not in message.text
    for phone in person["phones"]:
        assert phone["phone"] not in message.text
    assert not deal.get("note") or deal["note"] not in message.text
    assert workspace.slack.violations == []


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("search/?query=%22secret%20lead%22&amp;sort=name", "A search in Close"),
        ("reports/activity/comparison/", "A report in Close"),
        ("inbox/", "A Close page"),
    ],
)
async def test_other_pages_unfold_without_data(workspace, path, title):
    ben = workspace.person("ben")
    before = len(workspace.close.requests)
    message = await unfolded(workspace, ben, f"https://app.close.com/{path}".replace("&amp;", "&"))
    assert title in message.text
    assert message.buttons == ["Open in Close"]
    assert "secret" not in message.text.partition(title)[2]
    assert len(workspace.close.requests) == before
    assert workspace.slack.violations == []


async def test_the_addresses_are_named_as_the_event_has_them(workspace, ana, globex):
    url = f"{address(globex)}?a=1&amp;b=2"
    await unfolded(workspace, ana, url.replace("&amp;", "&"))
    (sent,) = asked(workspace)
    assert list(sent["unfurls"]) == [url]


@pytest.mark.parametrize("name", ["<!channel> *b* :tada:", " ", "x" * 4000])
async def test_any_name_is_taken_and_pings_nobody(workspace, ana, globex, name):
    globex["name"] = globex["display_name"] = name
    message = await unfolded(workspace, ana, address(globex))
    assert "Lead in Close" in message.text
    assert workspace.slack.violations == []
    assert list(workspace.slack.pings) == []


async def test_a_draft_unfolds_for_its_writer(workspace, ana, globex):
    draft = await ana.draft(f"see {address(globex)}")
    await workspace.slack.until(lambda: draft.unfurls)
    assert "Globex Industries" in str(draft.unfurls)
    (sent,) = asked(workspace)
    assert (sent["source"], sent.get("channel"), sent.get("ts")) == ("composer", None, None)
    message = await unfolded(workspace, ana, f"see {address(globex)}")
    assert "Globex Industries" in message.text
    assert workspace.slack.violations == []


async def test_a_message_in_a_thread_unfolds(workspace, ana, globex):
    first = await ana.say("hello")
    said = await ana.say(address(globex), thread_ts=first.ts)
    await settle(workspace)
    assert "Globex" in next(one for one in ana.messages() if one.ts == said.ts).text


# --- what is left alone -----------------------------------------------------------------------


async def test_the_same_link_is_left_alone_in_its_channel_for_half_an_hour(workspace, ana, globex):
    await unfolded(workspace, ana, address(globex))
    again = await unfolded(workspace, ana, f"{address(globex)}#notes")
    assert "Globex" not in again.text
    elsewhere = await unfolded(workspace, ana, address(globex), "general")
    assert "Globex" in elsewhere.text


def test_what_was_done_lately_is_forgotten_in_time():
    lately, now = Lately(timedelta(minutes=30)), datetime(2026, 11, 26, tzinfo=UTC)
    assert lately.claim("x", now)
    assert not lately.claim("x", now + timedelta(minutes=29))
    assert lately.claim("x", now + timedelta(minutes=30))
    lately.release("x")
    assert lately.claim("x", now + timedelta(minutes=31))


async def test_three_links_are_left_alone(workspace, ana):
    leads = list(workspace.close.leads.values())[:3]
    message = await unfolded(workspace, ana, " ".join(address(one) for one in leads))
    assert "Lead in Close" not in message.text
    assert asked(workspace) == []
    both = await unfolded(workspace, ana, " ".join(address(one) for one in leads[:2]))
    assert both.text.count("Lead in Close") == 2


async def test_a_channel_shared_with_another_company_is_left_alone(workspace, ana, globex):
    before = len(workspace.close.requests)
    message = await unfolded(workspace, ana, address(globex), "ext-fabrikam")
    assert "Globex" not in message.text
    assert asked(workspace) == []
    assert len(workspace.close.requests) == before


async def test_an_admin_can_allow_a_shared_channel(workspace, ana, globex):
    workspace.slack.user("ben").role = "admin"
    await workspace.person("ben").command("/close allow", channel="ext-fabrikam")
    await settle(workspace)
    message = await unfolded(workspace, ana, address(globex), "ext-fabrikam")
    assert "Globex" in message.text


async def test_where_slack_does_not_say_who_reads_links_are_left_alone(workspace, ana, globex):
    talk = workspace.slack.talk("ana", "ben")
    message = await unfolded(workspace, ana, address(globex), talk.id)
    assert "Globex" not in message.text
    assert asked(workspace) == []


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_a_lead_that_the_sharer_may_not_see_is_left_alone_without_a_hint(
    workspace, ana, globex, status
):
    workspace.close.faults.add(method="GET", path="/lead/*", status=status, times=9)
    message = await unfolded(workspace, ana, address(globex))
    nowhere = await unfolded(workspace, ana, "https://app.close.com/lead/lead_nosuch/")
    assert asked(workspace) == []
    assert message.buttons == nowhere.buttons == []
    assert [one for one in ana.messages() if one.ephemeral and one.ts > message.ts] == []


async def test_what_failed_for_one_unfolds_for_the_next(workspace, ana, globex):
    workspace.close.faults.add(method="GET", path="/lead/*", status=404, times=1)
    await unfolded(workspace, ana, address(globex))
    assert "Globex" in (await unfolded(workspace, ana, address(globex))).text


@pytest.mark.parametrize(
    "url",
    [
        "https://app.close.com.evil.example/lead/{}/",
        "https://evil.example/https://app.close.com/lead/{}/",
        "https://app.close.com@evil.example/lead/{}/",
        "https://me:pw@app.close.com/lead/{}/",
        "https://app.close.com:8443/lead/{}/",
        "https://xapp.close.com/lead/{}/",
        "https://app.close.com/lead/{}/?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "https://app.close.com/lead/{}/?q=" + "x" * 5000,
        "https://app.close.com/oauth2/authorize/?state={}",
        "https://app.close.com/lead/{}/%00",
        "https://[app.close.com/lead/{}/",
        "javascript:alert(1)//app.close.com/lead/{}/",
    ],
)
async def test_odd_and_foreign_addresses_are_left_alone(workspace, ana, globex, url):
    before = len(workspace.close.requests)
    links = [{"url": url.format(globex["id"]), "domain": "app.close.com"}]
    await send(workspace, ana, links=links)
    assert asked(workspace) == []
    assert len(workspace.close.requests) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"links": None},
        {"links": "https://app.close.com/"},
        {"links": [None, 1]},
        {"links": [{"url": ["https://app.close.com/"]}]},
        {"links": [{}]},
        {"unfurl_id": None},
        {"unfurl_id": ""},
        {"source": "elsewhere"},
        {"source": ["composer"]},
        {"user": None},
        {"channel": None},
        {"channel": {"id": "C1"}},
    ],
)
async def test_odd_events_are_left_alone(workspace, ana, globex, changes):
    await send(workspace, ana, **({"links": [{"url": address(globex)}]} | changes))
    assert asked(workspace) == []
    assert "Globex" in (await unfolded(workspace, ana, address(globex))).text


def test_an_event_may_be_anything():
    for event in ({}, {"links": [{"url": "x"}], "unfurl_id": "y", "source": "composer"}):
        assert read_shared(event) is None


async def test_an_event_that_is_delivered_twice_is_done_once(workspace, ana, globex):
    draft = await ana.draft(address(globex))
    await workspace.slack.until(lambda: draft.unfurls)
    delivered = [one for one in workspace.slack.log if "link_shared" in one.name]
    body = delivered[-1].sent
    for _ in range(2):
        await workspace.bot.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        await settle(workspace)
    assert len(asked(workspace)) == 1
    again = body | {"event_id": "Ev2"}
    await workspace.bot.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=again))
    await settle(workspace)
    assert len(asked(workspace)) == 2


async def test_links_of_guests_and_bots_are_left_alone(workspace, ana, globex):
    workspace.slack.user("ben").role = "guest"
    ben = workspace.person("ben")
    await unfolded(workspace, ben, address(globex))
    await send(workspace, ana, links=[{"url": address(globex)}], bot_id="B1")
    assert asked(workspace) == []


# --- those who are not connected --------------------------------------------------------------


async def test_somebody_who_is_not_connected_is_asked_privately(workspace, globex):
    ana, ben = workspace.person("ana"), workspace.person("ben")
    message = await unfolded(workspace, ben, address(globex))
    assert "Globex" not in message.text
    prompt = ben.last()
    assert prompt.ephemeral
    assert ASKED in prompt.text
    assert prompt.buttons == ["Connect", "Not now", "Never ask again"]
    assert ASKED not in ana.last().text
    (sent,) = asked(workspace)
    assert sent["user_auth_required"] is True
    await ben.click("Connect")
    await workspace.slack.until(lambda: ben.modal and "Close API key" in ben.modal.labels)
    assert workspace.slack.violations == []


async def test_never_is_never_also_after_a_restart(workspace, globex):
    ben = workspace.person("ben")
    await unfolded(workspace, ben, address(globex))
    await ben.click("Never ask again")
    await workspace.read(ben, "not asked again")
    await workspace.bot.stop()
    workspace.bot = build(read_settings(workspace.environ))
    await workspace.bot.start()
    await unfolded(workspace, ben, address(globex))
    assert len(asked(workspace)) == 1
    assert ASKED not in ben.last().text


async def test_not_now_holds_for_a_day(workspace, globex):
    ben = workspace.person("ben")
    await unfolded(workspace, ben, address(globex))
    await ben.click("Not now")
    await workspace.read(ben, "Not now, then")
    await unfolded(workspace, ben, address(globex))
    assert len(asked(workspace)) == 1
    assert ben.last().text == address(globex)


def test_not_now_ends_after_a_day():
    said = datetime(2026, 11, 26, tzinfo=UTC)
    assert may_ask(None, said)
    assert not may_ask(said.isoformat(), said + timedelta(hours=23))
    assert may_ask(said.isoformat(), said + timedelta(hours=24))
    assert not may_ask("never", said + timedelta(days=4000))


async def test_a_refused_key_asks_to_connect(workspace, ana, globex):
    workspace.close.faults.add(method="GET", path="/lead/*", status=401, times=9)
    await unfolded(workspace, ana, address(globex))
    assert ASKED in ana.last().text


async def test_nobody_is_asked_while_writing(workspace, globex):
    ben = workspace.person("ben")
    await ben.draft(address(globex))
    await settle(workspace)
    assert asked(workspace) == []


# --- its buttons ------------------------------------------------------------------------------


async def test_whoever_presses_acts_as_themselves(workspace, ana, globex):
    ben = await workspace.connected("ben")
    await unfolded(workspace, ana, address(globex))
    before = set(workspace.close.activities)
    await ben.click("Add note")
    await workspace.slack.until(lambda: ben.modal and "Note" in ben.modal.labels)
    assert ben.modal.values["Lead"] == "Globex Industries"
    await ben.fill("Note", "Ben was here")
    await ben.submit()
    said = await workspace.read(ben, "Note saved on")
    assert said.ephemeral
    (note,) = [workspace.close.activities[one] for one in set(workspace.close.activities) - before]
    assert workspace.close.users[note["user_id"]]["first_name"] == "Ben"
    assert "Globex Industries" in ana.last().text
    assert workspace.slack.violations == []


async def test_a_press_of_somebody_who_is_not_connected_asks_them_alone(workspace, ana, globex):
    ben = workspace.person("ben")
    shown = await unfolded(workspace, ana, address(globex))
    await ben.click("Add note")
    await workspace.read(ben, "Connect your Close account first")
    assert ana.last().ts == shown.ts
