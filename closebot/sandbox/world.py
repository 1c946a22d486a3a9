"""Who and what exists in the sandbox: the people and channels that both simulators know.

A person may have a Slack side, a Close side, or both. The simulators draw everything else
(leads, messages) from their own seeds.
"""

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["member", "admin", "guest", "guest_of_several", "stranger"]


@dataclass(frozen=True)
class Person:
    """Somebody who works with the sandbox company, or beside it.

    `zone` is an IANA name. `close_role` is a built-in Close role id (`admin`, `user`,
    `restricteduser`), or None for a person who has no seat in Close. `slack_role` is None for a
    person who is not in Slack; a `guest` is a single-channel guest, a `guest_of_several` a
    multi-channel one, a `stranger` belongs to another company that shares a channel with this one.
    """

    key: str
    first_name: str
    last_name: str
    email: str
    zone: str
    title: str
    slack_role: Role | None
    close_role: str | None

    @property
    def name(self) -> str:
        """The name as both products show it."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Channel:
    """A Slack conversation that exists from the start."""

    key: str
    topic: str
    private: bool = False
    shared: bool = False
    members: tuple[str, ...] = ()
    bot_is_member: bool = True


@dataclass(frozen=True)
class World:
    """Everything both simulators agree on."""

    company: str = "Northwind Sales"
    team_domain: str = "northwind-sales"
    partner: str = "Fabrikam Partners"
    currency: str = "USD"
    country: str = "US"
    people: tuple[Person, ...] = field(default_factory=lambda: PEOPLE)
    channels: tuple[Channel, ...] = field(default_factory=lambda: CHANNELS)


PEOPLE: tuple[Person, ...] = (
    Person(
        key="ana",
        first_name="Ana",
        last_name="Novak",
        email="ana@northwind.example",
        zone="Europe/Prague",
        title="Account Executive",
        slack_role="member",
        close_role="user",
    ),
    Person(
        key="ben",
        first_name="Ben",
        last_name="Carter",
        email="ben@northwind.example",
        zone="America/New_York",
        title="Account Executive",
        slack_role="member",
        close_role="user",
    ),
    Person(
        key="mia",
        first_name="Mia",
        last_name="Laurent",
        email="mia@northwind.example",
        zone="America/Los_Angeles",
        title="Head of Sales",
        slack_role="admin",
        close_role="admin",
    ),
    Person(
        key="raj",
        first_name="Raj",
        last_name="Patel",
        email="raj@northwind.example",
        zone="Asia/Kolkata",
        title="Sales Development",
        slack_role="member",
        close_role="restricteduser",
    ),
    Person(
        key="gil",
        first_name="Gil",
        last_name="Sommer",
        email="gil@freelance.example",
        zone="Europe/Berlin",
        title="Freelance designer (guest)",
        slack_role="guest",
        close_role=None,
    ),
    Person(
        key="olga",
        first_name="Olga",
        last_name="Petrova",
        email="olga@fabrikam.example",
        zone="Europe/Warsaw",
        title="Partner manager at Fabrikam",
        slack_role="stranger",
        close_role=None,
    ),
)

STAFF = ("ana", "ben", "mia", "raj")

CHANNELS: tuple[Channel, ...] = (
    Channel(key="general", topic="Company-wide", members=STAFF),
    Channel(key="sales", topic="Deals, wins, questions", members=STAFF),
    Channel(key="deal-desk", topic="Pricing and approvals", private=True, members=("ana", "mia")),
    Channel(
        key="ext-fabrikam",
        topic="Shared with Fabrikam Partners",
        shared=True,
        members=("ana", "mia", "olga"),
    ),
    Channel(key="design", topic="Website and slides, with a guest", members=(*STAFF, "gil")),
    Channel(key="random", topic="No bot in here", members=STAFF, bot_is_member=False),
)
