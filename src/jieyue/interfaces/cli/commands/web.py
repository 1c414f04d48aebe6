"""`jieyue web`: the web server on a socket that `jieyue up` holds. Hidden: nobody types it."""

import argparse
import gc
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from jieyue.interfaces.cli.supervisor import die_with

NAME: Final = "web"
BACKLOG: Final = 1024  # connections that may wait for a thread


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(NAME)
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--cert", type=Path)
    parser.add_argument("--key", type=Path)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop (scale decisions 2 and 3)."""
    from granian import _granian
    from granian.constants import HTTPModes, Interfaces, RuntimeModes, SSLProtocols
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server.mp import MPServer

    from jieyue.interfaces.cli.places import uses_sqlite

    os.umask(0o077)

    class Server(MPServer):
        """granian on a socket that is open already; it has no public way to be given one."""

        def _init_shared_socket(self) -> None:
            own, holder = cast("Any", self), cast("Any", _granian.SocketHolder)
            own._sso = socket.socket(fileno=arguments.fd)
            own._sso.set_inheritable(True)
            own._shd = holder(arguments.fd, False, BACKLOG)

    Server(
        "jieyue",
        interface=Interfaces.WSGI,
        runtime_mode=RuntimeModes.st,  # its own work needs one thread; a second only adds wake-ups
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),  # milliseconds
        # Writers of one SQLite file wait fairly inside one process, and unfairly between several.
        workers=1 if uses_sqlite() else int(os.environ.get("JIEYUE_WEB_PROCESSES", "2")),
        respawn_failed_workers=True,
        blocking_threads=int(os.environ.get("JIEYUE_WEB_THREADS", "4")),
        # A thread takes its database connection along when it ends: let none end soon.
        blocking_threads_idle_timeout=600,  # seconds, the most there is
        backlog=BACKLOG,
        backpressure=BACKLOG,
        workers_kill_timeout=5,  # seconds
        ssl_cert=arguments.cert,
        ssl_key=arguments.key,
        ssl_protocol_min=SSLProtocols.tls12,
        log_level=LogLevels.warning,
    ).serve(target_loader=partial(application, os.getpid()), wrap_loader=False)
    return 0


def application(parent: int) -> Callable[..., Iterable[bytes]]:
    """Return the WSGI application: Django's, whole answers handed over in one piece.

    Called in each worker process, which ends with its `parent`.
    """
    # It says so once: a worker that met it while it started took no notice and stayed for ever.
    die_with(parent, signal.SIGKILL)
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse

    gc.disable()  # until everything is loaded: its rounds found nothing, in a fifth of the start
    answer = get_wsgi_application()
    settle()
    # A mistyped address is no news for whoever looks after the machine.
    logging.getLogger("django.request").setLevel(logging.ERROR)

    def answer_whole(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        response = answer(environ, start)
        if not isinstance(response, HttpResponse):  # it streams
            return response
        try:
            return [response.content]
        finally:
            response.close()

    return answer_whole


def settle() -> None:
    """Load what the first requests would, and take it all out of the garbage collector's rounds.

    What is loaded stays until the process ends: walking its 350,000 objects found nothing, each
    time, in the middle of somebody's request.
    """
    from django.urls import get_resolver

    get_resolver().check()  # loads every view
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()
