"""What a person can do. Slack meets Close here and nowhere else; features never import each other.

The order is that of `/close help`.
"""

from closebot.features import (  # named as people say it
    account,
    activities,
    audience,
    calls,
    channels,
    connect,
    contacts,
    digests,
    help,  # noqa: A004
    history,
    home,
    leads,
    notes,
    opportunities,
    organization,
    pickers,
    pipeline,
    settings,
    tasks,
    unfurl,
)

FEATURES = (
    leads.feature,
    contacts.feature,
    opportunities.feature,
    tasks.feature,
    digests.feature,
    history.feature,
    home.feature,
    pipeline.feature,
    activities.feature,
    notes.feature,
    calls.feature,
    channels.feature,
    audience.feature,
    organization.feature,
    settings.feature,
    connect.feature,
    account.feature,
    unfurl.feature,
    pickers.feature,
    help.feature,
)
