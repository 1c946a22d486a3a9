"""What we remember. Knows neither Slack nor Close."""

from closebot.store.failures import SecretLost, StoreError
from closebot.store.store import (
    Connection,
    Owner,
    Rekeyed,
    Store,
    TypedCommand,
)
from closebot.store.vault import Vault, new_key, read_keys

__all__ = [
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
