"""What we remember. Knows neither Slack nor Close."""

from closebot.store.audit import AUDIT_LIVES
from closebot.store.checkup import Checkup, look_over
from closebot.store.digest_runs import LATEST, LEASE, Taken
from closebot.store.failures import SecretLost, StoreError
from closebot.store.grants import Begun
from closebot.store.rows import (
    Audited,
    Claim,
    Connection,
    Digest,
    Origin,
    Owner,
    Rekeyed,
    Run,
    RunEnd,
    TypedCommand,
)
from closebot.store.store import Store
from closebot.store.vault import Vault, new_key, read_keys

__all__ = [
    "AUDIT_LIVES",
    "LATEST",
    "LEASE",
    "Audited",
    "Begun",
    "Checkup",
    "Claim",
    "Connection",
    "Digest",
    "Origin",
    "Owner",
    "Rekeyed",
    "Run",
    "RunEnd",
    "SecretLost",
    "Store",
    "StoreError",
    "Taken",
    "TypedCommand",
    "Vault",
    "look_over",
    "new_key",
    "read_keys",
]
