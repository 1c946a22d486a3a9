"""A person's settings: what is kept is read back, and what is odd is as if never chosen."""

from datetime import UTC, datetime

import pytest

from closebot.people import Preferences, read_preferences, save_preferences
from closebot.store import Owner, Store, Vault, new_key

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ANA = Owner("T1", "U1")


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "closebot.db", Vault([new_key()]))
    yield opened
    opened.close()


async def test_what_was_chosen_is_read_back(store):
    chosen = Preferences("Asia/Tokyo", (5, 6), "never", "pipe_1", shares=True)
    await save_preferences(store, ANA, chosen, NOW)
    assert await read_preferences(store, ANA) == chosen
    assert await read_preferences(store, Owner("T1", "U2")) == Preferences()


@pytest.mark.parametrize(
    "kept",
    ["x", [], {}, {"zone": 3, "days": ["x", 9], "mention": "loudly", "pipeline": [], "shares": 1}],
)
async def test_what_is_odd_is_as_if_it_was_never_chosen(store, kept):
    await store.keepsakes.change(ANA, "preferences", lambda _: kept, NOW)
    assert await read_preferences(store, ANA) == Preferences()
