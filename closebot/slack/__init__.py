"""Slack: payloads in, blocks and calls out. Knows nothing of Close and nothing of the store."""
