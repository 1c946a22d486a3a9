"""What is wrong with this deployment, and what to do about it. Never shows a secret.

Nothing is changed: not in Slack, not in Close, not in the database. The checks run side by side,
and each that needs the network ends within seconds.
"""

import asyncio
import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import aiohttp

from closebot import __version__
from closebot.doctor.findings import Finding, draw
from closebot.doctor.kept import look_at_store
from closebot.doctor.outside import Asked, judge_clocks
from closebot.settings import SettingsError, find_misspelt, read_settings

PATIENCE = 5.0

__all__ = ["Finding", "draw", "examine"]


async def examine(
    environ: Mapping[str, str],
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    patience: float = PATIENCE,
) -> list[Finding]:
    """Look at everything. `now` is in UTC; `patience`: seconds that one answer may take."""
    python = Finding("Python", "ok", f"{platform.python_version()}, closebot {__version__}")
    try:
        settings = read_settings(environ)
    except SettingsError as error:
        step = "Correct it in the environment of closebot; README, “Settings”."
        faults = [Finding("Settings", "wrong", fault, step) for fault in error.faults]
        rest = Finding("The rest", "skipped", "not looked at until the settings are right")
        return [python, *faults, rest]
    step = "Correct its name, or take it out."
    strange = [Finding("Settings", "warn", one, step) for one in find_misspelt(environ)]
    good = strange or [Finding("Settings", "ok", "all there")]
    timeout = aiohttp.ClientTimeout(total=patience)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
        asked = Asked(settings, session, now)
        (slack, one), way_in, (close, other), database = await asyncio.gather(
            asked.slack(), asked.way_in(), asked.close(), look_at_store(settings, now, patience)
        )
    clock = judge_clocks([found for found in (one, other) if found])
    return [python, *good, *database, *slack, *way_in, *close, clock]
