"""Connect a Close account: by a key, or by agreeing at Close; what was typed before runs."""

# Importing a file declares what it answers; the order is that of `/close help`.
from closebot.features.connect import form, replacing  # isort: skip
from closebot.features.connect.declared import feature
from closebot.features.connect.returning import Returning
from closebot.features.connect.slack_person import read_slack_zone

__all__ = ["Returning", "feature", "form", "read_slack_zone", "replacing"]
