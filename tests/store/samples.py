"""Ana, Ben, and what is kept of them."""

from datetime import UTC, datetime

from closebot.store import Connection, Owner, TypedCommand

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANA = Owner("T1", "U1")
BEN = Owner("T1", "U2")
SECRET = "api_made-up-secret.of-nobody"


def connection_of(owner=ANA, secret=SECRET, **changed):
    """Return a connection with every field set."""
    return Connection(
        **{
            "owner": owner,
            "kind": "api_key",
            "secret": secret,
            "close_user_id": "user_1",
            "close_user_name": "Ana Ruiz",
            "organization_id": "orga_1",
            "organization_name": "Acme",
            "zone": "Europe/Prague",
            "zone_seen_at": NOON,
            "connected_at": NOON,
        }
        | changed
    )


def command_of(text="lead Acme", typed_at=NOON):
    """Return a typed command."""
    return TypedCommand(text, "C1", "https://hooks.slack.com/commands/T1/secret-address", typed_at)
