"""The real server, as the product starts it, for the length of a bench."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

START_SECONDS: Final = 60.0
# One process on SQLite: its busy wait between processes is unfair (scale, decision 3).
PROCESSES: Final = {"sqlite": 1, "postgres": 2}
THREADS: Final = 4


@contextmanager
def server(engine: str, log: Path) -> Iterator[tuple[int, int]]:
    """Start gunicorn on a free port; yield its process id and port; end it."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "jieyue.config.wsgi:application"),
        *("--worker-class", "gthread", "--workers", str(PROCESSES[engine])),
        *("--threads", str(THREADS), "--keep-alive", "75", "--bind", f"127.0.0.1:{port}"),
        *("--log-level", "warning", "--no-control-socket"),
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=dict(os.environ))
    try:
        _wait_until_it_answers(process, port, log)
        yield process.pid, port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/api/v1/openapi.json")
            if connection.getresponse().status == 200:
                connection.close()
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")
