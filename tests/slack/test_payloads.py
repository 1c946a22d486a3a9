import json
from pathlib import Path

import pytest

from closebot.slack.payloads import Malformed, read_call

RECORDED = Path(__file__).parents[3] / "shared" / "slack" / "examples" / "bolt-payloads"


def interaction(**more):
    return {"type": "block_actions", "user": {"id": "U1"}, "team": {"id": "T1"}} | more


COMMAND = {
    "command": "/close",
    "text": "lead A &amp; B",
    "user_id": "U1",
    "team_id": "T1",
    "channel_id": "C1",
    "response_url": "https://hooks.example/1",
    "trigger_id": "1.2.3",
}


def test_a_command_is_read_with_its_words_as_typed():
    call = read_call(COMMAND, "/close")
    assert call is not None
    assert (call.kind, call.workspace, call.user, call.words) == (
        "command",
        "T1",
        "U1",
        "lead A & B",
    )


def test_on_grid_the_enterprise_owns_the_person():
    call = read_call(COMMAND | {"enterprise_id": "E1"}, "/close")
    assert call is not None
    assert call.workspace == "E1"


def test_a_click_carries_the_value_of_its_button():
    call = read_call(
        interaction(actions=[{"action_id": "a", "type": "button", "value": "lead_1"}]), "/close"
    )
    assert call is not None
    assert (call.kind, call.key, call.words) == ("action", "a", "lead_1")


def test_a_choice_carries_the_value_of_its_option():
    action = {"action_id": "a", "type": "static_select", "selected_option": {"value": "edit"}}
    call = read_call(interaction(actions=[action]), "/close")
    assert call is not None
    assert (call.key, call.words) == ("a", "edit")


def test_an_entry_of_an_overflow_menu_names_what_answers_it():
    action = {"action_id": "more", "type": "overflow"}
    entry = {"selected_option": {"value": "leads.edit lead_1"}}
    call = read_call(interaction(actions=[action | entry]), "/close")
    assert call is not None
    assert (call.key, call.words) == ("leads.edit", "lead_1")
    with pytest.raises(Malformed):
        read_call(interaction(actions=[action]), "/close")


def test_addresses_that_are_secrets_are_not_in_the_repr():
    call = read_call(COMMAND, "/close")
    assert "hooks.example" not in repr(call)
    assert "1.2.3" not in repr(call)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "block_actions"},
        {"type": "nonsense", "user": {"id": "U1"}},
        {"type": ["block_actions"], "user": {"id": "U1"}},
        {"type": "block_actions", "user": "U1"},
        {"type": "block_actions", "user": {"id": 7}},
        interaction(),
        interaction(actions=[]),
        interaction(actions=["x"]),
        interaction(actions={"action_id": "a"}),
        interaction(actions=[{"action_id": None, "type": "button"}]),
        interaction(type="view_submission"),
        interaction(type="view_submission", view="V1"),
        interaction(type="view_submission", view={"callback_id": "x", "state": "x"}),
        interaction(type="view_submission", view={"callback_id": "x", "blocks": [1]}),
        {"type": "event_callback"},
        {"type": "event_callback", "event": []},
        {"type": "event_callback", "event": {"type": 3}},
        {"command": "close", "user_id": "U1"},
        {"command": "/close"},
        {"command": 3, "user_id": "U1"},
        COMMAND | {"text": ["lead"]},
    ],
)
def test_a_body_that_is_not_what_it_claims_is_refused_without_its_contents(body):
    with pytest.raises(Malformed) as refused:
        read_call(body, "/close")
    assert "U1" not in str(refused.value)
    assert "lead" not in str(refused.value)


@pytest.mark.parametrize(
    "kind", ["dialog_submission", "interactive_message", "url_verification", "app_rate_limited"]
)
def test_a_known_body_without_use_here_is_left_aside(kind):
    assert read_call({"type": kind, "user": {"id": "U1"}}, "/close") is None


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded payloads are not in this clone")
@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.json")), ids=lambda path: path.stem)
def test_recorded_payloads_are_read(path):
    call = read_call(json.loads(path.read_text()), "/close")
    assert call is not None
    assert call.key or call.kind == "command"
