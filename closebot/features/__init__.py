"""What a person can do. Slack meets Close here and nowhere else; features never import each other.

The order is that of `/close help`.
"""

from closebot.features import account, connect, help, leads  # noqa: A004 - named as people say it

FEATURES = (leads.feature, connect.feature, account.feature, help.feature)
