"""A Slack user as a person of Close: whose connection acts, what they know, what they mean.

Everybody acts as themselves; there is no shared key. Knows Close and the store, not Slack.
"""

from closebot.people.known import Known
from closebot.people.meant import Meant, find_meant
from closebot.people.person import (
    PATIENCE,
    ZONE_AGE,
    NotConnected,
    People,
    Person,
    read_zone,
)
from closebot.people.recents import Recent, Recents
from closebot.people.suggestions import (
    Suggestion,
    suggest_contacts,
    suggest_leads,
    suggest_users,
)

__all__ = [
    "PATIENCE",
    "ZONE_AGE",
    "Known",
    "Meant",
    "NotConnected",
    "People",
    "Person",
    "Recent",
    "Recents",
    "Suggestion",
    "find_meant",
    "read_zone",
    "suggest_contacts",
    "suggest_leads",
    "suggest_users",
]
