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
