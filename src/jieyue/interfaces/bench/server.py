"""The real server, as the product starts it, for the length of a bench."""

import http.client
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


@contextmanager
def server(log: Path) -> Iterator[tuple[int, int]]:
    """Start `jieyue web` on a free port; yield its process id and port; end it."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        port: int = listening.getsockname()[1]
        command = [sys.executable, "-m", "jieyue.interfaces.cli.main", "web"]
        command += ["--fd", str(listening.fileno())]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, stdout=output, stderr=output, pass_fds=[listening.fileno()]
            )
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


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/api/v1/loans")
            if connection.getresponse().status == 401:  # without a token
                connection.close()
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")
