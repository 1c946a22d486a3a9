"""What the files of this package declare into."""

from closebot.slack.feature import Feature

feature = Feature("notes")
