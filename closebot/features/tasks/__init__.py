"""Tasks: add one in a line, look through them, finish, put off, change and delete them."""

# Importing a file declares what it answers; the order is that of `/close help`.
from closebot.features.tasks import adding, lists, acting, changing  # isort: skip
from closebot.features.tasks.declared import feature

__all__ = ["acting", "adding", "changing", "feature", "lists"]
