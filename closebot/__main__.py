"""`python -m closebot` is `closebot`."""

from closebot.cli import main

main(prog_name="closebot")
