"""A Slack on loopback that says no where the real one does."""

from closebot.sandbox.slack_api.faults import Faults
from closebot.sandbox.slack_api.manifest import App, BadManifest, read_manifest
from closebot.sandbox.slack_api.member import Member
from closebot.sandbox.slack_api.sandbox import SlackSandbox
from closebot.sandbox.slack_api.serving import PAGE, serve
from closebot.sandbox.slack_api.shown import Message, Modal

__all__ = [
    "PAGE",
    "App",
    "BadManifest",
    "Faults",
    "Member",
    "Message",
    "Modal",
    "SlackSandbox",
    "read_manifest",
    "serve",
]
