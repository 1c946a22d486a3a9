"""What each operation asks of Close: method, address and body."""

import inspect
from datetime import UTC, date, datetime
from functools import cached_property
from typing import get_type_hints

import pytest

from closebot.close import (
    Activity,
    Attachment,
    BadId,
    Call,
    Close,
    Email,
    NewContact,
    Note,
    Phone,
    Range,
    Unreadable,
    WriteUnclear,
)
from tests.close.conftest import http, said

A, B = "a" * 43, "b" * 43
ANSWER = {
    "id": "any_1",
    "data": [],
    "has_more": False,
    "fields": [],
    "organizations": [{"id": "o"}],
}
HTML_NOTE = "<body><p>Hi</p></body>"
DAY = date(2026, 12, 1)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)

WRITES = [
    (
        lambda close: close.leads.create(
            name="Acme",
            status_id=f"stat_{A}",
            contacts=[NewContact(name="Jane", emails=[Email(email="j@a.com", type="office")])],
            custom={f"cf_{A}": ["x", "y"], f"cf_{B}": None},
        ),
        "POST /lead/",
        {
            "name": "Acme",
            "status_id": f"stat_{A}",
            "contacts": [
                {
                    "name": "Jane",
                    "title": "",
                    "emails": [{"email": "j@a.com", "type": "office"}],
                    "phones": [],
                    "urls": [],
                }
            ],
            f"custom.cf_{A}": ["x", "y"],
            f"custom.cf_{B}": None,
        },
    ),
    (
        lambda close: close.leads.update(f"lead_{A}", url=None, custom={f"cf_{A}.add": "z"}),
        f"PUT /lead/lead_{A}/",
        {"url": None, f"custom.cf_{A}.add": "z"},
    ),
    (lambda close: close.leads.delete(f"lead_{A}"), f"DELETE /lead/lead_{A}/", None),
    (
        lambda close: close.leads.merge(source=f"lead_{A}", destination=f"lead_{B}"),
        "POST /lead/merge/",
        {"source": f"lead_{A}", "destination": f"lead_{B}"},
    ),
    (
        lambda close: close.contacts.create(f"lead_{A}", name="Jane", phones=[Phone(phone="1")]),
        "POST /contact/",
        {
            "lead_id": f"lead_{A}",
            "name": "Jane",
            "title": "",
            "emails": [],
            "phones": [{"phone": "1"}],
            "urls": [],
        },
    ),
    (
        lambda close: close.contacts.update(f"cont_{A}", title=None),
        f"PUT /contact/cont_{A}/",
        {"title": None},
    ),
    (lambda close: close.contacts.delete(f"cont_{A}"), f"DELETE /contact/cont_{A}/", None),
    (
        lambda close: close.opportunities.create(
            f"lead_{A}", value=1250050, value_period="monthly", confidence=0, date_won=DAY
        ),
        "POST /opportunity/",
        {
            "lead_id": f"lead_{A}",
            "value": 1250050,
            "value_period": "monthly",
            "confidence": 0,
            "date_won": "2026-12-01",
        },
    ),
    (
        lambda close: close.opportunities.update(
            f"oppo_{A}", status_id=f"stat_{A}", date_won=None, value=None
        ),
        f"PUT /opportunity/oppo_{A}/",
        {"status_id": f"stat_{A}", "date_won": None, "value": None},
    ),
    (lambda close: close.opportunities.delete(f"oppo_{A}"), f"DELETE /opportunity/oppo_{A}/", None),
    (
        lambda close: close.tasks.create(f"lead_{A}", "Call", date=DAY),
        "POST /task/",
        {"_type": "lead", "lead_id": f"lead_{A}", "text": "Call", "date": "2026-12-01"},
    ),
    (
        lambda close: close.tasks.create_call(f"lead_{A}", f"cont_{A}", date=NOON),
        "POST /task/",
        {
            "_type": "outgoing_call",
            "lead_id": f"lead_{A}",
            "contact_id": f"cont_{A}",
            "date": "2026-12-01T12:00:00+00:00",
        },
    ),
    (
        lambda close: close.tasks.complete(f"task_{A}"),
        f"PUT /task/task_{A}/",
        {"is_complete": True},
    ),
    (
        lambda close: close.tasks.reopen(f"noti_{A}"),
        f"PUT /task/noti_{A}/",
        {"is_complete": False},
    ),
    (lambda close: close.tasks.delete(f"task_{A}"), f"DELETE /task/task_{A}/", None),
    (
        lambda close: close.tasks.update_many([f"task_{A}", f"noti_{B}", f"task_{A}"], date=DAY),
        "PUT /task/",
        {"_params": {"id__in": f"task_{A},noti_{B}"}, "date": "2026-12-01"},
    ),
    (
        lambda close: close.notes.create(f"lead_{A}", "Hi"),
        "POST /activity/note/",
        {"lead_id": f"lead_{A}", "note": "Hi"},
    ),
    (
        lambda close: close.notes.create(
            f"lead_{A}",
            html=HTML_NOTE,
            title="T",
            pinned=True,
            attachments=[Attachment(filename="a.pdf", url="https://app.close.com/go/file/1")],
        ),
        "POST /activity/note/",
        {
            "lead_id": f"lead_{A}",
            "note_html": HTML_NOTE,
            "title": "T",
            "pinned": True,
            "attachments": [{"filename": "a.pdf", "url": "https://app.close.com/go/file/1"}],
        },
    ),
    (
        lambda close: close.notes.update(f"acti_{A}", pinned=False),
        f"PUT /activity/note/acti_{A}/",
        {"pinned": False},
    ),
    (lambda close: close.notes.delete(f"acti_{A}"), f"DELETE /activity/note/acti_{A}/", None),
    (
        lambda close: close.calls.log(f"lead_{A}", direction="outbound", duration=90, note="Hi"),
        "POST /activity/call/",
        {
            "lead_id": f"lead_{A}",
            "direction": "outbound",
            "duration": 90,
            "status": "completed",
            "note": "Hi",
        },
    ),
    (
        lambda close: close.webhooks.create("https://x.example/", [("lead", "updated")]),
        "POST /webhook/",
        {
            "url": "https://x.example/",
            "events": [{"object_type": "lead", "action": "updated"}],
            "verify_ssl": True,
        },
    ),
    (
        lambda close: close.webhooks.update("whsub_1", status="active"),
        "PUT /webhook/whsub_1/",
        {"status": "active"},
    ),
]

