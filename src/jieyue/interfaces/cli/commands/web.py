"""`jieyue web`: the web server on a socket that `jieyue up` holds. Hidden: nobody types it."""

import argparse
import logging
import os
from pathlib import Path
from typing import Any, Final

NAME: Final = "web"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(NAME)
    parser.add_argument("--fd", type=int, required=True)
    parser.set_defaults(run=run)


def options(fd: int) -> dict[str, object]:
    """Return gunicorn's settings (scale decisions 2 and 3)."""
    from jieyue.interfaces.cli.places import uses_sqlite

    # Writers of one SQLite file wait fairly inside one process, and unfairly between several.
    processes = 1 if uses_sqlite() else int(os.environ.get("JIEYUE_WEB_PROCESSES", "2"))
    shared_memory = Path("/dev/shm")  # noqa: S108 (gunicorn makes a private file there)
    return {
        "bind": [f"fd://{fd}"],
        "worker_class": "gthread",
        "workers": processes,
        "threads": int(os.environ.get("JIEYUE_WEB_THREADS", "4")),
        "keepalive": 30,  # seconds; an idle connection holds no thread
        "graceful_timeout": 5,  # seconds
        "timeout": 60,  # seconds without a sign of life
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        # The heartbeat is a file: on a disk it would wait for the disk.
        "worker_tmp_dir": str(shared_memory) if shared_memory.is_dir() else None,
        "umask": 0o077,
        "control_socket_disable": True,
        "proc_name": "jieyue-web",
    }


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    from gunicorn.app.base import BaseApplication

    chosen = options(arguments.fd)

    class Server(BaseApplication):  # type: ignore[misc]
        """gunicorn with our settings and nobody else's."""

        def load_config(self) -> None:
            """Take the settings from above."""
            for name, value in chosen.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """Return the WSGI application; called in each worker process."""
            from django.core.wsgi import get_wsgi_application

            made = get_wsgi_application()
            # A mistyped address is no news for whoever looks after the machine.
            logging.getLogger("django.request").setLevel(logging.ERROR)
            return made

    Server().run()
    return 0
