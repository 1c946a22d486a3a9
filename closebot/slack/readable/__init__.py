"""Messages of Slack as text that a person reads outside Slack.

A message arrives as blocks, as mrkdwn, as attachments and files, or as several of these; here it
becomes plain text, and what it says about whom it is about is found in it. Nothing is asked of
Slack: names of ids are handed in, and `mentioned` says which are wanted.

Messages: https://docs.slack.dev/messaging/formatting-message-text and
https://docs.slack.dev/reference/block-kit/blocks.
"""

from closebot.slack.readable.hints import Hints, find_hints, read_hints
from closebot.slack.readable.messages import mentioned, read_message

__all__ = ["Hints", "find_hints", "mentioned", "read_hints", "read_message"]