READS = [
    (lambda close: close.leads.list(), "/lead/?_fields=id,name,"),
    (lambda close: close.contacts.list(f"lead_{A}"), f"lead_id=lead_{A}"),
    (
        lambda close: close.opportunities.list(
            status_types=["active", "won"],
            user_ids=[f"user_{A}", f"group_{A}"],
            date_won=Range(gte=DAY, lt=date(2027, 1, 1)),
            is_stalled=False,
            order="date_won",
        ),
        f"&user_id__in=user_{A},group_{A}&status_type__in=active,won&is_stalled=false"  # noqa: ISC004
        "&date_won__gte=2026-12-01&date_won__lt=2027-01-01",
    ),
    (
        lambda close: close.opportunities.list(status_labels=["Won", "Closed"]),
        "&status_label__in=Won,Closed",
    ),
    (lambda close: close.tasks.list(), "_order_by=date&_type=lead"),
    (
        lambda close: close.tasks.list(types=["all"], ids=[f"task_{A}", f"noti_{B}"]),
        f"_type=all&id__in=task_{A},noti_{B}",
    ),
    (lambda close: close.tasks.list(types=["all"], view="inbox"), "_type=all&view=inbox"),
    (
        lambda close: close.tasks.list(
            types=["lead", "missed_call"], assigned_to=f"user_{A}", due=Range(lte=NOON)
        ),
        f"_type__in=lead,missed_call&assigned_to=user_{A}&date__lte=2026-12-01T12:00:00%2B00:00",
    ),
    (
        lambda close: close.activities.list(f"lead_{A}", kinds=["Note", "Call"]),
        f"/activity/?lead_id=lead_{A}&_type__in=Note,Call",
    ),
    (
        lambda close: close.activities.list(f"lead_{A}", activity_at=Range(gte=DAY)),
        f"/activity/?lead_id=lead_{A}&_order_by=-activity_at &activity_at__gte=2026-12-01",
    ),
    (lambda close: close.activities.list_kind("CustomActivity"), "/activity/custom/?"),
    (lambda close: close.activities.list_kind("FormSubmission"), "/activity/form_submission/?"),
    (
        lambda close: close.activities.list_kind(
            "OpportunityStatusChange", user_id=f"user_{A}", date_created=Range(gt=NOON)
        ),
        f"/activity/status_change/opportunity/?user_id=user_{A}& &date_created__gt=2026-12-01T12",
    ),
    (lambda close: close.users.list(), "/user/?_fields=id,first_name"),
    (lambda close: close.smart_views.list("lead", "contact"), "type__in=lead,contact"),
    (lambda close: close.webhooks.list(), "/webhook/?"),
]


