"""What is remembered: one class a table."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["api_key", "access_token"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a row is: a Slack team or enterprise, and a Slack user."""

    workspace: str
    user: str


@dataclass(frozen=True, slots=True)
class Connection:
    """One person's Close account. `zone` is an IANA name; moments are UTC."""

    owner: Owner
    kind: Kind
    secret: str = field(repr=False)
    close_user_id: str
    close_user_name: str
    organization_id: str
    organization_name: str
    zone: str
    zone_seen_at: datetime
    connected_at: datetime


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """What somebody typed before they had connected, and where the answer goes."""

    text: str = field(repr=False)
    channel: str
    response_url: str = field(repr=False)
    typed_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """Who began a press before: this process or another one, and when."""

    began_at: datetime
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """How many secrets were sealed anew, and how many no key opens."""

    count: int
    lost: int
