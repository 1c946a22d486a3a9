"""closebot: Close CRM, from Slack."""

__version__ = "0.1.0"
