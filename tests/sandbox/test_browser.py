"""What a machine without a Chromium is told of the browser tests."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# One that has a demo of its own, one that shares one, one that has none.
SOME = (
    "test_demo.py::test_an_unknown_command_is_not_sent",
    "test_demo_guide.py",
    "test_page.py::test_hints_and_errors_stand_below_their_fields",
)


def test_without_a_chromium_the_browser_tests_are_one_line_and_start_no_demo(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "-q",
         "--setup-show", *(f"tests/sandbox/{name}" for name in SOME)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)},
    )  # fmt: skip
    said = [line for line in done.stdout.splitlines() if line.startswith("SKIPPED")]
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(said) == 1
    assert re.search(
        r"^SKIPPED \[\d\d\] .*: no Chromium, so no browser test was run \(apt install chromium\)$",
        said[0],
    )
    assert not re.search(r"SETUP .* demo", done.stdout)
