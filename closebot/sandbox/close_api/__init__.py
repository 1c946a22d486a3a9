"""A Close API on loopback: stateful, and told apart from Close by its address only."""

from closebot.sandbox.close_api.faults import Fault, Faults
from closebot.sandbox.close_api.limits import Limits, Rate
from closebot.sandbox.close_api.sandbox import CloseSandbox, serve

__all__ = ["CloseSandbox", "Fault", "Faults", "Limits", "Rate", "serve"]
