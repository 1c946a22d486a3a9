"""`closebot`, and `python -m closebot`."""

import signal


def main() -> None:
    """Load the command line, and run it."""
    _let_ctrl_c_end_it()
    from closebot import cli  # noqa: PLC0415 - that is what takes its time

    try:
        cli.main(prog_name="closebot")
    finally:
        _let_ctrl_c_end_it()


def _let_ctrl_c_end_it() -> None:
    """End at once by Ctrl-C, until a command listens for it because it has something to close.

    Python's own way draws a traceback of whatever it loads or unloads, or loses the Ctrl-C in it.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


if __name__ == "__main__":
    main()