@pytest.fixture
def close(scripted):
    scripted.script(said(ANSWER))
    return Close(api_key="api_key", transport=scripted.transport)


@pytest.mark.parametrize(("write", "line", "body"), WRITES, ids=[one[1] for one in WRITES])
async def test_what_a_write_sends(scripted, close, write, line, body):
    await write(close)
    [asked] = scripted.asked
    assert f"{asked.method} {asked.path.removeprefix('/api/v1')}" == line
    assert (asked.json if asked.body else None) == body


@pytest.mark.parametrize(("read", "expected"), READS, ids=[one[1] for one in READS])
async def test_what_a_list_asks(scripted, close, read, expected):
    assert await read(close).all() == ()
    [asked] = scripted.asked
    path = asked.path.replace("%2B", "+")
    assert [part for part in expected.replace("%2B", "+").split() if part not in path] == []
    assert "_limit=100" in path
    assert "_fields=" in path


@pytest.mark.parametrize(
    "refused",
    [
        lambda close: close.leads.get("cont_1"),
        lambda close: close.leads.create(custom={"Industry": "IT"}),
        lambda close: close.leads.update("lead_1", status_id="Potential"),
        lambda close: close.contacts.create(""),
        lambda close: close.opportunities.create(""),
        lambda close: close.opportunities.update("oppo_1", user_id="Ana"),
        lambda close: close.tasks.get("acti_1"),
        lambda close: close.tasks.create("", "x"),
        lambda close: close.tasks.update_many([]),
        lambda close: close.tasks.update_many([f"task_{number}" for number in range(1001)]),
        lambda close: close.tasks.update_many(["task_1", "all"]),
        lambda close: close.notes.create("lead_1/../"),
        lambda close: close.calls.log("lead_1", direction="inbound", outcome_id="x"),
        lambda close: close.users.get("me"),
        lambda close: close.events.get("acti_1"),
    ],
)
async def test_what_is_no_id_is_refused_before_it_is_sent(scripted, close, refused):
    with pytest.raises(BadId):
        await refused(close)
    assert scripted.asked == []


