"""`python -m closebot.sandbox.tethered FOLDER …` is `closebot …` while its input is held open.

A demo that is killed can stop nothing, but its end of a pipe is closed for it, on every system.
This stands beside the demo's package, so that the bot need not wait for all of that to load.
"""

import os
import runpy
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

_STOP_WITHIN = 5.0


def _await_the_end(folder: Path) -> None:
    """Wait until the input ends; then remove the folder, and stop as an operator stops a bot."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_STOP_WITHIN)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_await_the_end, args=(Path(sys.argv.pop(1)),), daemon=True).start()
    runpy.run_module("closebot", run_name="__main__", alter_sys=True)
