"""Leads: look one up and act on its card, look through them, make, change and delete one."""

# Importing a file declares what it answers; the order is that of `/close help`.
from closebot.features.leads import lookup, lists, new, changes  # isort: skip
from closebot.features.leads.declared import feature

__all__ = ["changes", "feature", "lists", "lookup", "new"]
