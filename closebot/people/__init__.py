"""A Slack user as a person of Close: whose connection acts, what they know, what they mean.

Everybody acts as themselves; there is no shared key. Knows Close and the store, not Slack.
"""

from closebot.people.colleagues import find_colleague
from closebot.people.connecting import Ended, OtherOrganization
from closebot.people.grants import GrantEnded, Grants
from closebot.people.known import Known
from closebot.people.meant import Meant, find_meant, is_evident, name_lead
from closebot.people.person import (
    PATIENCE,
    ZONE_AGE,
    NotConnected,
    People,
    Person,
    read_zone,
)
from closebot.people.preferences import (
    Mention,
    Preferences,
    find_mentions,
    read_preferences,
    save_preferences,
)
from closebot.people.proposed import Proposal, propose_lead
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
    "Ended",
    "GrantEnded",
    "Grants",
    "Known",
    "Meant",
    "Mention",
    "NotConnected",
    "OtherOrganization",
    "People",
    "Person",
    "Preferences",
    "Proposal",
    "Recent",
    "Recents",
    "Suggestion",
    "find_colleague",
    "find_meant",
    "find_mentions",
    "is_evident",
    "name_lead",
    "propose_lead",
    "read_preferences",
    "read_zone",
    "save_preferences",
    "suggest_contacts",
    "suggest_leads",
    "suggest_users",
]
