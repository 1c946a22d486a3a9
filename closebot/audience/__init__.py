"""Who may act, and what others may read: the one gate that all text from Close passes.

What it says, to whom and where, is the table in docs/audience.md, which a test reads.
"""

from closebot.audience.gate import (
    DESCRIPTIONS,
    FIELDS,
    FOR_OTHERS,
    KINDS,
    NOTES,
    RECORDS,
    Audience,
)
from closebot.audience.places import Obstacle
from closebot.audience.refusals import (
    CrowdedPlace,
    Deactivated,
    Guest,
    GuestPlace,
    HiddenPlace,
    LatePlace,
    Machine,
    NotAdmitted,
    NotPosted,
    Outsider,
    Refused,
    SharedPlace,
    Unrecognized,
    UntoldPlace,
    Withheld,
)
from closebot.audience.standing import Role, Standing

__all__ = [
    "DESCRIPTIONS",
    "FIELDS",
    "FOR_OTHERS",
    "KINDS",
    "NOTES",
    "RECORDS",
    "Audience",
    "CrowdedPlace",
    "Deactivated",
    "Guest",
    "GuestPlace",
    "HiddenPlace",
    "LatePlace",
    "Machine",
    "NotAdmitted",
    "NotPosted",
    "Obstacle",
    "Outsider",
    "Refused",
    "Role",
    "SharedPlace",
    "Standing",
    "Unrecognized",
    "UntoldPlace",
    "Withheld",
]
