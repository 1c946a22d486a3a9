"""Digests as messages, lists and forms: Slack takes them whatever people and the CRM wrote."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closebot.cards.digest_form import change_form, digest_form, fit_whose, read_holidays
from closebot.cards.digest_list import (
    Listed,
    announcement,
    broken_notice,
    digest_list,
    run_notice,
    say_skipped,
    set_up,
    taken_over,
)
from closebot.cards.digest_plan import Plan, say_days, say_plan, say_whose
from closebot.cards.digests import (
    Due,
    Heading,
    all_tasks,
    digest_message,
    mark_done,
    own_tasks,
    plain_digest,
    say_missed,
)
from closebot.cards.zones import ZONES, find_zone
from closebot.close import SmartView, Task
from tests.blockkit import problems
from tests.cards.rules import faults, in_words

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
PRAGUE = find_zone("Europe/Prague")
NASTY = st.text(max_size=4000) | st.sampled_from(["<!channel> *x*", "&<>" * 1500, "\u202e" * 50])
PEOPLE = ("user_a", "user_b", "user_c", "")


def plan_of(**changed):
    return Plan(
        **{
            "time": time(9),
            "days": (0, 1, 2, 3, 4),
            "zone": "Europe/Prague",
            "whose": "everyone",
            "maker": "Ana Novak",
        }
        | changed
    )


def task_of(number, *, user="user_a", name="Ana Novak", days=0, text="Call Jane", **more):
    return Task.model_validate(
        {
            "_type": "lead",
            "id": f"task_{number:043d}",
            "text": text,
            "lead_id": "lead_1",
            "lead_name": "Acme",
            "assigned_to": user,
            "assigned_to_name": name,
            "date": (TODAY - timedelta(days=days)).isoformat(),
        }
        | more
    )


def due_of(*tasks):
    due = Due()
    for task in sorted(tasks, key=lambda one: str(one.date)):
        due.add(task, TODAY, PRAGUE)
    return due


def draw(due, plan=None, mentions=None, **heading):
    return digest_message(
        plan or plan_of(),
        due,
        today=TODAY,
        zone=PRAGUE,
        heading=Heading(digest_id="d1", **heading),
        mentions=mentions or {},
    )


def test_a_digest_is_grouped_by_person_and_by_how_urgent_it_is():
    due = due_of(
        task_of(1, days=2, text="Oldest"),
        task_of(2, user="user_b", name="Ben", days=1, text="Old"),
        task_of(3, text="New"),
    )
    said = in_words(draw(due))
    lines = [line.strip() for line in said.splitlines()]
    assert lines[0] == "# Tasks for Thu 26 Nov: 2 overdue, 1 today"
    assert said.index("Oldest") < said.index("New") < said.index("*Old*")
    assert "*Ana Novak  ·  Overdue (1)*" in lines
    assert "*Today (1)*" in lines
    assert "*Ben  ·  Overdue (1)*" in lines
    assert said.count("Ana Novak  ·") == 1


def test_nobody_is_mentioned_who_has_not_asked_and_each_once():
    due = due_of(task_of(1, days=1), task_of(2), task_of(3, user="user_b", name="Ben"))
    asked = {"user_a": "U1", "user_c": "U3"}
    assert "<@" not in str(draw(due, mentions=asked))
    said = str(draw(due, plan_of(may_mention=True), asked))
    assert said.count("<@U1>") == 1
    assert "U3" not in said


def test_somebody_whose_tasks_do_not_fit_is_counted_and_mentioned_all_the_same():
    many = [task_of(number, days=5) for number in range(40)]
    due = due_of(*many, task_of(99, user="user_b", name="Ben"))
    drawn = draw(due, plan_of(may_mention=True), {"user_b": "U1"})
    assert "*Also:* Ben (1)" in in_words(drawn)
    assert str(drawn).count("<@U1>") == 1


@pytest.mark.parametrize("count", [0, 1, 20, 22, 23, 24, 26, 3000])
@pytest.mark.parametrize("people", [1, 60])
def test_a_digest_of_any_size_fits_and_says_how_many_there_are(count, people):
    due = due_of(
        *(
            task_of(number, user=f"user_{number % people}", name="N" * 300, days=number % 3)
            for number in range(count)
        )
    )
    drawn = draw(due, late="Late.", missed="Skipped: a day.")
    assert problems(drawn) == []
    assert len(drawn["blocks"]) <= 50
    said = in_words(drawn)
    assert due.total == count
    shown = sum(block.get("block_id", "").endswith("acts") for block in drawn["blocks"])
    assert (f"[Show all {count}]" in said) is (shown < count)
    assert shown >= min(count, 10)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(NASTY, NASTY, NASTY, st.sampled_from(PEOPLE), st.integers(-1, 400)),
             max_size=12),
    NASTY,
    st.booleans(),
)  # fmt: skip
def test_slack_takes_whatever_the_crm_holds(rows, maker, mentions):
    due = due_of(
        *(
            task_of(number, user=user, name=name, text=text, lead_name=lead, days=days)
            for number, (text, lead, name, user, days) in enumerate(rows)
        )
    )
    plan = plan_of(maker=maker, may_mention=mentions)
    drawn = draw(due, plan, {"user_a": "U1"})
    own = own_tasks(due, today=TODAY, zone=PRAGUE, slash="/close")
    modal = all_tasks("d1", due, 0, today=TODAY, zone=PRAGUE)
    assert [problems(one) for one in (drawn, own, modal)] == [[]] * 3
    assert faults(drawn) == []
    assert problems(plain_digest(due, TODAY, slash="/close")) == []


@settings(max_examples=15)
@given(NASTY, NASTY, NASTY)
def test_lists_and_notices_are_taken_with_any_words(name, view, why):
    plans = [
        plan_of(whose="people", people=[("user_1", name)] * 9, maker=name),
        plan_of(whose="view", view=("save_1", view), everything=True, maker=name),
        plan_of(may_mention=True, holidays=[TODAY], days=(6,), says_empty=True),
    ]
    listed = [Listed(f"d{number}", plan, NOW) for number, plan in enumerate(plans)]
    listed += [
        Listed("d8", plans[0], None, why=why, is_broken=True),
        Listed("d9", plans[2], None, why=why, is_mentioned=True),
    ]
    drawn = [digest_list(listed * 4, NOW, slash="/close", said="It is paused.")]
    for plan in plans:
        drawn += [
            announcement(plan, is_personal=False, slash="/close"),
            announcement(plan, is_personal=True, slash="/close"),
            set_up(plan, "d1", NOW, TODAY, slash="/close"),
            broken_notice(plan, "d1", "it broke.", is_personal=False, slash="/close"),
            run_notice(plan, "d1", why, "U1", button="Run now"),
            taken_over(plan, name),
        ]
    distinct = drawn[0]["blocks"]
    for number, block in enumerate(distinct):  # the same digest four times, with ids of its own
        block["block_id"] = str(number)
    assert [problems(one) for one in drawn] == [[]] * len(drawn)
    assert [faults(one) for one in drawn[1:]] == [[]] * (len(drawn) - 1)


def test_the_list_says_what_each_is_and_what_can_be_done():
    plan = plan_of(whose="people", people=[("user_1", "Ana"), ("user_2", "Ben")])
    said = in_words(
        digest_list(
            [Listed("d1", plan, NOW), Listed("d2", plan, None, why="Ana left.", is_broken=True)],
            NOW,
            slash="/close",
        )
    )
    assert "9:00 on working days: to-dos of Ana and Ben" in said
    assert "next today 10:00" in said
    assert "[Run now] [Pause] [Stop asks" in said
    assert "paused: Ana left." in said
    assert "[Take over] [Stop asks" in said


# --- the form ---------------------------------------------------------------------------------


def test_the_form_is_taken_with_every_zone_first():
    for name in (*ZONES[::40], "Asia/Calcutta", "UTC"):
        view = digest_form(name, is_personal=False)
        assert problems(view) == []
    assert problems(digest_form("Europe/Prague", is_personal=True)) == []


@pytest.mark.parametrize("name", ["", "<!channel> *x*", "&<>" * 1500, "\u202e" * 50], ids=range(4))
def test_a_digest_is_changed_in_a_form_whatever_is_in_it(name):
    views = [SmartView(id=f"save_{number}", name=name) for number in range(150)]
    for plan in (
        plan_of(whose="people", people=tuple((f"user_{n}", name) for n in range(150))),
        plan_of(whose="view", view=("save_7", name), zone="Asia/Calcutta"),
        plan_of(whose="mine", holidays=tuple(TODAY + timedelta(days=n) for n in range(100))),
    ):
        view = change_form(plan, "d1", is_personal=plan.whose == "mine", views=views)
        assert problems(view) == []


def submitted(view, **chosen):
    values = {
        name: {"x": {"type": "static_select", "selected_option": {"value": value}}}
        for name, value in chosen.items()
    }
    return view | {"state": {"values": values}}


@pytest.mark.parametrize(
    ("whose", "views", "asked"),
    [
        ("everyone", (), []),
        ("people", (), ["people"]),
        ("view", (SmartView(id="save_1", name="Hot"),), ["view"]),
        ("view", (), []),
    ],
)
def test_the_form_asks_for_what_belongs_to_the_choice(whose, views, asked):
    view = digest_form("UTC", is_personal=False)
    for before in ("people", "view", whose):  # also after another choice
        drawn = fit_whose(submitted_with_elements(view, whose=before), views)
        view = view | {"blocks": drawn["blocks"]}
    ids = [block.get("block_id") for block in drawn["blocks"]]
    assert [one for one in ids if one in ("people", "view")] == asked
    assert problems(drawn) == []


def submitted_with_elements(view, *, whose):
    element = next(one["element"] for one in view["blocks"] if one.get("block_id") == "whose")
    picked = next(one for one in element["options"] if one["value"] == whose)
    state = {"type": "static_select", "selected_option": picked}
    return submitted(view) | {"state": {"values": {"whose": {"digests.whose": state}}}}


def test_holidays_are_read_one_a_line():
    assert read_holidays("2026-12-25\n\n 1.1.2027 \n2026-12-25,") == (
        date(2026, 12, 25),
        date(2027, 1, 1),
    )
    assert read_holidays("") == ()


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "31.2.2027", "25/12", "2026-12-25 and on"])
def test_what_is_no_day_is_named(text):
    with pytest.raises(ValueError, match="is not a day"):
        read_holidays(f"2026-12-25\n{text}")


def test_there_are_not_too_many_holidays():
    days = "\n".join(str(TODAY + timedelta(days=number)) for number in range(101))
    with pytest.raises(ValueError, match="takes 100"):
        read_holidays(days)


# --- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (range(7), "every day"),
        ((4, 3, 2, 1, 0), "on working days"),
        ((6,), "on Sundays"),
        ((0, 2, 4), "on Mon, Wed and Fri"),
        ((5, 6), "on Sat and Sun"),
    ],
)
def test_days_are_said_as_people_say_them(days, said):
    assert say_days(days) == said


def test_a_plan_is_said_in_one_line():
    plan = plan_of(time=time(7, 5), may_mention=True, holidays=[TODAY], says_empty=True)
    assert say_plan(plan) == (
        "7:05 on working days  ·  Europe/Prague  ·  everyone's to-dos  ·  says so on empty days"
        "  ·  mentions those who ask for it  ·  1 holiday"
    )
    people = [(f"user_{number}", f"P{number}") for number in range(9)]
    assert say_whose(plan_of(whose="people", people=people)) == "to-dos of P0, P1, P2 and 6 more"


def test_skipped_days_are_said():
    assert say_missed([], TODAY) == ""
    days = [TODAY - timedelta(days=number) for number in range(7, 0, -1)]
    said = say_missed(days, TODAY)
    assert said.endswith("Wed 25 Nov and 2 earlier ones.") or "yesterday and 2 earlier" in said
    assert "skipped" in say_skipped(TODAY, NOW, PRAGUE)


def test_a_finished_row_says_so_and_has_no_button():
    view = all_tasks("d1", due_of(task_of(1), task_of(2)), 0, today=TODAY, zone=PRAGUE)
    blocks = mark_done(view, f"task_{1:043d}", "Done by Ana, 10:42")
    assert problems(view | {"blocks": blocks}) == []
    assert str(blocks).count("'Done'") == 1
    assert "Done by Ana, 10:42" in str(blocks)


def test_a_plan_outlives_a_round_trip():
    plan = plan_of(whose="view", view=("save_1", "Hot"), holidays=[TODAY])
    assert Plan.model_validate(plan.model_dump(mode="json")) == plan
    with pytest.raises(ValueError, match="zone"):
        _ = plan_of(zone="Mars/Olympus").where
