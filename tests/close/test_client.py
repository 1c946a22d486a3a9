from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from closebot.close import ApiKey, Close
from tests.close.conftest import said

ME = {
    "id": "user_1",
    "first_name": "Ana",
    "last_name": "Novak",
    "email": "ana@northwind.example",
    "last_used_timezone": "Europe/Prague",
    "organizations": [{"id": "orga_1", "name": "Northwind", "lead_statuses": None}],
}


async def test_the_client_can_be_used_alone(scripted):
    scripted.script(said(ME))
    async with Close(api_key="api_key", base_url=scripted.address) as close:
        me = await close.me.get()
    assert (me.name, me.zone, me.organizations[0].name) == (
        "Ana Novak",
        "Europe/Prague",
        "Northwind",
    )


@pytest.mark.parametrize(
    ("zone", "now", "hours"),
    [
        ("Europe/Prague", datetime(2026, 10, 24, 12, tzinfo=UTC), "2"),
        ("Europe/Prague", datetime(2026, 10, 25, 12, tzinfo=UTC), "1"),
        ("America/St_Johns", datetime(2026, 7, 1, tzinfo=UTC), "-2.5"),
        ("Asia/Kathmandu", datetime(2026, 7, 1, tzinfo=UTC), "5.75"),
        ("UTC", datetime(2026, 7, 1, tzinfo=UTC), "0"),
    ],
)
async def test_the_offset_is_that_of_the_person_at_that_moment(scripted, zone, now, hours):
    scripted.script(said(ME))
    close = Close(
        api_key="api_key", transport=scripted.transport, zone=ZoneInfo(zone), now=lambda: now
    )
    await close.me.get()
    assert scripted.asked[0].headers["x-tz-offset"] == hours


async def test_without_a_zone_no_offset_is_claimed(scripted):
    scripted.script(said(ME))
    await Close(api_key="api_key", transport=scripted.transport).me.get()
    assert "x-tz-offset" not in scripted.asked[0].headers


@pytest.mark.parametrize("given", [{}, {"api_key": "a", "access_token": "b"}])
def test_exactly_one_way_to_say_who_asks(given):
    with pytest.raises(TypeError):
        Close(**given)
    with pytest.raises(TypeError):
        Close(auth=ApiKey("a"), api_key="b")


async def test_closing_a_client_leaves_a_shared_transport_open(scripted):
    scripted.script(said(ME))
    async with Close(api_key="api_key", transport=scripted.transport) as close:
        await close.me.get()
    await Close(api_key="api_key", transport=scripted.transport).me.get()
    assert len(scripted.asked) == 2
