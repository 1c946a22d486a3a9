import json
from pathlib import Path

import pytest

from closebot.close import Forbidden, Invalid, NotFound, PlanLimit, Unauthorized
from closebot.close.errors import read_refusal

EXAMPLES = Path(__file__).parents[3] / "shared" / "close" / "examples"
NESTED = {
    "errors": [],
    "field-errors": {
        "contacts": {
            "errors": {
                "0": {
                    "errors": [],
                    "field-errors": {
                        "emails": {
                            "errors": {"1": {"errors": [], "field-errors": {"email": "Invalid."}}}
                        }
                    },
                }
            }
        }
    },
}


@pytest.mark.parametrize(
    ("body", "messages", "fields"),
    [
        ({"error": "Nope"}, ("Nope",), {}),
        ({"errors": ["One", "Two"]}, ("One", "Two"), {}),
        ({"errors": "One"}, ("One",), {}),
        ({"errors": [], "field-errors": {"status": "Bad"}}, (), {"status": "Bad"}),
        ({"errors": [], "field-errors": {"name": ["A", "B"]}}, (), {"name": "A; B"}),
        (NESTED, (), {"contacts.0.emails.1.email": "Invalid."}),
        ({"error": {"rate_reset": 1}}, (), {}),
        ({"errors": None, "field-errors": 7}, (), {}),
        ([1, 2], (), {}),
        (None, (), {}),
        ("<html>", (), {}),
    ],
)
def test_every_shape_of_a_refusal_is_read(body, messages, fields):
    error = read_refusal(400, body)
    assert type(error) is Invalid
    assert error.messages == messages
    assert error.fields == fields


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Invalid), (401, Unauthorized), (402, PlanLimit), (403, Forbidden), (404, NotFound),
     (405, Invalid), (415, Invalid)],
)  # fmt: skip
def test_a_status_has_its_error(status, kind):
    assert type(read_refusal(status, {})) is kind


def test_a_message_of_a_megabyte_is_cut():
    assert len(str(read_refusal(400, {"error": "x" * 1_000_000}))) < 1000


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="Close's recorded answers are not in this clone")
def test_every_recorded_refusal_says_something():
    recorded = sorted(EXAMPLES.glob("*.error_4*.json"))
    recorded = [path for path in recorded if not path.name.endswith(".request.json")]
    assert recorded
    for path in recorded:
        error = read_refusal(400, json.loads(path.read_text()))
        if "429" not in path.name:
            assert error.messages or error.fields, path.name