async def test_adding_an_address_keeps_the_others(scripted, close):
    there = {
        "id": f"cont_{A}",
        "emails": [{"email": "a@x.com", "type": "home", "is_unsubscribed": True}],
        "phones": [{"phone": "+1415", "phone_formatted": "+1 415", "country": "US", "type": "fax"}],
    }
    scripted.script(said(there))
    await close.contacts.add_email(f"cont_{A}", "b@x.com")
    await close.contacts.add_phone(f"cont_{A}", "+420777", "mobile")
    puts = [asked.json for asked in scripted.asked if asked.method == "PUT"]
    assert puts == [
        {
            "emails": [
                {"email": "a@x.com", "type": "home", "is_unsubscribed": True},
                {"email": "b@x.com", "type": "office"},
            ]
        },
        {"phones": [{"phone": "+1415", "type": "fax"}, {"phone": "+420777", "type": "mobile"}]},
    ]


async def test_adding_what_is_there_changes_nothing(scripted, close):
    scripted.script(said({"id": f"cont_{A}", "emails": [{"email": "A@x.com"}]}))
    await close.contacts.add_email(f"cont_{A}", "a@X.com")
    assert [asked.method for asked in scripted.asked] == ["GET"]


@pytest.mark.parametrize("answer", [said([]), said({"name": "no id"}), http(204, b"")])
async def test_a_write_with_an_answer_that_makes_no_sense_is_unclear(scripted, close, answer):
    scripted.script(answer)
    with pytest.raises(WriteUnclear):
        await close.notes.create(f"lead_{A}", "Hi")


async def test_totals_come_with_one_small_request(scripted, close):
    totals = {
        "data": [{"id": f"oppo_{A}"}],
        "has_more": True,
        "total_results": 65,
        "total_value_one_time": 1723684820,
        "expected_value_annualized": 861847810,
        "count_by_value_period": {"one_time": 64, "monthly": 1},
        "total_value_annual_formatted": None,
    }
    scripted.script(said(totals))
    got = await close.opportunities.totals(status_types=["active"])
    assert (got.total_results, got.total_value_one_time) == (65, 1723684820)
    assert got.count_by_value_period == {"one_time": 64, "monthly": 1}
    assert [asked.path.endswith("_limit=1") for asked in scripted.asked] == [True]


async def test_activities_are_read_as_their_kind_and_new_kinds_as_activities(scripted, close):
    rows = [
        {"id": "acti_1", "_type": "Note", "note": "Hi", "title": None},
        {"id": "acti_2", "_type": "Call", "duration": 61, "direction": "inbound"},
        {"id": "acti_3", "_type": "HologramCall", "brightness": 7},
        {"id": "acti_4"},
    ]
    scripted.script(said({"data": rows, "has_more": False}))
    got = await close.activities.list(f"lead_{A}").all()
    assert [type(one) for one in got] == [Note, Call, Activity, Activity]
    assert got[2].type == "HologramCall"


async def test_statuses_of_opportunities_are_in_board_order(scripted, close):
    boards = [
        {"id": "pipe_1", "statuses": [{"id": "stat_z", "label": "Demo", "type": "active"}]},
        {"id": "pipe_2", "statuses": [{"id": "stat_a", "label": "Won", "type": "won"}]},
    ]
    scripted.script(said({"data": boards, "has_more": False}))
    got = await close.statuses.opportunities()
    assert [(one.label, one.pipeline_id) for one in got] == [("Demo", "pipe_1"), ("Won", "pipe_2")]


async def test_a_key_without_an_organization_is_unreadable(scripted, close):
    scripted.script(said({"id": "user_1", "organizations": []}))
    with pytest.raises(Unreadable):
        await close.me.organization()


async def test_a_smart_view_is_found_by_its_name_and_run(scripted, close):
    view = {"id": f"save_{A}", "name": "Hot leads ", "type": "lead", "query": None}
    scripted.script(
        said({"data": [view], "has_more": False}),
        said({"data": [{"id": "lead_1"}], "cursor": "more"}),
        said({"data": [{"id": "lead_1"}, {"id": "lead_2"}], "cursor": None}),
    )
    found = await close.smart_views.find("hot LEADS")
    leads = [lead.id async for lead in close.smart_views.leads(found.id)]
    assert leads == ["lead_1", "lead_2"]
    assert scripted.asked[2].json["cursor"] == "more"
    assert f"save_{A}" in str(scripted.asked[1].json)


