"""The home tab and the settings: what they say, and that Slack takes them with any text in them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from closebot.cards.digest_list import Listed
from closebot.cards.digest_plan import Plan
from closebot.cards.home import (
    AGAIN_BUTTON,
    LOADING,
    MOST_TASKS,
    Account,
    Mine,
    Missing,
    Placed,
    Reader,
    home_view,
    welcome,
)
from closebot.cards.settings import Chosen, ForAll, settings_form, settings_saved
from closebot.cards.tasks import task_card
from closebot.close import CustomField, Opportunity, Pipeline, Status, Task
from closebot.slack import kit
from closebot.slack.homes import MOST_SAID, card, said_blocks
from tests.blockkit import problems

HOSTILE = st.text(max_size=4000) | st.sampled_from(["<!channel> *x*", "&<>" * 1500, "\u202e" * 50])
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = date(2026, 11, 26)
READER = Reader(TODAY, ZoneInfo("Europe/Prague"), "user_1")
ACCOUNT = Account("Ana Novak", "Acme", "connected by OAuth since 3 Nov 2026", "Monday to Friday")


def task_of(number=0, **more):
    given = {"id": f"task_{number}", "text": "Call Jane", "type": "lead", "date": TODAY}
    return Task.model_validate(given | {"lead_id": "lead_1", "assigned_to": "user_1"} | more)


def deal_of(**more):
    given = {"id": "oppo_1", "lead_id": "lead_1", "status_type": "active"}
    return Opportunity.model_validate(given | more)


def placed(name="Ana", why="", channel="C1", *, rests=False):
    plan = Plan(
        time=time(9),
        days=(0,),
        zone="UTC",
        whose="people",
        people=(("user_1", name),),
        may_mention=True,
        maker=name,
    )
    return Placed(Listed("d1", plan, None if rests else NOON, why=why), channel)


def drawn(**more):
    given = {"tasks": Mine(), "deals": Mine(), "recents": (), "digests": (), "account": ACCOUNT}
    return home_view(**given | {"reader": READER, "slash": "/close"} | more)


def test_an_empty_home_says_what_would_stand_there():
    text = str(drawn())
    for said in ("Nothing is due", "None is yours", "Leads that you look at", "`/close digest`"):
        assert said in text
    assert problems(drawn()) == []


def test_parts_that_are_not_there_say_so():
    failed = Missing("Close did not answer.", AGAIN_BUTTON)
    view = drawn(tasks=LOADING, deals=failed, recents=failed, digests=failed)
    assert str(view).count("Close did not answer.") == 3
    assert str(view).count("Try again") == 3
    assert problems(view) == []


def test_overdue_tasks_stand_before_those_of_today_and_the_rest_is_counted():
    tasks = [task_of(1, date="2026-11-20"), *(task_of(number) for number in range(2, 20))]
    view = drawn(tasks=Mine(tasks=tasks, total=19))
    text = str(view)
    assert text.index("Overdue") < text.index("'Today'")
    assert f"The first {MOST_TASKS} of 19" in text
    assert text.count("'Done'") == MOST_TASKS


def test_the_fullest_home_fits():
    said = kit.message("x", [kit.section(str(number)) for number in range(60)])
    view = drawn(
        tasks=Mine(tasks=[task_of(number) for number in range(50)], total=50),
        deals=Mine(deals=[deal_of()] * 50, total=50),
        recents=[(f"lead_{number}", "Acme") for number in range(50)],
        digests=[placed()] * 50,
        said=said_blocks(said),
    )
    assert problems(view) == []
    assert "Disconnect" in str(view["blocks"][-1])
    assert len(said_blocks(said)) == MOST_SAID


def test_an_answer_stands_beside_the_row_that_it_is_about():
    one = task_of(1)
    said = task_card(one, today=TODAY, zone=READER.zone, title="Reopened")
    view = drawn(tasks=Mine(tasks=[one], total=1), said=said_blocks(said))
    assert problems(view) == []


def test_a_card_in_a_modal_has_nothing_that_shares_it():
    share, other = kit.button("Share here", "leads.share"), kit.button("View", "leads.view")
    message = kit.message(
        "x", [kit.actions(share), kit.actions(share, other), kit.row("a", "b", accessory=share)]
    )
    text = str(card("Lead", message))
    assert "Share here" not in text
    assert "View" in text
    assert problems(card("Lead", message)) == []


@given(HOSTILE)
def test_slack_takes_the_invitation(text):
    assert problems(welcome("/close", said_blocks(kit.sentence(kit.quote(text) or "x")))) == []
    assert problems(welcome("/close", why="Connect again.")) == []


@given(HOSTILE, HOSTILE, HOSTILE, st.booleans())
def test_slack_takes_the_home_tab_whatever_is_in_it(one, two, three, rests):
    view = drawn(
        tasks=Mine(tasks=[task_of(text=one, lead_name=two, assigned_to_name=three)], total=1),
        deals=Mine(deals=[deal_of(lead_name=one, status_label=two, user_name=three)], total=9),
        recents=[("lead_1", one), ("lead_2", two)],
        digests=[placed(one, two, three, rests=rests), placed(two, one, "", rests=rests)],
        account=Account(one, two, "connected since today", three),
    )
    assert problems(view) == []


@settings(max_examples=10)  # with all time zones in it, the form is long to check
@given(HOSTILE, HOSTILE, st.booleans(), st.sampled_from(["asked", "always", "never", "odd"]))
def test_slack_takes_the_settings_whatever_is_in_them(one, two, yes, mention):
    field = CustomField.model_validate({"id": "cf_1", "name": one, "type": "text"})
    pipeline = Pipeline.model_validate({"id": "pipe_1", "name": two, "statuses": []})
    chosen = Chosen("" if yes else "Asia/Tokyo", "Europe/Prague", (0, 5), mention, "pipe_1", yes)
    for pipelines, offered in (([pipeline], [field]), ([], []), (None, None)):
        for_all = ForAll(two, offered, offered or (), yes)
        assert problems(settings_form(chosen, pipelines, for_all, slash="/close")) == []
    assert problems(settings_saved(chosen, [field], one)) == []


def test_what_is_chosen_is_said():
    status = Status.model_validate({"id": "stat_1", "label": "Open", "type": "active"})
    pipeline = Pipeline.model_validate({"id": "pipe_1", "name": "Sales", "statuses": [status]})
    chosen = Chosen("", "Europe/Prague", (0, 1, 2, 3, 4), "never", "pipe_1", shares=True)
    form = settings_form(chosen, [pipeline], ForAll("Acme", (), (), False), slash="/crm")
    initial = [
        one["element"]["initial_option"]["text"]["text"]
        for one in form["blocks"]
        if "initial_option" in one.get("element", {})
    ]
    assert initial == ["As in Slack: Europe/Prague", "Nowhere", "Sales", "Everybody here"]
    said = str(settings_saved(chosen, None, "Acme"))
    assert "Europe/Prague, as in Slack  ·  Monday to Friday  ·  never mentioned in digests" in said
