"""Every program in docs/close-client.md runs as it stands, against the sandbox."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from closebot.sandbox.close_api import CloseSandbox

DOCUMENT = (Path(__file__).parents[1] / "docs" / "close-client.md").read_text()
PROGRAMS = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
PRINTS = [
    "Globex Industries",
    "open deals",
    "Created https://app.close.com/lead/lead_",
    "Created $12,500.50",
]


@pytest.mark.parametrize(
    ("program", "prints"), list(zip(PROGRAMS, PRINTS, strict=True)), ids=PRINTS
)
async def test_an_example_runs(program, prints):
    async with CloseSandbox() as close:
        program = program.replace("Close(api_key=", f"Close(base_url={close.api_url!r}, api_key=")
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-W", "error", "-c", program,
            env=os.environ | {"API_KEY": close.keys["ana"]},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await child.communicate()
    assert child.returncode == 0, said.decode()
    assert prints in said.decode()
