"""Notes on leads: from messages of Slack, from a command, from a lead's card."""

# Importing a file declares what it answers.
from closebot.features.notes import afterwards, baskets, messages, typed, writing
from closebot.features.notes.declared import feature

__all__ = ["afterwards", "baskets", "feature", "messages", "typed", "writing"]
