"""What we remember. Knows neither Slack nor Close."""

from closebot.store.failures import SecretLost, StoreError
from closebot.store.rows import Claim, Connection, Owner, Rekeyed, TypedCommand
from closebot.store.store import Store
from closebot.store.vault import Vault, new_key, read_keys

__all__ = [
    "Claim",
    "Connection",
    "Owner",
    "Rekeyed",
    "SecretLost",
    "Store",
    "StoreError",
    "TypedCommand",
    "Vault",
    "new_key",
    "read_keys",
]
