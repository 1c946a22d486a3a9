"""A task's row, lists of rows and the forms: what a person reads, and that Slack takes it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot.cards.task_forms import (
    Draft,
    delete_form,
    edit_form,
    new_form,
    read_due,
    read_edited,
    read_former,
    snooze_form,
    write_former,
)
from closebot.cards.task_words import name_task
from closebot.cards.tasks import (
    MOST_LISTED,
    REOPEN,
    Press,
    Row,
    State,
    group_of,
    move_due,
    owns_block,
    task_card,
    task_list,
    task_row,
)
from closebot.close import Lead, Task
from tests.blockkit import problems
from tests.cards.rules import faults, in_words

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
PRAGUE = ZoneInfo("Europe/Prague")
TASK_ID = "task_" + "a" * 43
USER_ID = "user_" + "b" * 43
LEAD_ID = "lead_" + "c" * 43
CALL = {
    "id": TASK_ID,
    "text": "Call Hank",
    "date": "2026-11-26T14:00:00+00:00",
    "lead_id": LEAD_ID,
    "lead_name": "Globex & Sons",
    "assigned_to": USER_ID,
    "assigned_to_name": "Ana Ruiz",
}


def task(**changed):
    return Task.model_validate(CALL | changed)


def read_row(one, **more):
    return in_words({"text": "x", "blocks": task_row(one, TODAY, PRAGUE, **more)})


def test_a_row_says_lead_day_and_whose_it_is():
    assert read_row(task()).startswith("*Call Hank*\nGlobex &amp; Sons  ·  due today 15:00")
    assert "Ana Ruiz" in read_row(task())
    assert "Ana Ruiz" not in read_row(task(), reader=USER_ID)
    assert "overdue since Tue 24 Nov" in read_row(task(date="2026-11-24"))
    assert "no date" in read_row(task(is_dateless=True))


def test_the_new_day_is_said_once():
    said = read_row(task(), state=State("Snoozed, due today 15:00, by Ana, 10:42"))
    assert said.count("due today 15:00") == 1


def test_what_was_done_stands_in_the_row_with_its_undo():
    state = State("Done by Ana, 10:42", (REOPEN, str(Press(TASK_ID))))
    said = read_row(task(is_complete=True), state=state)
    assert "Done by Ana, 10:42" in said
    assert "Undo" in said
    assert "Snooze" not in said


@pytest.mark.parametrize(
    ("changed", "group"),
    [
        ({}, "Today"),
        ({"date": "2026-11-26T23:30:00+00:00"}, "Next"),  # it is tomorrow in Prague then
        ({"date": "2026-11-25"}, "Overdue"),
        ({"date": "2026-11-26"}, "Today"),
        ({"date": "2026-11-27"}, "Next"),
        ({"date": None}, "Today"),
        ({"date": "2026-11-20", "is_dateless": True}, "Today"),
        ({"date": "2026-11-20", "is_complete": True}, "Done"),
        ({"date": "0001-01-01T00:00:00+00:00"}, "Overdue"),
    ],
)
def test_a_task_stands_under_its_heading(changed, group):
    assert group_of(task(**changed), TODAY, PRAGUE) == group


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("lead", {"text": " "}, "Untitled task"),
        ("outgoing_call", {"contact_name": "Bruce"}, "Call Bruce"),
        ("missed_call", {"phone_formatted": "+1 650"}, "Missed call from +1 650"),
        ("voicemail", {"voicemail_duration": 21}, "Voicemail (21 s)"),
        ("answered_detached_call", {"phone_formatted": "+1"}, "Call without a lead from +1"),
        ("incoming_email", {"subject": "Hi"}, "E-mail to answer: Hi"),
        ("email_followup", {"body_preview": "Please"}, "E-mail without an answer: Please"),
        ("incoming_sms", {"contact_name": "Steve"}, "Text to answer from Steve"),
        (
            "opportunity_due",
            {"opportunity_value": 130050, "opportunity_value_currency": "USD"},
            "Opportunity past its date: $1,300.50",
        ),
        ("new_kind", {"text": "x"}, "New kind: x"),
        ("", {"text": ""}, "Task"),
    ],
)
def test_every_kind_has_words(kind, fields, said):
    assert name_task(Task.model_validate({"id": "noti_1", "_type": kind} | fields), 100) == said


def test_only_to_dos_can_be_edited_or_deleted():
    assert "Edit" in read_row(task())
    assert "Edit" not in read_row(task(_type="missed_call"))
    assert "Delete" not in read_row(task(_type="missed_call"))


@pytest.mark.parametrize(
    ("due", "moved"),
    [
        (None, date(2026, 11, 30)),
        (date(2026, 11, 1), date(2026, 11, 30)),
        (datetime(2026, 10, 1, 8, 0, tzinfo=UTC), datetime(2026, 11, 30, 9, 0, tzinfo=UTC)),
    ],
)
def test_another_day_keeps_the_time_of_the_clock(due, moved):
    assert move_due(due, date(2026, 11, 30), PRAGUE) == moved


@given(
    st.none() | st.dates() | st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1))  # noqa: DTZ001
)
def test_a_press_travels_in_a_button(due):
    if isinstance(due, datetime):
        due = due.replace(microsecond=0, tzinfo=UTC)
    press = Press(TASK_ID, due, "10 overdue+ " + USER_ID)
    assert Press.read(str(press)) == press


@pytest.mark.parametrize(
    "value", ["", "task_1", "task_1 nonsense", "task_1 @x 1 2", "a @9" + "9" * 30]
)
def test_an_odd_press_reads_as_little(value):
    assert Press.read(value).due is None


def test_the_longest_press_fits_a_menu():
    due = datetime(2199, 12, 31, 23, 59, tzinfo=UTC)
    card = {
        "text": "x",
        "blocks": task_row(
            task(date=due.isoformat()), TODAY, PRAGUE, pages=f"999990 overdue+ {USER_ID}"
        ),
    }
    assert faults(card) == []
    assert problems(card) == []


@pytest.mark.parametrize(
    ("day", "clock", "due", "wrong"),
    [
        ("", "", None, {}),
        ("2026-11-26", "", TODAY, {}),
        ("2026-11-26", "15:00", datetime(2026, 11, 26, 14, tzinfo=UTC), {}),
        ("", "15:00", None, {"due"}),
        ("2026-11-25", "", None, {"due"}),
        ("2026-11-26", "09:30", None, {"time"}),
        ("2027-03-28", "02:30", None, {"time"}),
    ],
)
def test_day_and_time_of_a_form(day, clock, due, wrong):
    found, faults_found = read_due(day, clock, now=NOW, zone=PRAGUE)
    assert found == due
    assert set(faults_found) == set(wrong)


# --- whatever stands in Close -----------------------------------------------------------------

HOSTILE = [
    "<!channel> <@U2>",
    "<https://evil.example|Globex>",
    "*bold* _it_ ~gone~ `code` :tada:",
    "> quoted\n```x```",
    "&amp; &lt;!channel&gt; &",
    "\u202eright to left\u202c",
    "",
    " ",
    "&" * 4000,
    "Ångström " * 700,
]
texts = st.sampled_from(HOSTILE) | st.text(max_size=200) | st.none()
due_dates = st.none() | st.dates().map(date.isoformat) | st.just("0001-01-01T00:00:00+00:00")
kinds = st.sampled_from(
    ["lead", "outgoing_call", "missed_call", "incoming_email", "incoming_sms", "opportunity_due"]
)
tasks = st.builds(
    lambda **fields: Task.model_validate({"id": TASK_ID} | fields),
    _type=kinds,
    text=texts,
    lead_id=st.sampled_from(["", LEAD_ID]),
    lead_name=texts,
    contact_name=texts,
    assigned_to=st.just(USER_ID),
    assigned_to_name=texts,
    date=due_dates,
    is_complete=st.booleans(),
    is_dateless=st.booleans(),
    subject=texts,
    phone_formatted=texts,
    opportunity_note=texts,
    object_id=st.sampled_from(["", "oppo_" + "d" * 43]),
)
states = st.builds(
    State,
    texts.map(lambda text: (text or "")[:300]),
    st.none() | st.just((REOPEN, str(Press(TASK_ID)))),
    st.booleans(),
)


@given(tasks, states)
def test_slack_takes_any_row(one, state):
    card = task_card(one, today=TODAY, zone=PRAGUE, title="Task created", state=state)
    assert faults(card) == []
    assert problems(card) == []
    assert any(owns_block(one.id, block) for block in card["blocks"])


@given(st.lists(st.tuples(tasks, states), max_size=MOST_LISTED + 1), texts)
def test_slack_takes_any_list(pairs, title):
    rows = [
        Row(one.model_copy(update={"id": f"task_{number:043}"}), "Today", state)
        for number, (one, state) in enumerate(pairs)
    ]
    card = task_list(
        f"Tasks {title or ''}"[:200],
        rows,
        today=TODAY,
        zone=PRAGUE,
        total=99,
        skip=10,
        pages=f"overdue+ {USER_ID}",
    )
    assert faults(card) == []
    assert problems(card) == []


@given(tasks, texts, texts)
def test_slack_takes_any_form(one, text, hint):
    press = str(Press(TASK_ID, one.date, "message 1790000000.000100"))
    lead = Lead(id=LEAD_ID, display_name=text or "")
    hints = {"lead": hint or "", "due": hint or "", "assignee": hint or ""}
    draft = Draft(lead, text or "", one.date, (USER_ID, text or ""), hints)
    views = [
        new_form(draft, PRAGUE),
        edit_form(one, press, PRAGUE),
        delete_form(one, press, today=TODAY, zone=PRAGUE),
        snooze_form(press, TODAY),
    ]
    for view in views:
        assert problems(view) == []
    kept, marks = read_edited(views[1]["private_metadata"])
    assert kept == press
    assert marks


@given(st.text(max_size=900), st.sampled_from(["2026-11-24", "2026-11-26T14:00:00+00:00"]))
def test_what_a_task_had_before_travels_in_the_undo(text, due):
    before = task(text=text, date=due)
    value = write_former(Press(TASK_ID, None, "0 open"), before, {"text": "x", "date": None})
    assert read_former(value) == (
        Press(TASK_ID, before.date, "0 open"),
        {"text": before.text, "date": before.date},
    )


def test_an_undo_that_no_button_holds_is_left_out():
    assert write_former(Press(TASK_ID), task(text="x" * 2100), {"text": "y"}) == ""
    assert read_former("odd") == (Press("odd"), {})
    assert read_former(f"{TASK_ID} - \n[]")[1] == {}


def test_a_proposed_day_is_said_by_its_date():
    assert "Tomorrow (Fri 27 Nov)" in str(snooze_form("", TODAY))
