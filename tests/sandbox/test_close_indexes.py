"""What the Close sandbox keeps of its tables answers as a walk over all of them would."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from closebot.sandbox.close_api import CloseSandbox
from closebot.sandbox.close_api.asked import Asked
from closebot.sandbox.close_api.lexicon import Lexicon
from closebot.sandbox.close_api.matching import MODES, has_words, match_text, take_words
from closebot.sandbox.close_api.moments import write_moment
from closebot.sandbox.close_api.preparation import prepare
from closebot.sandbox.close_api.rows import WatchedTable
from closebot.sandbox.close_api.search import Search
from closebot.sandbox.close_api.seen import see
from closebot.sandbox.close_api.store import gather_family
from closebot.sandbox.close_api.tables import groups_of, index_of, order_of
from closebot.sandbox.close_api.task_lists import select_tasks
from closebot.sandbox.close_api.texts import contact_texts, lead_texts

AT = datetime(2026, 6, 19, 12, 5, 28, tzinfo=UTC)
COLOURS = ("red", "green", "blue", None)
WORDS = ("red", "Redwood", "blue sky", "Ölmühle", "a b", "b a", "!!!", "")


@pytest.fixture
def chance():
    return Random("indexes")


def moment(chance):
    return write_moment(AT + timedelta(hours=chance.randint(-40, 40)))


def change(table, chance):
    """Change a table of plain rows in one of the ways in which a holder of it may."""
    key, known = f"row{chance.randint(0, 60)}", list(table)
    fields = {"id": key, "colour": chance.choice(COLOURS), "date_created": moment(chance)}
    ways = {
        "store": lambda: table.__setitem__(key, fields),
        "colour": lambda: table[chance.choice(known)].update(colour=chance.choice(COLOURS)),
        "moment": lambda: table[chance.choice(known)].__setitem__("date_created", moment(chance)),
        "forget": lambda: table[chance.choice(known)].pop("colour", None),
        "delete": lambda: table.pop(chance.choice(known)),
        "empty": table.clear,
    }
    way = chance.choices(list(ways), (8, 4, 4, 1, 3, 0.05))[0]
    if known or way == "store":
        ways[way]()


def newest_first(table):
    rows = sorted(
        enumerate(table.values()),
        key=lambda pair: (datetime.fromisoformat(pair[1]["date_created"]), pair[0]),
        reverse=True,
    )
    return [row["id"] for _, row in rows]


def test_indexes_orders_and_groups_follow_every_change(chance):
    table = WatchedTable()
    for _ in range(1500):
        change(table, chance)
        if chance.random() < 0.3:  # several changes at once are followed too
            continue
        colour, after = chance.choice(COLOURS), moment(chance)
        expected = [key for key, row in table.items() if row.get("colour") == colour]
        index, order, groups = (
            index_of(table, "colour"),
            order_of(table),
            groups_of(table, "colour"),
        )
        assert index.ids(colour) == set(expected)
        assert [row["id"] for row in index.rows(colour)] == expected
        assert index.ids_where(bool) == {key for key, row in table.items() if row.get("colour")}
        some = set(chance.sample(sorted(table), len(table) // 3))
        assert index.values_of(some) == {table[key].get("colour") for key in some}
        newest = newest_first(table)
        assert order.keys() == newest
        assert [row["id"] for row in order.rows(some)] == [key for key in newest if key in some]
        bound = datetime.fromisoformat(after)
        later = [key for key in newest if table[key]["date_created"] >= after]
        assert order.keys(bounds=[("gte", bound)]) == later
        same = [key for key in later if key in some and table[key]["date_created"] == after]
        assert order.keys(some, bounds=[("gte", bound), ("lte", bound)]) == same
        assert order.keys(some, bounds=[("eq", bound)]) == same
        there = {row.get("colour") for row in table.values()}
        assert set(groups.values()) == there
        known = [one for one in COLOURS if one in there]
        grouped = [key for one in known for key in newest if table[key].get("colour") == one]
        assert groups.keys(known, newest=True) == grouped
        assert groups.keys(known, some, newest=True) == [key for key in grouped if key in some]


def test_words_are_found_as_if_every_text_were_read(chance):
    table = WatchedTable()
    lexicon = Lexicon(table, lambda row: row["texts"])
    for number in range(600):
        texts = [" ".join(chance.choices(WORDS, k=chance.randint(0, 2))) for _ in range(3)]
        table[f"row{number % 40}"] = {"texts": texts}
        if chance.random() < 0.2:
            table.pop(chance.choice(list(table)))
        mode, value = chance.choice(MODES), " ".join(chance.choices(WORDS, k=chance.randint(1, 2)))
        found = lexicon.match(mode, value)
        if found is None:
            assert not take_words(value)
            continue
        compare = match_text(mode, value)
        if mode == "full_words":  # which may stand in different texts

            def compare(texts, value=value):
                return has_words(take_words(" ".join(texts)), take_words(value))

        assert found == {key for key, row in table.items() if compare(row["texts"])}
        assert found <= (lexicon.narrow(mode, value) or found)


# --- the sandbox --------------------------------------------------------------------------------


@pytest.fixture(params=["prepared", "plain"])
def sandbox(request):
    made = CloseSandbox(now=lambda: AT)
    if request.param == "prepared":
        prepare(made.store)
    return made


def asked(sandbox, person="mia", offset=0.0, params=None, body=None):
    user_id = sandbox.user_ids[person]
    store = see(sandbox.store, user_id)
    return Asked(store, "GET", "/", user_id, params or {}, body or {}, offset=offset)


def disturb(sandbox, chance):
    """Reach in and change something."""
    tables = (sandbox.leads, sandbox.contacts, sandbox.opportunities, sandbox.tasks)
    table = chance.choice(tables)
    row = table[chance.choice(list(table))]
    lead, user = chance.choice(list(sandbox.leads)), chance.choice(list(sandbox.users))
    kind = "lead" if table is sandbox.leads else "other"
    if kind == "lead":
        row["name"] = chance.choice(("", "Red Motors", "Umbrella", "Blue Sky"))
        row["status_id"] = chance.choice(list(sandbox.store.lead_statuses))
    elif chance.random() < 0.1 and len(table) > 9:
        del table[row["id"]]
    elif chance.random() < 0.3:
        copy = {**row, "id": f"{row['id']}x", "lead_id": lead}
        table[copy["id"]] = copy
    elif table is sandbox.tasks:
        row["assigned_to"], row["lead_id"] = user, lead
        row["is_complete"] = chance.random() < 0.3
        midnight = AT.replace(hour=0, minute=0, second=0)
        day = chance.choice((AT, midnight)) + timedelta(days=chance.randint(-3, 3))
        row["date"] = chance.choice((None, day.date().isoformat(), write_moment(day)))
        row["is_dateless"] = row["date"] is None
        row["date_updated"] = write_moment(day)
    elif table is sandbox.opportunities:
        row["user_id"], row["lead_id"], row["value"] = user, lead, chance.randint(0, 9)
    else:
        row["name"], row["lead_id"] = chance.choice(("", "Red Doe", "Ölmühle")), lead


def due_at(due, offset):
    at = datetime.fromisoformat(due)
    return at.replace(tzinfo=UTC) - timedelta(hours=offset) if len(due) == 10 else at


def day_of(due, offset):
    if len(due) == 10:
        return date.fromisoformat(due)
    return (datetime.fromisoformat(due) + timedelta(hours=offset)).date()


def walk_tasks(tasks, params, offset):
    """Filter and sort tasks one by one."""
    today, bound = (AT + timedelta(hours=offset)).date(), params.get("date__lte")
    due_bound, made = params.get("due_date__gte"), params.get("date_created__lt")

    def fits(one):
        ahead = one["date"] is not None and day_of(one["date"], offset) > today
        view = "archive" if one["is_complete"] else "future" if ahead else "inbox"
        due = None if one["date"] is None else due_at(one["date"], offset)
        created = datetime.fromisoformat(one["date_created"])
        return (
            params.get("view") in (None, view)
            and params.get("assigned_to") in (None, one["assigned_to"])
            and params.get("is_complete") in (None, str(one["is_complete"]).lower())
            and (bound is None or (due is not None and due <= due_at(bound, offset)))
            and (
                due_bound is None
                or (due is not None and not one["is_dateless"] and due >= due_at(due_bound, offset))
            )
            and (made is None or created < due_at(made, offset))
        )

    found = [tasks[key] for key in newest_first(tasks) if fits(tasks[key])]
    order = params.get("_order_by", "")
    if order.endswith("date"):
        found = found if order.startswith("-") else found[::-1]
        found.sort(
            key=lambda one: (
                (True,)
                if one["date"] is None
                else (False, due_at(one["date"], offset), len(one["date"]) != 10)
            ),
            reverse=order.startswith("-"),
        )
    elif order == "date_created":
        found.reverse()
    return [one["id"] for one in found]


def test_lists_of_tasks_are_those_of_a_plain_walk(sandbox, chance):
    for _ in range(400):
        disturb(sandbox, chance)
        given = {
            "view": chance.choice((None, None, "inbox", "future", "archive")),
            "assigned_to": chance.choice((None, None, sandbox.user_ids["ana"])),
            "is_complete": chance.choice((None, None, "true", "false")),
            "date__lte": chance.choice((None, None, None, "2026-06-20")),
            "due_date__gte": chance.choice((None, None, None, "2026-06-18")),
            "date_created__lt": chance.choice((None, None, None, "2026-06-10")),
            "_order_by": chance.choice((None, "date", "-date", "due_date", "date_created")),
        }
        params = {name: value for name, value in given.items() if value is not None}
        person, offset = chance.choice(("mia", "raj")), chance.choice((0.0, 5.5, -8.0))
        request = asked(sandbox, person, offset, params)
        expected = walk_tasks(request.store.tasks, params, offset)
        assert select_tasks(request) == expected, params


def named(kind, name, condition):
    field = {"type": "regular_field", "object_type": kind, "field_name": name}
    return {"type": "field_condition", "field": field, "condition": condition}


def at_lead(kind, query):
    return {
        "type": "has_related",
        "this_object_type": "lead",
        "related_object_type": kind,
        "related_query": query,
    }


def pick_query(store, chance):
    """Return a query of leads, and what it means for one lead."""
    family = gather_family(store)
    status, user = chance.choice(list(store.lead_statuses)), chance.choice(list(store.users))
    word, mode = chance.choice(("red", "mot", "doe", "umbrella", "b s")), chance.choice(MODES)
    compare = match_text(mode, word)
    since = (AT + timedelta(days=chance.randint(-30, 0))).isoformat()

    def says(lead):
        texts = lead_texts(store, lead, family)
        if mode == "full_words":
            return has_words(take_words(" ".join(texts)), take_words(word))
        return compare(texts)

    ids = {"type": "reference", "reference_type": "user", "object_ids": [user]}
    late = {"type": "moment_range", "on_or_after": {"type": "fixed_utc", "value": since}}
    many = {"type": "number_range", "gt": 1}
    contact_name = {"type": "text", "mode": mode, "value": word}
    pairs = [
        ({"type": "text", "mode": mode, "value": word}, says),
        (
            named("lead", "status_id", {**ids, "object_ids": [status]}),
            lambda lead: lead["status_id"] == status,
        ),
        (
            named("lead", "date_updated", late),
            lambda lead: lead["date_updated"] >= since,
        ),
        (
            named("lead", "tasks_count", many),
            lambda lead: sum(one["lead_id"] == lead["id"] for one in store.tasks.values()) > 1,
        ),
        (
            at_lead("task", named("task", "assigned_to", ids)),
            lambda lead: any(
                one["lead_id"] == lead["id"] and one["assigned_to"] == user
                for one in store.tasks.values()
            ),
        ),
        (
            at_lead("task", named("task", "view", {"type": "term", "values": ["future"]})),
            lambda lead: any(
                one["lead_id"] == lead["id"]
                and not one["is_complete"]
                and one["date"] is not None
                and day_of(one["date"], 0) > AT.date()
                for one in store.tasks.values()
            ),
        ),
        (
            at_lead("contact", named("contact", "name", contact_name)),
            lambda lead: any(
                one["lead_id"] == lead["id"] and compare([one["name"]])
                for one in store.contacts.values()
            ),
        ),
        (
            at_lead("opportunity", named("opportunity", "value", {**many, "gt": 5})),
            lambda lead: any(
                one["lead_id"] == lead["id"] and (one["value"] or 0) > 5
                for one in store.opportunities.values()
            ),
        ),
    ]
    return chance.choice(pairs)


def build_query(store, chance, depth=2):
    if depth and chance.random() < 0.6:
        parts = [build_query(store, chance, depth - 1) for _ in range(chance.randint(0, 3))]
        combine = chance.choice(("and", "or"))
        query = {"type": combine, "queries": [one for one, _ in parts]}
        every = all if combine == "and" else any

        def means(lead):
            return every(fits(lead) for _, fits in parts)
    else:
        query, means = pick_query(store, chance)
    if chance.random() < 0.25:
        return {**query, "negate": True}, lambda lead: not means(lead)
    return query, means


def test_searches_find_what_a_plain_walk_finds(sandbox, chance):
    search, is_lead = Search(), {"type": "object_type", "object_type": "lead"}
    for _ in range(300):
        disturb(sandbox, chance)
        request = asked(sandbox, chance.choice(("mia", "raj")))
        leads = request.store.leads
        query, fits = build_query(request.store, chance)
        request.body = {"query": {"type": "and", "queries": [is_lead, query]}, "_limit": 200}
        expected = [key for key in newest_first(leads) if fits(leads[key])]
        found = [one["id"] for one in search.answer(request)["data"]]
        assert found == expected, query
        contacts = request.store.contacts
        request.body = {"query": {"type": "text", "mode": "full_words", "value": "red"}}
        texts = {key: contact_texts(one) for key, one in contacts.items()}
        named_red = {key for key, some in texts.items() if "red" in take_words(" ".join(some))}
        told = search.answer(request)["data"]
        found = {one["id"] for one in told if one["__object_type"] == "contact"}
        assert found == named_red


def test_what_a_restricted_person_sees_follows_every_change(sandbox, chance):
    store, raj = sandbox.store, sandbox.user_ids["raj"]
    fields = store.custom_fields.values()
    owner = next(f"custom.{one['id']}" for one in fields if one["name"] == "Lead Owner")
    for _ in range(200):
        disturb(sandbox, chance)
        seen = see(store, raj)
        theirs = {
            one["id"] for one in store.leads.values() if raj in (one.get(owner), one["created_by"])
        }
        theirs |= {one["lead_id"] for one in store.opportunities.values() if one["user_id"] == raj}
        theirs |= {one["lead_id"] for one in store.tasks.values() if one["assigned_to"] == raj}
        assert list(seen.leads) == [key for key in store.leads if key in theirs]
        for part, whole in (
            (seen.contacts, store.contacts),
            (seen.opportunities, store.opportunities),
            (seen.tasks, store.tasks),
            (seen.activities, store.activities),
        ):
            assert list(part) == [key for key, one in whole.items() if one["lead_id"] in theirs]
        assert see(store, raj) is seen


def test_a_part_of_a_table_writes_through_and_knows_it(sandbox):
    seen = see(sandbox.store, sandbox.user_ids["raj"])
    task = dict(next(iter(seen.tasks.values())), id="task_new", text="New", is_complete=True)
    assert "task_new" not in index_of(seen.tasks, "is_complete").ids(True)
    seen.tasks["task_new"] = task
    assert sandbox.tasks["task_new"]["text"] == "New"
    assert "task_new" in index_of(seen.tasks, "is_complete").ids(True)
    del seen.tasks["task_new"]
    assert "task_new" not in sandbox.tasks
    assert "task_new" not in index_of(seen.tasks, "is_complete").ids(True)
