"""Digests: lists of due tasks that a channel or a person gets on their days, at their time."""

# Importing a file declares what it answers; the order is that of `/close help`.
from closebot.features.digests import setting_up, reading, listing, editing  # isort: skip
from closebot.features.digests.declared import feature
from closebot.features.digests.posting import Posts
from closebot.features.digests.runner import Runner

__all__ = ["Posts", "Runner", "editing", "feature", "listing", "reading", "setting_up"]
