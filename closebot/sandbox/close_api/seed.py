"""Plants the company: people, statuses, fields, and leads of every kind."""

from random import Random

from closebot.sandbox.close_api.custom import make_field
from closebot.sandbox.close_api.moments import write_naive
from closebot.sandbox.close_api.money import SYMBOLS
from closebot.sandbox.close_api.preparation import prepare
from closebot.sandbox.close_api.roles import permissions_of
from closebot.sandbox.close_api.seed_crowd import plant_crowd
from closebot.sandbox.close_api.seed_leads import Gardener
from closebot.sandbox.close_api.seed_rows import INDUSTRIES, LEAD_STATUSES, PIPELINES, SOURCES
from closebot.sandbox.close_api.seed_users import add_user
from closebot.sandbox.close_api.store import Json, Store
from closebot.sandbox.world import World


def plant(store: Store, world: World, size: str, random: Random) -> dict[str, str]:
    """Fill an empty store; return person → user id. `size`: `small` or `large`."""
    if size not in {"small", "large"}:
        raise ValueError(f"no such seed: {size}")
    _plant_organization(store, world)
    user_ids = _plant_users(store, world)
    _plant_statuses(store)
    _plant_fields(store, user_ids)
    gardener = Gardener(store, user_ids, random)
    gardener.plant_featured()
    gardener.plant_others()
    if size == "large":
        plant_crowd(store, user_ids, random)
    _plant_views(store, user_ids)
    if size == "large":
        prepare(store)
    return user_ids


def _plant_organization(store: Store, world: World) -> None:
    make, at = store.ids.make, store.stamp()
    store.organization.update(
        id=make("orga"),
        name=world.company,
        country=world.country,
        currency=world.currency,
        currency_symbol=SYMBOLS[world.currency],
        abandonment_message_url="",
        billing_account_id=make("acct"),
        created_by=None,
        date_created=at,
        date_updated=at,
        enable_unsubscribe_link=False,
        features=["ai-search", "modern-dialer", "notetaker", "web-forms"],
        leads_email=f"leads@{world.team_domain}.example",
        limit_of_connected_accounts_per_membership=10,
        plan_id="scale",
        plan_type="scale",
        plan_version=5,
        predictive_dialer_status="disabled",
        require_unsubscribe_link=False,
        status="active",
        transcript_enabled=True,
        updated_by=None,
    )


def _plant_users(store: Store, world: World) -> dict[str, str]:
    user_ids: dict[str, str] = {}
    for number, person in enumerate(one for one in world.people if one.close_role):
        assert person.close_role  # noqa: S101 - for the type checker
        permissions_of(person.close_role)  # a role that is not known is found out here
        name = (person.first_name, person.last_name)
        role, phone = person.close_role, f"+1415555012{number}"
        user_ids[person.key] = add_user(store, name, person.email, person.zone, role, phone)
    return user_ids


def _plant_statuses(store: Store) -> None:
    make, at = store.ids.make, write_naive(store.now())
    for label in LEAD_STATUSES:
        add_status(store.lead_statuses, store, label=label)
    for name, statuses in PIPELINES.items():
        pipeline_id = make("pipe")
        store.pipelines[pipeline_id] = {
            "id": pipeline_id,
            "name": name,
            "organization_id": store.organization_id,
            "created_by": None,
            "updated_by": None,
            "date_created": at,
            "date_updated": at,
        }
        for label, kind in statuses:
            add_status(
                store.opportunity_statuses, store, label=label, type=kind, pipeline_id=pipeline_id
            )


def add_status(table: dict[str, Json], store: Store, **fields: str) -> Json:
    """Store a new status."""
    status_id = store.ids.make("stat")
    table[status_id] = {"id": status_id, "organization_id": store.organization_id, **fields}
    return table[status_id]


def _plant_fields(store: Store, user_ids: dict[str, str]) -> None:
    admin = user_ids.get("mia")
    rows: tuple[tuple[str, Json], ...] = (
        ("lead", {"name": "Lead Owner", "type": "user"}),
        ("lead", {"name": "Industry", "type": "choices", "choices": list(INDUSTRIES)}),
        (
            "lead",
            {
                "name": "Sources",
                "type": "choices",
                "choices": list(SOURCES),
                "accepts_multiple_values": True,
            },
        ),
        ("lead", {"name": "Employees", "type": "number"}),
        ("lead", {"name": "Contract until", "type": "date"}),
        ("contact", {"name": "LinkedIn", "type": "text"}),
        ("opportunity", {"name": "Competitor", "type": "text"}),
    )
    for kind, fields in rows:
        make_field(store, kind, admin, fields)


def _plant_views(store: Store, user_ids: dict[str, str]) -> None:
    qualified = next(
        one["id"] for one in store.lead_statuses.values() if one["label"] == "Qualified"
    )
    is_lead = {"type": "object_type", "object_type": "lead"}
    is_qualified = {
        "type": "field_condition",
        "field": {"type": "regular_field", "object_type": "lead", "field_name": "status_id"},
        "condition": {
            "type": "reference",
            "reference_type": "status.lead",
            "object_ids": [qualified],
        },
    }
    rows: tuple[tuple[str, str, Json], ...] = (
        ("All Leads", "lead", {"type": "match_all", "negate": False}),
        ("Qualified", "lead", {"type": "and", "negate": False, "queries": [is_lead, is_qualified]}),
        ("All Contacts", "contact", {"type": "match_all", "negate": False}),
    )
    for name, kind, query in rows:
        add_view(store, name, kind, query, user_ids.get("mia"))


def add_view(store: Store, name: str, kind: str, query: Json, user_id: str | None) -> Json:
    """Store a new Smart View."""
    at, view_id = store.stamp(), store.ids.make("save")
    store.saved_searches[view_id] = {
        "id": view_id,
        "name": name,
        "type": kind,
        "query": None,
        "s_query": {"query": query, "results_limit": None, "sort": []},
        "description": "",
        "is_shared": True,
        "is_user_dependent": False,
        "selected_fields": None,
        "shared_with": [],
        "used_recently": False,
        "user_id": user_id,
        "organization_id": store.organization_id,
        "date_created": at,
        "date_updated": at,
    }
    return store.saved_searches[view_id]
