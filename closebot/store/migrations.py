"""The schema, step by step. A step that was shipped is never edited: add another.

https://sqlite-utils.datasette.io/en/stable/migrations.html
"""

from sqlite_utils import Database, Migrations

migrations = Migrations("closebot")


@migrations()
def m001_connections(db: Database) -> None:
    """Keep who is connected, what they typed before, and a word that proves the key."""
    db.table("meta").create({"name": str, "value": str}, pk="name", not_null={"value"})
    db.table("connections").create(
        {
            "workspace": str,
            "user": str,
            "kind": str,
            "sealed": str,
            "close_user_id": str,
            "close_user_name": str,
            "organization_id": str,
            "organization_name": str,
            "zone": str,
            "zone_seen_at": str,
            "connected_at": str,
        },
        pk=("workspace", "user"),
        not_null={"kind", "sealed", "zone", "zone_seen_at", "connected_at"},
    )
    db.table("typed_commands").create(
        {"workspace": str, "user": str, "sealed": str, "typed_at": str},
        pk=("workspace", "user"),
        not_null={"sealed", "typed_at"},
    )


@migrations()
def m002_memory(db: Database) -> None:
    """Keep which presses were begun, small things of a person, leads of channels, choices."""
    db.table("presses").create(
        {"name": str, "began_at": str, "process": str},
        pk="name",
        not_null={"began_at", "process"},
    )
    db.table("keepsakes").create(
        {"workspace": str, "user": str, "name": str, "sealed": str, "kept_at": str},
        pk=("workspace", "user", "name"),
        not_null={"sealed", "kept_at"},
    )
    db.table("channel_leads").create(
        {"workspace": str, "channel": str, "lead_id": str, "linked_by": str, "linked_at": str},
        pk=("workspace", "channel"),
        not_null={"lead_id", "linked_by", "linked_at"},
    )
    db.table("choices").create(
        {"workspace": str, "organization_id": str, "name": str, "value": str},
        pk=("workspace", "organization_id", "name"),
        not_null={"value"},
    )


@migrations()
def m003_digests(db: Database) -> None:
    """Keep digests, when each is due next, and which day of which one is being made."""
    db.table("digests").create(
        {
            "id": str,
            "workspace": str,
            "channel": str,
            "user": str,
            "made_by": str,
            "close_user_id": str,
            "organization_id": str,
            "plan": str,
            "state": str,
            "why": str,
            "next_day": str,
            "next_at": str,
            "missed": str,
            "mentions": str,
            "is_personal": int,
            "made_at": str,
        },
        pk="id",
        not_null={"workspace", "channel", "user", "plan", "state", "next_day", "next_at"},
    ).create_index(["state", "next_at"])
    db.table("digests").create_index(["workspace", "channel"])
    db.table("digest_runs").create(
        {
            "digest_id": str,
            "slot": str,
            "kind": str,
            "state": str,
            "due_at": str,
            "holder": str,
            "lease_until": str,
            "asked_by": str,
            "ts": str,
        },
        pk=("digest_id", "slot"),
        not_null={"kind", "state", "due_at", "holder", "lease_until"},
    ).create_index(["state", "lease_until"])


@migrations()
def m004_grants(db: Database) -> None:
    """Keep which OAuth connections were begun, and who renews whose token."""
    db.table("oauth_states").create(
        {
            "name": str,
            "workspace": str,
            "user": str,
            "sealed": str,
            "made_at": str,
            "used_at": str,
        },
        pk="name",
        not_null={"workspace", "user", "sealed", "made_at", "used_at"},
    ).create_index(["workspace", "user"])
    db.table("renewals").create(
        {"workspace": str, "user": str, "holder": str, "lease_until": str},
        pk=("workspace", "user"),
        not_null={"holder", "lease_until"},
    )


@migrations()
def m005_audit(db: Database) -> None:
    """Keep who wrote what to Close, from where and with which end; no names and no contents."""
    db.table("audit").create(
        {
            "id": int,
            "workspace": str,
            "user": str,
            "close_user_id": str,
            "at": str,
            "action": str,
            "object": str,
            "object_id": str,
            "lead_id": str,
            "origin": str,
            "name": str,
            "channel": str,
            "outcome": str,
        },
        pk="id",
        not_null={"workspace", "user", "at", "action", "object", "origin", "outcome"},
    ).create_index(["workspace", "user"])
    db.table("audit").create_index(["at"])
