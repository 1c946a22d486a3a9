"""What counts as the same answer, and how another one is said."""

from datetime import timedelta

import pytest

from closebot.sandbox.demo.calls import match, say_fresh
from closebot.sandbox.demo.comparing import SENT, Difference, compare
from closebot.sandbox.demo.naming import Names, shape
from closebot.sandbox.demo.reporting import Report, sum_up
from closebot.sandbox.demo.watching import Secrets

LEAD, OTHER = "lead_ugK3GC4naQyI7eJicu4UsgIys2LNm", "lead_00K3GC4naQyI7eJicu4UsgIys2LNm"


def named():
    return Names(timedelta(minutes=5))


def said(then, now):
    return [str(one) for one in compare(then, now, named())]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1790000000.000100", "1790000111.000200"),
        ("due at 9:05 AM", "due at 9:07 AM"),
        ("at 11:59 PM", "at 12:01 AM"),
        (LEAD, OTHER),
        ("2026-03-27T12:00:00+00:00", "2026-03-27T12:00:01.250000+00:00"),
        ("3 minutes ago", "just now"),
        ("V0A1B2C3D4", "V0Z9Y8X7W6"),
        (1790000000, 1790000060),
        ({"block_id": "1f2e3"}, {"block_id": "4d5c6"}),
    ],
)
def test_ids_times_and_tokens_are_compared_by_shape(one, other):
    assert said(one, other) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$12,500.50", "$12,500.00"),
        ("Acme Corporation", "Acme"),
        ("due Tue 24 Nov", "due Wed 25 Nov"),
        ("due at 9:05 AM", "due at 9:05 PM"),
        ("2026-03-27T12:00:00+00:00", "2026-03-28T12:00:00+00:00"),
        ("the CONTRACTS folder", "the CUSTOMERS folder"),
        (f"{LEAD} and {LEAD}", f"{LEAD} and {OTHER}"),
        ({"a": 1}, {"a": 2}),
        ([1, 2], [1]),
        ({"text": "x"}, {}),
        (None, "x"),
        (float("nan"), 1),
    ],
)
def test_what_people_read_is_compared_to_the_letter(one, other):
    assert said(one, other)


def test_without_a_common_clock_times_may_be_any():
    assert shape("due at 9:05 AM") == shape("due at 10:31 PM")
    assert compare("due at 9:05 AM", "due at 10:31 PM", Names()) == []


def test_a_button_that_means_another_lead_is_a_difference():
    then = {"value": LEAD}, {"value": LEAD}
    now = {"value": OTHER}, {"value": LEAD}
    names = named()
    assert [compare(*pair, names) == [] for pair in zip(then, now, strict=True)] == [True, False]


def test_names_of_the_recording_become_those_of_now():
    names = Names()
    then = {"id": "V0A1B2C3D4", "values": {"b-1f2e3d4c5b6a": {"x": 1}}}
    now = {"id": "V0Z9Y8X7W6", "values": {"b-6a5b4c3d2e1f": {"x": 1}}}
    assert compare(then, now, names) == []
    assert names.translate({"view_id": "V0A1B2C3D4"}) == {"view_id": "V0Z9Y8X7W6"}
    assert names.translate({"b-1f2e3d4c5b6a": 1}) == {"b-6a5b4c3d2e1f": 1}
    assert names.translate("note/V0A1B2C3D4/0") == "note/V0Z9Y8X7W6/0"


def test_a_new_block_does_not_make_the_others_differ():
    then = [
        {"type": "header", "text": "Acme"},
        {"type": "section", "text": "one"},
        {"type": "context", "text": "two"},
    ]
    now = [then[0], {"type": "divider"}, then[1], {"type": "context", "text": "three"}]
    assert said({"blocks": then}, {"blocks": now}) == [
        "blocks[1]: is new (divider)",
        "blocks[3].text: “two” is now “three”",
    ]


def test_a_screen_may_have_more_to_say_than_nothing():
    then, now = {"text": "a"}, {"text": "a", "reactions": [], "broadcast": False}
    assert said(then, now) == said(now, then) == []
    assert said(then, {"text": "a", "reactions": ["eyes"]}) == ['reactions: is new (["eyes"])']
    assert [str(one) for one in compare(then, now, named(), rules=SENT)] == [
        "reactions: is new ([])",
        "broadcast: is new (false)",
    ]


def test_of_long_texts_the_place_is_shown_where_they_differ():
    (line,) = said(f"{'a' * 200} due today {'b' * 200}", f"{'a' * 200} overdue {'b' * 200}")
    assert "due today" in line
    assert "overdue" in line
    assert len(line) < 200


# --- calls ---------------------------------------------------------------------------------


def call(name, error="", **sent):
    return {"name": name, "sent": sent} | ({"error": error} if error else {})


def matched(then, now, early=()):
    done = match(then, now, early, named())
    return [str(one) for one in done.differences], [str(say_fresh(one)) for one in done.fresh]


