"""The app's home tab: my work in Close, my digests and settings, who I am there."""

from closebot.features.home import tab  # importing it declares what it answers
from closebot.features.home.declared import feature

__all__ = ["feature", "tab"]
