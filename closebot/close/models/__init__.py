"""The fields we read of Close's objects.

Field lists: https://developer.close.com/api/resources
"""

from closebot.close.models.activities import (
    KINDS,
    Activity,
    Attachment,
    Attendee,
    Call,
    Created,
    LeadStatusChange,
    Mail,
    MailThread,
    Meeting,
    Note,
    OpportunityStatusChange,
    Sms,
    TaskCompleted,
    read_activity,
)
from closebot.close.models.base import Record, read, read_list
from closebot.close.models.events import Event, Subscription
from closebot.close.models.leads import (
    Address,
    Contact,
    ContactsFound,
    Email,
    Lead,
    LeadsFound,
    Phone,
    Url,
)
from closebot.close.models.opportunities import Opportunity, OpportunityGroup, OpportunityTotals
from closebot.close.models.organization import (
    CustomField,
    Me,
    Membership,
    Organization,
    Pipeline,
    SmartView,
    Status,
    User,
)
from closebot.close.models.tasks import Task

__all__ = [
    "KINDS",
    "Activity",
    "Address",
    "Attachment",
    "Attendee",
    "Call",
    "Contact",
    "ContactsFound",
    "Created",
    "CustomField",
    "Email",
    "Event",
    "Lead",
    "LeadStatusChange",
    "LeadsFound",
    "Mail",
    "MailThread",
    "Me",
    "Meeting",
    "Membership",
    "Note",
    "Opportunity",
    "OpportunityGroup",
    "OpportunityStatusChange",
    "OpportunityTotals",
    "Organization",
    "Phone",
    "Pipeline",
    "Record",
    "SmartView",
    "Sms",
    "Status",
    "Subscription",
    "Task",
    "TaskCompleted",
    "Url",
    "User",
    "read",
    "read_activity",
    "read_list",
]
