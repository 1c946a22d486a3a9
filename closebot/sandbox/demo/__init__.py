"""The demo: a Slack in the browser, a Close behind it, and the real bot between them."""

from closebot.sandbox.demo.child import CannotStart
from closebot.sandbox.demo.running import PAGE, Options, run_demo

__all__ = ["PAGE", "CannotStart", "Options", "run_demo"]
