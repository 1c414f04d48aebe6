"""`jieyue trust`: the page about the certificate, on a socket of `jieyue up`. Hidden."""

import argparse
import os
import signal
import socket
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from jieyue.interfaces.cli.supervisor import die_with

NAME: Final = "trust"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(NAME)
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--https-port", type=int, required=True)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    from jieyue.interfaces.cli.trust_page import Trust, files_of, handler_for

    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    die_with(os.getppid())
    handler = handler_for(Trust(files_of(arguments.folder), arguments.https_port))
    server = ThreadingHTTPServer(("", 0), handler, bind_and_activate=False)
    server.socket.close()
    server.socket = socket.socket(fileno=arguments.fd)
    server.serve_forever()
    return 0
