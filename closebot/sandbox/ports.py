"""Ports of loopback, looked at before anything is started on them."""

import os
import socket

HOST = "127.0.0.1"


def find_fault(port: int) -> str:
    """Return the sentence that says why nobody can listen there, or "" where one can."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError as error:
            why = os.strerror(error.errno or 0).lower()
            instead = "choose another one with --port, or leave it out."
            return f"Port {port} cannot be used ({why}); {instead}"
    return ""
