"""What is due is made once, with few requests, and whatever fails is tried again or told."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest

from closebot.cards.digest_plan import Plan
from closebot.features.digests.sweep import Wanted, find_due
from closebot.features.digests.turns import find_next
from tests.digest_stage import make_runner, open_stage


@pytest.fixture
async def stage(tmp_path):
    async with open_stage(tmp_path) as opened:
        await opened.connect("ana")
        yield opened


def asked(stage, path="/task/"):
    return [one for one in stage.close.requests if one["path"].endswith(path)]


async def test_what_is_due_is_posted_once(stage):
    await stage.add("ana")
    await stage.tick(-1)
    assert stage.posts() == []
    await stage.tick()
    await stage.tick(1)
    await stage.tick(60)
    [text] = stage.posts()
    assert "Overdue" in text
    assert await stage.bot.store.digest_runs.ends("one") == {str(stage.now.date()): "sent"}
    assert stage.slack.violations == []


async def test_two_ticks_at_once_make_one_post(stage):
    await stage.add("ana")
    other = make_runner(stage.bot)
    await asyncio.gather(stage.tick(), other.tick(stage.now), stage.tick(), other.tick(stage.now))
    assert len(stage.posts()) == 1


async def test_a_lost_answer_of_slack_is_sent_again_and_shows_once(stage):
    await stage.add("ana")
    stage.slack.faults.drop("chat.postMessage")
    assert await stage.end() == "sent"
    assert len(stage.posts()) == 1


@pytest.mark.parametrize("times", [1, 3])
async def test_slack_that_fails_is_asked_again(stage, times):
    await stage.add("ana")
    stage.slack.faults.fail("chat.postMessage", error="internal_error", times=times)
    assert await stage.end() == "sent"
    assert len(stage.posts()) == 1


async def test_a_rate_limit_of_slack_costs_close_nothing(stage):
    await stage.add("ana")
    stage.slack.faults.rate_limit("chat.postMessage", retry_after=30, times=3)
    await stage.tick()
    assert len(stage.posts()) == 1
    assert len(asked(stage)) == 1


async def test_a_long_rate_limit_of_slack_is_waited_for(stage):
    await stage.add("ana")
    stage.slack.faults.rate_limit("chat.postMessage", retry_after=90)
    await stage.tick()
    await stage.tick(89)
    assert stage.posts() == []
    await stage.tick(90)
    assert len(stage.posts()) == 1


async def test_where_slack_cannot_tell_its_maker_is_asked_and_nothing_is_posted_twice(stage):
    await stage.add("ana")
    stage.slack.faults.fail("chat.postMessage", error="duplicate_message_not_found")
    assert await stage.end() == "doubt"
    assert stage.posts() == []
    told = stage.slack.member("ana").last("dm")
    assert "not posted a second time" in told.text
    assert "Run now" in told.buttons


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": True}, {"html": "<p>gateway</p>"}])
async def test_close_that_does_not_answer_is_asked_again(stage, fault):
    await stage.add("ana")
    stage.close.faults.add(method="GET", path="/task/", times=6, **fault)
    assert await stage.end() == "sent"
    assert len(stage.posts()) == 1


async def test_after_two_hours_it_is_given_up_and_told(stage):
    await stage.add("ana")
    stage.close.faults.add(method="GET", path="/task/", status=500, times=99)
    await stage.tick()
    await stage.tick(2 * 3600 - 30)
    assert [*(await stage.bot.store.digest_runs.ends("one")).values()] == ["failed"]
    told = stage.slack.member("ana").last("dm").text
    assert "It is skipped" in told
    assert "Close did not answer" in told


async def test_one_that_was_left_behind_for_too_long_is_not_sent_but_told(stage):
    await stage.add("ana")
    await stage.bot.store.digest_runs.claim_due(stage.now, find_next)  # and then it is killed
    await stage.tick(3 * 3600)
    assert stage.posts() == []
    told = stage.slack.member("ana").last("dm")
    assert "was being made when closebot stopped" in told.text
    assert "Run now" in told.buttons


async def test_what_asks_for_more_rows_than_close_skips_goes_on_from_the_last_date(stage):
    person = await stage.bot.people.find(await stage.connect("mia"))
    everyone = Plan(time=time(9), days=(0,), zone="UTC", whose="everyone", everything=True)
    wanted = [Wanted(everyone, everyone.where, most=1000)]
    [whole] = await find_due(person.close, wanted, stage.now)
    assert whole.total > 10
    for rows in (1, 2, 3, 7):
        [sliced] = await find_due(person.close, wanted, stage.now, rows=rows)
        assert sliced == whole


async def test_one_that_is_late_says_so(stage):
    await stage.add("ana")
    await stage.tick(3600)
    [text] = stage.posts()
    assert "Late: it was due at" in text


async def test_one_that_is_too_late_is_skipped_and_said_so_where_it_was_waited_for(stage):
    await stage.add("ana")
    await stage.tick(3 * 3600)
    assert stage.posts() == []
    told = stage.slack.member("ben").last("sales")
    assert "was skipped, as closebot was not running" in told.text
    assert "Run now" in told.buttons
    found = await stage.bot.store.digests.get("one")
    later = (found.next_at - stage.now).total_seconds()
    await stage.tick(later)
    assert "Skipped" not in stage.posts()[0]
    assert len([one for one in stage.sent if "was skipped" in one["text"]]) == 1


async def test_all_days_that_were_skipped_are_named_in_the_next_one(stage):
    await stage.add("ana")
    await stage.tick(2 * 24 * 3600 + 3 * 3600)
    assert len([one for one in stage.sent if "was skipped" in one["text"]]) == 1
    found = await stage.bot.store.digests.get("one")
    assert len(found.missed) == 3
    later = (found.next_at - stage.now).total_seconds()
    await stage.tick(later)
    [text] = stage.posts()
    assert "Skipped, as closebot was not running:" in text
    assert (await stage.bot.store.digests.get("one")).missed == ()
    await stage.tick(later + 24 * 3600)
    assert "Skipped" not in stage.posts()[1]


async def test_a_skipped_one_is_told_its_maker_where_closebot_may_not_post(stage):
    await stage.add("ana", channel="random")
    await stage.tick(3 * 3600)
    assert "was skipped" in stage.slack.member("ana").last("dm").text
    assert [*(await stage.bot.store.digest_runs.ends("one")).values()] == ["told"]


async def test_one_that_was_stopped_meanwhile_is_not_posted(stage):
    await stage.add("ana")
    stage.close.faults.add(method="GET", path="/task/", status=500, times=99)
    await stage.tick()
    stage.close.faults.clear()
    await stage.bot.store.digests.pause("one")
    await stage.tick(600)
    assert stage.posts() == []


async def test_a_refused_connection_lets_it_rest_and_tells_the_channel_once(stage):
    await stage.add("ana")
    stage.close.revoke_all_keys()
    for after in (0, 6, 60, 24 * 3600):
        await stage.tick(after)
    said = [one["text"] for one in stage.sent if "is paused: Close does not accept" in one["text"]]
    assert len(said) == 1
    assert "Take over" in said[0]
    assert (await stage.bot.store.digests.get("one")).state == "broken"


async def test_a_place_without_the_bot_lets_it_rest_and_tells_its_maker(stage):
    await stage.add("ana", channel="random")
    await stage.tick()
    told = stage.slack.member("ana").last("dm")
    assert "invite" in told.text.lower()
    assert "Resume" in told.buttons
    assert (await stage.bot.store.digests.get("one")).state == "paused"


async def test_a_channel_that_another_company_reads_gets_nothing(stage):
    await stage.add("ana", channel="ext-fabrikam")
    await stage.tick()
    olga = stage.slack.member("olga")
    assert [one for one in olga.messages("ext-fabrikam") if "<one>" in one.text] == []
    assert "shared with another company" in stage.slack.member("ana").last("dm").text


# --- what it costs, and who is shown what -----------------------------------------------------


async def test_one_sweep_serves_everybody_who_may_see_all(stage):
    await stage.connect("ben")
    await stage.connect("mia")
    for number, key in enumerate(["ana", "ben", "mia", "ana", "mia"]):
        room = "sales" if number % 2 else "deal-desk"
        whose = "mine" if number == 3 else "everyone"
        people = ((stage.close.user_ids["ana"], "Ana Novak"),) if number == 3 else ()
        await stage.add(key, f"d{number}", channel=room, whose=whose, people=people)
    await stage.tick()
    assert [len(stage.posts(f"d{number}")) for number in range(5)] == [1] * 5
    assert len(asked(stage)) == 1
    assert len(stage.close.requests) == 2  # and one for who sees what
    assert "Ben Carter" not in stage.posts("d3")[0]


async def test_one_owner_needs_no_word_about_anybody_s_rights(stage):
    await stage.add("ana", "d1")
    await stage.add("ana", "d2", channel="deal-desk")
    await stage.tick()
    assert len(stage.close.requests) == 1


async def test_nobody_is_shown_what_their_digest_s_owner_could_not_see(stage):
    await stage.connect("raj")  # sees only leads that are his own
    await stage.connect("mia")
    await stage.add("raj", "restricted", channel="deal-desk")
    await stage.add("ana", "all")
    await stage.add("mia", "admin")
    await stage.tick()
    [seen], [everything], [admin] = (stage.posts(name) for name in ("restricted", "all", "admin"))
    assert len(asked(stage)) == 2
    assert "Call Wile about the pilot" in everything
    assert "Call Wile about the pilot" in admin
    assert "Call Wile about the pilot" not in seen


async def test_where_close_does_not_say_who_sees_all_each_reads_for_themselves(stage):
    await stage.connect("mia")
    stage.close.faults.add(method="GET", path="/organization/*", status=403, times=9)
    await stage.add("ana", "d1")
    await stage.add("mia", "d2")
    await stage.tick()
    assert len(asked(stage)) == 2
    assert (len(stage.posts("d1")), len(stage.posts("d2"))) == (1, 1)


async def test_a_shared_sweep_goes_on_when_one_of_the_keys_is_refused(stage):
    await stage.connect("mia")
    await stage.add("ana", "d1")
    await stage.add("mia", "d2")
    del stage.close.keys["ana"]
    await stage.tick()
    assert len(stage.posts("d2")) == 1
    assert stage.posts("d1") == []
    assert (await stage.bot.store.digests.get("d1")).state == "broken"
    assert (await stage.bot.store.digests.get("d2")).state == "on"


async def test_only_what_is_due_is_asked_for(stage):
    await stage.add("ana", "d1", whose="mine", people=((stage.close.user_ids["ana"], "Ana"),))
    await stage.tick()
    [request] = asked(stage)
    query = request["query"]
    assert query["assigned_to"] == stage.close.user_ids["ana"]
    assert query["is_complete"] == "false"
    assert "_fields" in query
    assert datetime.fromisoformat(query["date__lte"]) < stage.now + timedelta(days=1)


async def test_today_is_that_of_the_digest_s_zone(stage):
    lead = next(iter(stage.close.leads))
    model = next(one for one in stage.close.tasks.values() if not one["is_complete"])
    stage.close.tasks.clear()
    for number, day in enumerate(("2026-11-26", "2026-11-27", "2026-11-28")):
        key = f"task_{number:043d}"
        stage.close.tasks[key] = model | {
            "id": key, "lead_id": lead, "date": day, "text": f"Of {day}", "is_dateless": False,
        }  # fmt: skip
    stage.now = datetime(2026, 11, 27, 11, 30, tzinfo=UTC)
    await stage.add("ana", "east", zone="Pacific/Auckland")  # where the 28th has begun
    await stage.add(
        "ana", "west", zone="Pacific/Pago_Pago", channel="deal-desk"
    )  # 0:30 on the 27th
    await stage.tick()
    [east], [west] = stage.posts("east"), stage.posts("west")
    assert "2 overdue, 1 today" in east
    assert "1 overdue, 1 today" in west
    assert "Of 2026-11-28" not in west
    assert len(asked(stage)) == 1


async def test_a_smart_view_that_is_gone_lets_it_rest(stage):
    view = next(key for key, one in stage.close.store.saved_searches.items())
    await stage.add("ana", "d1", whose="view", view=(view, "A view"))
    await stage.add("ana", "d2", whose="view", view=("save_gone", "Gone"), channel="deal-desk")
    await stage.tick()
    assert "on leads of" in stage.posts("d1")[0]
    assert stage.posts("d2") == []
    assert "Smart View is no longer in Close" in stage.slack.member("ana").last("dm").text


async def test_a_bug_in_one_digest_holds_up_no_other(stage):
    await stage.add("ana", "d1")
    await stage.add("ana", "d2", channel="deal-desk")
    stage.bot.store._db.execute("UPDATE digests SET plan = '{}' WHERE id = 'd1'")
    await stage.tick()
    assert len(stage.posts("d2")) == 1
