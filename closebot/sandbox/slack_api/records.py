"""What the sandbox remembers: people, conversations, messages, views, and one-time handles."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]

Source = Literal["command", "action", "shortcut"]


@dataclass
class User:
    """Somebody, or the bot."""

    id: str
    key: str
    username: str
    real_name: str
    first_name: str
    last_name: str
    email: str
    zone: str
    title: str
    role: str
    team_id: str
    is_bot: bool = False
    deleted: bool = False


@dataclass
class Conversation:
    """A channel, or a direct message (`im`, with several people `mpim`).

    `shared`: another company reads along; `pending`: one was invited to.
    """

    id: str
    key: str
    name: str
    kind: Literal["public", "private", "im", "mpim"]
    members: set[str]
    topic: str = ""
    shared: bool = False
    pending: bool = False


@dataclass
class Post:
    """A message. `audience` is the one person who sees it, when it is ephemeral.

    `unfurls`: what an app shows below it, by the address of the link. `broadcast`: a reply that
    stands in the channel as well. `reactions`: who reacted, by the name of the emoji.
    """

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    audience: str = ""
    thread_ts: str = ""
    edited: str = ""
    deleted: bool = False
    client_msg_id: str = ""
    by_bot: bool = False
    values: Values = field(default_factory=dict)
    unfurls: Json = field(default_factory=dict)
    broadcast: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def shown_blocks(self) -> list[Json]:
        """Its blocks, and those of what is attached to it."""
        shown = [*self.attachments, *self.unfurls.values()]
        return [*self.blocks, *(block for one in shown for block in one.get("blocks") or [])]


@dataclass
class View:
    """A modal or a home tab. `body` is what the app sent, with every id filled in.

    `channel`: what its person was looking at when it was opened, where that is known.
    """

    id: str
    user: str
    body: Json
    hash: str
    values: Values
    root: str
    previous: str = ""
    open: bool = True
    errors: dict[str, str] = field(default_factory=dict)
    submitting: bool = False
    channel: str = ""

    @property
    def type(self) -> str:
        """`modal` or `home`."""
        return str(self.body["type"])

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        return list(self.body["blocks"])


@dataclass
class Trigger:
    """What lets an app open a modal: once, and soon. `view` is the modal that it came from.

    `channel` is where it came from, as far as Slack knows.
    """

    user: str
    issued: datetime
    view: str = ""
    channel: str = ""
    used: bool = False


@dataclass
class Address:
    """A response address: what it answers, and how often it has been used."""

    user: str
    channel: str
    issued: datetime
    source: Source
    ts: str = ""
    uses: int = 0


@dataclass
class Entry:
    """One line of the log: a delivery to the app, a call of the app, or what it did wrong.

    `number` counts from 1, in the order in which things began; `revision` is new with each change
    of the log. `label` tells it apart from others of its name. `ms` is None where no answer came.
    `outcome` and `note` say what came of a delivery. `gap`: what went wrong is that the sandbox
    lacks something, which is no fault of the app's.
    """

    kind: Literal["delivery", "call", "response", "violation"]
    name: str
    sent: Any
    answer: Any
    ms: float | None
    at: datetime
    number: int = 0
    gap: bool = False
    label: str = ""
    outcome: Literal["pending", "done", "late", "missed", "failed"] = "done"
    note: str = ""
    revision: int = 0