def test_calls_that_have_nothing_to_do_with_each_other_come_in_any_order():
    one, other = call("chat.postMessage", text="a"), call("chat.postMessage", text="b")
    third = call("users.info", user="U0ANA00000")
    assert matched([one, other, third], [third, other, one]) == ([], [])


def test_the_order_of_changes_of_one_message_matters():
    one, other = (call("chat.update", ts="1790000000.000100", text=text) for text in "ab")
    assert matched([one, other], [other, one]) == (
        ["chat.update: comes before chat.update now"],
        [],
    )


def test_a_missing_a_new_and_another_call_are_told_apart():
    then = [call("chat.postMessage", text="a"), call("users.info", user="U0ANA00000")]
    now = [call("chat.postMessage", text="b"), call("pins.add", channel="C0SALES000")]
    differences, fresh = matched(then, now)
    assert differences == [
        "chat.postMessage text: “a” is now “b”",
        'users.info: is no longer sent ({"user": "U0ANA00000"})',
    ]
    assert fresh == ['pins.add: is new ({"channel": "C0SALES000"})']


def test_a_call_that_came_in_the_step_before_already_is_no_difference():
    one = call("views.publish", view={"type": "home"})
    assert matched([one], [], early=[one]) == ([], [])


def test_whether_a_view_said_first_to_wait_is_a_matter_of_time():
    form, wait = {"type": "modal", "title": "New lead"}, {"type": "modal", "title": "Loading…"}
    at_once = [call("users.info", user="U0ANA00000"), call("views.open", view=form)]
    waited = [
        call("views.open", view=wait),
        at_once[0],
        call("views.update", view_id="V0A1B2C3D4", view=form),
    ]
    assert matched(at_once, waited) == matched(waited, at_once) == ([], [])
    again = call("views.update", view_id="V0A1B2C3D4", view=wait)
    assert matched(waited[2:], [again, waited[2]]) == ([], [])
    other = [at_once[0], call("views.open", view=form | {"title": "Another lead"})]
    assert matched(waited, other) == (
        ["views.open view.title: “New lead” is now “Another lead”"],
        [],
    )
    assert matched(at_once, waited[:2])[0] != []
    home, stale = (call("views.publish", user_id="U0ANA00000", view=one) for one in (form, wait))
    assert matched([home], [stale, home]) == ([], [])
    of_ben = call("views.publish", user_id="U0BEN00000", view=form)
    assert matched([home], [home, of_ben])[1] != []


def test_a_call_that_slack_refuses_now_is_said():
    one = call("chat.postMessage", text="a")
    assert matched([one], [one | {"error": "channel_not_found"}]) == (
        ["chat.postMessage: Slack refuses it now: channel_not_found"],
        [],
    )


# --- what is printed -------------------------------------------------------------------------


def test_what_stands_in_a_recording_cannot_move_the_cursor():
    report = Report()
    report.tell("step 1", [Difference("text", "“\x1b[2J\x9b\u202e\ud800\n” is gone")])
    (line,) = report.lines
    assert line.isprintable()


def test_what_differs_in_the_same_way_is_said_once_with_a_count():
    report = Report()
    alike = [Difference(f"blocks[{index}].text", "“a” is now “b”") for index in range(4)]
    report.tell("step 1", [*alike, Difference("x", "is new")])
    report.tell("step 1", alike[:1], again=False)
    assert report.lines == [
        "step 1: blocks[0].text: “a” is now “b” (and 3 more like it)",
        "step 1: x: is new",
    ]
    report.tell("step 2", [Difference(f"a{index}", f"is {index}") for index in range(20)])
    assert report.lines[-1] == "step 2: … and 14 other differences"


def test_secrets_have_names_in_a_recording_and_are_themselves_again_in_a_replay():
    key, foreign = "api_1234567890ab.1234567890ab", "api_abcdefghijkl.abcdefghijkl"
    address = "http://127.0.0.1:8765/commands/T0NORTHWIND/1f2e3d4c5b6a"
    secrets = Secrets({"ana": key})
    hidden = secrets.hide({"a": [f"my key: {key}"], "b": foreign, "c": address})
    assert hidden == {
        "a": ["my key: {key of ana}"],
        "b": "{key of somebody else}",
        "c": "{response address}",
    }
    other = Secrets({"ana": "api_another.one"})
    assert other.show(hidden["a"]) == ["my key: api_another.one"]


@pytest.mark.parametrize(
    ("steps", "differences", "words"),
    [
        (1, 0, "1 step replayed: every answer is as recorded."),
        (8, 1, "8 steps replayed: 1 difference."),
        (8, 2, "8 steps replayed: 2 differences."),
    ],
)
def test_a_replay_is_summed_up_in_numbers_that_read_well(steps, differences, words):
    assert sum_up(steps, differences) == words