async def test_a_search_whose_cursor_died_begins_anew_once(scripted, close):
    first = said({"data": [{"id": "lead_1"}], "cursor": "one"})
    dead = said({"errors": ["cursor expired"]}, 400)
    rest = said({"data": [{"id": "lead_1"}, {"id": "lead_2"}], "cursor": None})
    scripted.script(first, dead, rest)
    found = [one["id"] async for one in close.search.walk({}, {"lead": ["id"]})]
    assert found == ["lead_1", "lead_2"]


async def test_events_are_read_by_cursor_each_once(scripted, close):
    rows = [
        {"id": f"ev_{number}", "date_updated": "2026-06-19T09:22:10.931820"} for number in (1, 2)
    ]
    scripted.script(
        said({"data": rows[:1], "cursor_next": "older"}),
        said({"data": rows, "cursor_next": "older"}),
        said({"data": rows, "cursor_next": "older"}),
    )
    got = [one.id async for one in close.events.list(lead_id=f"lead_{A}")]
    assert got == ["ev_1", "ev_2"]
    assert "_cursor=older" in scripted.asked[1].path
    assert all("_limit=50" in asked.path for asked in scripted.asked)


async def test_what_one_request_has_done_is_asked_of_the_event_log(scripted, close):
    scripted.script(said({"data": [], "cursor_next": None}))
    assert [one async for one in close.events.list(request_id=f"req_{A}")] == []
    assert f"request_id=req_{A}" in scripted.asked[0].path
    with pytest.raises(BadId):
        await anext(close.events.list(request_id="ev_1"))


async def test_groups_of_opportunities_that_a_page_cuts_come_once(scripted, close):
    mine = {"key": f"user_{A}", "user_id": f"user_{A}", "user_name": "Ann", "total_results": 2,
            "total_value_one_time": 300, "expected_value_monthly": None}  # fmt: skip
    dateless = {"key": None, "total_results": 1, "objects": [{"id": "oppo_3"}]}
    scripted.script(
        said({"data": [mine | {"objects": [{"id": "oppo_1"}]}], "has_more": True}),
        said({"data": [mine | {"objects": [{"id": "oppo_2"}]}, dateless], "has_more": False}),
    )
    got = await close.opportunities.groups("user_id", status_types=["active"])
    assert [(one.key, one.total_results, one.total_value_one_time) for one in got] == [
        (f"user_{A}", 2, 300),
        ("", 1, 0),
    ]
    paths = [asked.path for asked in scripted.asked]
    assert "_group_by=user_id" in paths[0]
    assert "_skip" not in paths[0]
    assert "_skip=1" in paths[1]


@pytest.mark.parametrize("data", [None, [1], [{"key": "a", "objects": []}]])
async def test_groups_that_never_end_or_are_none_are_left(scripted, close, data):
    scripted.script(said({"data": data, "has_more": True}))
    if data and isinstance(data[0], dict):
        assert [one.key for one in await close.opportunities.groups("user_id")] == ["a"]
    else:
        with pytest.raises(Unreadable):
            await close.opportunities.groups("user_id")
    assert len(scripted.asked) == 1


def test_every_operation_says_what_it_raises_and_where_close_describes_it():
    silent = [
        f"{section.__name__}.{name}"
        for attribute in vars(Close).values()
        if isinstance(attribute, cached_property)
        for section in [get_type_hints(attribute.func)["return"]]
        for name, operation in inspect.getmembers(section, inspect.isfunction)
        if not name.startswith("_")
        if "Raises" not in (operation.__doc__ or "").replace("raises", "Raises")
        or "https://developer.close.com/"
        not in f"{inspect.getmodule(section).__doc__}{section.__doc__}{operation.__doc__}"
    ]
    assert silent == []
