"""The feature itself, to which the other files here declare what they answer."""

from closebot.slack.feature import Feature

feature = Feature("tasks")
