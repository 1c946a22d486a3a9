"""A Close API on loopback: stateful, and told apart from Close by its address only.

What goes wrong is asked for through `CloseSandbox.faults`, or from another process at the address
that `control.py` describes. Webhooks go to loopback addresses only (`deliveries.py`); what a person
sees follows from their role (`seen.py`, `rights.py`).
"""

from closebot.sandbox.close_api.faults import Fault, Faults
from closebot.sandbox.close_api.limits import Limits, Rate
from closebot.sandbox.close_api.sandbox import CloseSandbox, serve

__all__ = ["CloseSandbox", "Fault", "Faults", "Limits", "Rate", "serve"]
