"""JSON in and out reads the same with and without orjson."""

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebot import wire

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.fixture(params=["orjson", "json"])
def by(request, monkeypatch):
    if request.param == "json":
        monkeypatch.setattr(wire, "orjson", None)
    else:
        pytest.importorskip("orjson")


@given(VALUES)
def test_what_is_written_is_read_again(value):
    written = wire.write_json(value)
    assert wire.read_json(written) == value
    assert json.loads(written) == value
    assert wire.read_json(json.dumps(value)) == value


@pytest.mark.usefixtures("by")
@pytest.mark.parametrize(
    ("text", "read"),
    [
        (b'{"name": "\\ud83d\\ude80 M\xc3\xbcller"}', {"name": "🚀 Müller"}),
        (b'"\\ud83d"', "\ud83d"),
        (b"\xef\xbb\xbf[1]", [1]),
        (b"1e999", math.inf),
        ('{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_what_services_send_is_read(text, read):
    assert wire.read_json(text) == read


@pytest.mark.usefixtures("by")
@pytest.mark.parametrize("text", [b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"a":', "nul"])
def test_what_is_no_json_says_so(text):
    with pytest.raises(ValueError, match=r"."):
        wire.read_json(text)


@pytest.mark.usefixtures("by")
def test_half_a_character_is_written_as_an_escape():
    assert wire.write_json({"text": "\ud83d"}) == b'{"text": "\\ud83d"}'


@pytest.mark.usefixtures("by")
@pytest.mark.parametrize("mistake", [datetime.now(UTC), object(), {1, 2}, b"bytes"])
def test_what_json_does_not_know_is_a_mistake_of_ours(mistake):
    with pytest.raises(TypeError):
        wire.write_json({"value": mistake})
