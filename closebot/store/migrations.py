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
