"""Opportunities: look through them, make and change one, win or lose it."""

# Importing a file declares what it answers; the order is that of `/close help`.
from closebot.features.opportunities import lists, form, single  # isort: skip
from closebot.features.opportunities.declared import feature
from closebot.features.opportunities.lists import Choice

__all__ = ["Choice", "feature", "form", "lists", "single"]
