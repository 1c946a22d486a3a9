"""What a person can do. Slack meets Close here and nowhere else; features never import each other.

The order is that of `/close help`.
"""

from closebot.features import (  # named as people say it
    account,
    activities,
    connect,
    contacts,
    help,  # noqa: A004
    leads,
    opportunities,
    organization,
    pickers,
    pipeline,
)

FEATURES = (
    leads.feature,
    contacts.feature,
    opportunities.feature,
    pipeline.feature,
    activities.feature,
    organization.feature,
    connect.feature,
    account.feature,
    pickers.feature,
    help.feature,
)
