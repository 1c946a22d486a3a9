"""The client and the sandbox together: what the one did, the other shows."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closebot.close import (
    Address,
    BadId,
    Close,
    CloseError,
    Email,
    Invalid,
    NewContact,
    Note,
    NotFound,
    Phone,
    Range,
    TaskCompleted,
    Transport,
    WriteUnclear,
)
from closebot.sandbox.close_api import CloseSandbox

MISSING = "x" * 43


@pytest.fixture
async def sandbox():
    async with CloseSandbox() as opened:
        yield opened


@pytest.fixture
async def close(sandbox):
    async with Close(api_key=sandbox.keys["mia"], base_url=sandbox.api_url) as opened:
        yield opened


async def test_a_lead_lives_from_creation_to_deletion(close):
    jane = NewContact(
        name="Jane Doe",
        emails=[Email(email="jane@new.example", type="office")],
        phones=[Phone(phone="+1 415 555 0123", type="mobile")],
    )
    lead = await close.leads.create(
        name="New & Sons", url="https://new.example", contacts=[jane],
        addresses=[Address(city="Brno", country="CZ", label="business")],
    )  # fmt: skip
    assert lead.contacts[0].phones[0].phone == "+14155550123"
    assert lead.status_label
    assert lead.addresses[0].city == "Brno"
    statuses = await close.statuses.leads()
    changed = await close.leads.update(lead.id, description="Hi", status_id=statuses[2].id)
    assert (changed.description, changed.status_label) == ("Hi", statuses[2].label)
    assert changed.url == "https://new.example"
    kinds = [one.type async for one in close.activities.list(lead.id)]
    assert "LeadStatusChange" in kinds
    assert [found.id for found in (await close.leads.search("jane@new.example")).leads] == [lead.id]
    await close.leads.delete(lead.id)
    with pytest.raises(NotFound):
        await close.leads.get(lead.id)
    with pytest.raises(NotFound):
        await close.contacts.get(lead.contacts[0].id)


async def test_contacts_keep_their_other_addresses(close):
    lead = (await close.leads.search("Globex")).leads[0]
    contact = await close.contacts.create(lead.id, name="Eve", emails=[Email(email="e@x.example")])
    contact = await close.contacts.add_email(contact.id, "eve@x.example", "home")
    contact = await close.contacts.add_phone(contact.id, "+420777123456")
    assert [one.email for one in contact.emails] == ["e@x.example", "eve@x.example"]
    assert contact.phones[0].phone_formatted == "+420 777 123 456"
    assert contact.id in [one.id async for one in close.contacts.list(lead.id)]
    assert (await close.contacts.update(contact.id, title="CTO")).emails == contact.emails
    await close.contacts.delete(contact.id)
    assert contact.id not in [one.id async for one in close.contacts.list(lead.id)]


async def test_a_deal_is_counted_moved_and_won(close):
    lead = await close.leads.create(name="Deal Inc")
    statuses = await close.statuses.opportunities()
    before = await close.opportunities.totals()
    deal = await close.opportunities.create(
        lead.id, value=1250050, value_period="monthly", confidence=40, status_id=statuses[0].id
    )
    assert (deal.value, deal.value_formatted) == (1250050, "$12,500.50 monthly")
    assert deal.money_text == "$12,500.50 monthly"
    assert deal.annualized_value == 12 * 1250050
    assert deal.expected_value == 500020
    after = await close.opportunities.totals()
    assert after.total_results == before.total_results + 1
    assert after.total_value_monthly == before.total_value_monthly + 1250050
    won = next(status for status in statuses if status.type == "won")
    moved = await close.opportunities.update(deal.id, status_id=won.id)
    assert (moved.status_type, moved.is_open) == ("won", False)
    assert moved.date_won is not None
    mine = close.opportunities.list(lead_id=lead.id, status_types=["won"])
    assert [one.id async for one in mine] == [deal.id]
    kinds = [one.type async for one in close.activities.list(lead.id)]
    assert "OpportunityStatusChange" in kinds
    await close.opportunities.delete(deal.id)
    with pytest.raises(NotFound):
        await close.opportunities.get(deal.id)


async def test_deals_are_summed_up_by_owner_and_by_month(sandbox, close):
    whole = await close.opportunities.totals(status_types=["active"])
    owners = await close.opportunities.groups("user_id", status_types=["active"])
    assert sum(one.total_results for one in owners) == whole.total_results
    assert sum(one.expected_value_annualized for one in owners) == whole.expected_value_annualized
    assert {one.user_name for one in owners} <= {
        user.name for user in await close.users.list().all()
    }
    months = await close.opportunities.groups("date_won__month")
    assert sum(one.total_results for one in months) == len(sandbox.opportunities)
    assert {one.month for one in months} - {None} <= set(range(1, 13))


async def test_tasks_are_done_reopened_and_changed_together(close):
    lead = await close.leads.create(name="Task Inc")
    me = await close.me.get()
    day = datetime.now(UTC).date()
    tasks = [
        await close.tasks.create(lead.id, f"Task {number}", date=day + timedelta(days=number))
        for number in (-1, 0, 5)
    ]
    assert [task.assigned_to for task in tasks] == [me.id] * 3
    inbox = close.tasks.list(view="inbox", lead_id=lead.id)
    assert [one.text async for one in inbox] == ["Task -1", "Task 0"]
    due = close.tasks.list(lead_id=lead.id, due=Range(gt=day))
    assert [one.text async for one in due] == ["Task 5"]
    done = await close.tasks.complete(tasks[0].id)
    assert done.is_complete
    activities = await close.activities.list(lead.id, kinds=["TaskCompleted"]).all()
    assert [type(one) for one in activities] == [TaskCompleted]
    assert activities[0].task_text == "Task -1"
    assert not (await close.tasks.reopen(tasks[0].id)).is_complete
    await close.tasks.update_many([task.id for task in tasks[1:]], is_complete=True)
    left = close.tasks.list(lead_id=lead.id, is_complete=False)
    assert [one.text async for one in left] == ["Task -1"]
    await close.tasks.delete(tasks[0].id)
    with pytest.raises(NotFound):
        await close.tasks.get(tasks[0].id)


async def test_notes_and_calls_are_written_and_read(close):
    lead = await close.leads.create(name="Note Inc")
    note = await close.notes.create(lead.id, "a < b & c", title="T")
    assert note.note_html == "<body><p>a &lt; b &amp; c</p></body>"
    note = await close.notes.update(note.id, note="new")
    assert note.note == "new"
    call = await close.calls.log(lead.id, direction="outbound", duration=90, note="Left word")
    assert (call.duration, call.source) == (90, "External")
    kinds = [type(one) async for one in close.activities.list(lead.id, kinds=["Note", "Call"])]
    assert Note in kinds
    await close.notes.delete(note.id)
    await close.calls.delete(call.id)
    assert await close.activities.list(lead.id, kinds=["Note", "Call"]).all() == ()


async def test_the_organization_can_be_read(close):
    organization = await close.me.organization()
    assert organization.name == "Northwind Sales"
    assert organization.currency == "USD"
    users = [user async for user in close.users.list()]
    assert "Ana Novak" in {user.name for user in users}
    assert (await close.users.get(users[0].id)).id == users[0].id
    pipelines = await close.pipelines.list()
    assert [pipeline.name for pipeline in pipelines] == ["Sales", "Renewals"]
    fields = await close.custom_fields.list("lead")
    assert "Industry" in {field.name for field in fields}


async def test_custom_fields_are_written_and_read(close):
    fields = {field.name: field for field in await close.custom_fields.list("lead")}
    industry = fields["Industry"]
    lead = await close.leads.create(name="Custom", custom={industry.id: industry.choices[0]})
    assert lead.custom[industry.id] == industry.choices[0]
    cleared = await close.leads.update(lead.id, custom={industry.id: None})
    assert industry.id not in cleared.custom
    with pytest.raises(Invalid):
        await close.leads.update(lead.id, custom={industry.id: "No such industry"})


async def test_walks_page_through_everything_once(sandbox, close):
    ids = [lead.id async for lead in close.leads.list()]
    assert sorted(ids) == sorted(sandbox.leads)
    found = close.search.walk({"type": "object_type", "object_type": "lead"}, {"lead": ["id"]})
    assert sorted([one["id"] async for one in found]) == sorted(ids)


async def test_a_merge_leaves_one_lead(close):
    one, two = [await close.leads.create(name=f"Merge {number}") for number in (1, 2)]
    await close.leads.merge(source=one.id, destination=two.id)
    with pytest.raises(NotFound):
        await close.leads.get(one.id)
    with pytest.raises(NotFound):
        await close.leads.merge(source=f"lead_{MISSING}", destination=two.id)


async def test_refusals_name_the_field(close):
    lead = await close.leads.create(name="Refused")
    with pytest.raises(Invalid) as raised:
        await close.leads.create(contacts=[NewContact(emails=[Email(email="nonsense")])])
    assert "contacts.0.emails.0.email" in raised.value.fields
    with pytest.raises(Invalid) as raised:
        await close.opportunities.create(lead.id, status_id=f"stat_{MISSING}")
    assert "status" in raised.value.fields
    with pytest.raises(Invalid) as raised:
        await close.tasks.create(f"lead_{MISSING}", "x")
    assert "lead" in raised.value.fields


@pytest.mark.parametrize("done", [True, False])
async def test_a_write_whose_answer_was_lost_is_unclear_and_never_repeated(sandbox, close, done):
    lead = (await close.leads.search("Globex")).leads[0]
    before = len(sandbox.activities)
    sandbox.faults.add(method="POST", path="/activity/note/", drop=True, apply=done)
    with pytest.raises(WriteUnclear):
        await close.notes.create(lead.id, "Once")
    assert len(sandbox.activities) == before + done


# --- a random sequence of operations: the client's view and the sandbox's state stay equal -----

OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["lead", "rename", "unlead", "contact", "deal", "reprice", "undeal", "task", "tick",
             "untask", "nonsense"]
        ),
        st.integers(0, 9),
        st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1,
                max_size=20).filter(str.strip),
    ),
    max_size=14,
)  # fmt: skip


def pick(ids, number):
    return ids[number % len(ids)] if ids else ""


async def operate(close, sandbox, kind, number, words):
    mine = {
        name: [one["id"] for one in table.values() if one["id"] not in sandbox.planted]
        for name, table in (("leads", sandbox.leads), ("deals", sandbox.opportunities),
                            ("tasks", sandbox.tasks))
    }  # fmt: skip
    lead, deal, task = (pick(mine[name], number) for name in ("leads", "deals", "tasks"))
    operations = {
        "lead": lambda: close.leads.create(name=words, contacts=[NewContact(name=words)]),
        "rename": lambda: close.leads.update(lead, name=words, description=words),
        "unlead": lambda: close.leads.delete(lead),
        "contact": lambda: close.contacts.create(lead, name=words),
        "deal": lambda: close.opportunities.create(
            lead, value=number * 12345, confidence=number * 10
        ),
        "reprice": lambda: close.opportunities.update(deal, value=number, note=words),
        "undeal": lambda: close.opportunities.delete(deal),
        "task": lambda: close.tasks.create(lead, words, date=date(2026, 12, 1 + number)),
        "tick": lambda: close.tasks.complete(task),
        "untask": lambda: close.tasks.delete(task),
        "nonsense": lambda: close.leads.get(f"lead_{MISSING}"),
    }
    await operations[kind]()


@settings(max_examples=25)
@given(OPERATIONS)
def test_the_client_sees_what_the_sandbox_has(operations):
    async def run():
        async with CloseSandbox() as sandbox:
            sandbox.planted = {*sandbox.leads, *sandbox.opportunities, *sandbox.tasks}
            transport = Transport(sandbox.api_url)
            close = Close(api_key=sandbox.keys["mia"], transport=transport)
            for operation in operations:
                try:
                    await operate(close, sandbox, *operation)
                except (BadId, NotFound):
                    pass
                except CloseError as error:
                    raise AssertionError(operation) from error
            for lead_id, stored in sandbox.leads.items():
                if lead_id in sandbox.planted:
                    continue
                lead = await close.leads.get(lead_id)
                assert lead.name == stored["name"]
                there = {
                    "contacts": {one.id: one.name for one in lead.contacts},
                    "deals": {one.id: (one.value, one.note) for one in lead.opportunities},
                    "tasks": {one.id: one.text for one in lead.tasks},
                }
                assert there == {
                    "contacts": belonging(sandbox.contacts, lead_id, "name"),
                    "deals": belonging(sandbox.opportunities, lead_id, "value", "note"),
                    "tasks": {
                        task_id: text
                        for task_id, text in belonging(sandbox.tasks, lead_id, "text").items()
                        if not sandbox.tasks[task_id]["is_complete"]
                    },
                }
            await transport.aclose()

    asyncio.run(run())


def belonging(table, lead_id, *fields):
    """Return id → field (or fields) of the stored objects of a lead."""
    own = {one["id"]: [one.get(name) for name in fields] for one in table.values()
           if one.get("lead_id") == lead_id}  # fmt: skip
    return {key: values[0] if len(fields) == 1 else (values[0], values[1] or "")
            for key, values in own.items()}  # fmt: skip
