"""What is remembered: one class a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal["api_key", "access_token", "oauth"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a row is: a Slack team or enterprise, and a Slack user."""

    workspace: str
    user: str


@dataclass(frozen=True, slots=True)
class Connection:
    """One person's Close account. `zone` is an IANA name; moments are UTC.

    `secret` of kind `oauth` is what `people` writes there: both tokens and when they end.
    """

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


DigestState = Literal["on", "paused", "broken"]
RunKind = Literal["due", "now", "skipped"]
RunEnd = Literal["sent", "empty", "told", "failed", "doubt", "dropped"]


@dataclass(frozen=True, slots=True)
class Digest:
    """A list of due tasks that a channel gets on some days.

    `owner` is whose connection reads Close for it, `made_by` the Slack user who set it up. `plan`
    is JSON that only the feature reads. `state`: `paused` by somebody, `broken` because its
    owner's connection does not work; `why` says it in a sentence. `next_day` and `next_at` (UTC)
    are its next turn, `missed` the days that were skipped and not yet said so in the channel,
    `mentions` the Slack users who asked to be mentioned, by their Close user id. A personal one is
    read by its owner alone and is forgotten with them.
    """

    id: str
    owner: Owner
    channel: str
    made_by: str
    close_user_id: str
    organization_id: str
    plan: Mapping[str, Any]
    next_day: str
    next_at: datetime
    made_at: datetime
    state: DigestState = "on"
    why: str = ""
    missed: tuple[str, ...] = ()
    mentions: Mapping[str, str] = field(default_factory=dict)
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One digest of one day (`slot`), to be made by whoever holds it.

    `kind`: `due`, `now` when somebody (`asked_by`) pressed for it, `skipped` when it is too late
    and only that is to be said. `due_at` (UTC) is its turn.
    """

    digest_id: str
    slot: str
    kind: RunKind
    due_at: datetime
    asked_by: str = ""


Action = Literal["create", "update", "delete"]
OriginKind = Literal["command", "button", "modal", "shortcut", "event", "digest", "other"]
End = Literal["done", "refused", "unclear"]


@dataclass(frozen=True, slots=True)
class Origin:
    """From which place in Slack something was done.

    `name`: the verb or the id of what was used, never what was typed; `channel`: its id, empty
    where there is none.
    """

    kind: OriginKind = "other"
    name: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Audited:
    """One write to Close: ids and kinds only.

    `object` is a kind of record, as in `note`. `outcome`: `refused` is also what never reached
    Close; `unclear` is what nobody has confirmed yet. `at` is in UTC.
    """

    owner: Owner
    close_user_id: str
    at: datetime
    action: Action
    object: str
    object_id: str = ""
    lead_id: str = ""
    origin: Origin = Origin()
    outcome: End = "unclear"
