"""`jieyue up` as a process: it serves, restarts what was killed, and stops without a trace."""

import http.client
import os
import re
import signal
import ssl
import time
from functools import partial

import pytest

from tests.run.installation import (
    MAIN,
    Installation,
    descendants,
    free_port,
    is_gone,
    wait_for_words,
    wait_until,
)

pytestmark = pytest.mark.slow


def answers(port: int) -> bool:
    """Say whether the first page answers without an error."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def child(parent: int, name: str) -> int | None:
    """Return the process id of the web server or the worker."""
    wanted = f"jieyue.interfaces.cli.child {parent} {name}"
    found = sorted(pid for pid, line in descendants(parent).items() if wanted in line)
    return found[0] if found else None


def is_replaced(parent: int, name: str, killed: int) -> bool:
    """Say whether another process has taken the place of the one that was killed."""
    return child(parent, name) not in {None, killed}


def test_it_serves_restarts_what_was_killed_and_stops_in_order(installation: Installation):
    port = free_port()
    up = (*MAIN, "up", "--port", str(port), "--backup-dir", str(installation.folder / "copies"))
    with installation.started(*up) as process:
        wait_for_words(process, installation, f"http://127.0.0.1:{port}/")
        assert answers(port)

        second = installation.run("up", "--port", str(port))
        assert (second.returncode, second.stdout) == (1, "")
        assert f"Port {port} is taken" in second.stderr
        beside = installation.run("up", "--port", str(free_port()))
        assert beside.returncode == 1
        assert f"already running with {installation.folder}" in beside.stderr

        for name in ("web", "worker"):
            killed = child(process.pid, name)
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            wait_until(partial(is_replaced, process.pid, name, killed))
        wait_until(lambda: answers(port))
        wait_until(lambda: any((installation.folder / "copies").glob("jieyue-*")))

        everybody = descendants(process.pid)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert time.monotonic() - begun < 25
        assert [pid for pid in everybody if not is_gone(pid)] == []
    assert "Stopped. Everything is saved." in installation.words
    assert "Traceback" not in installation.words


@pytest.mark.once
def test_when_it_is_killed_outright_its_children_go_too(installation: Installation):
    port = free_port()
    with installation.started(*MAIN, "up", "--port", str(port)) as process:
        wait_for_words(process, installation, f"http://127.0.0.1:{port}/")
        everybody = descendants(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        wait_until(lambda: all(is_gone(pid) for pid in everybody))
    assert len(everybody) >= 3


@pytest.mark.once
def test_with_https_it_serves_by_its_own_certificate_and_says_how_to_trust_it(
    installation: Installation,
):
    port = free_port()
    with installation.started(*MAIN, "up", "--https", "--port", str(port)) as process:
        wait_for_words(process, installation, f"https://127.0.0.1:{port}/")
        authority = installation.folder / "keys" / "https" / "authority.crt"
        trusted = ssl.create_default_context(cafile=authority)
        page = http.client.HTTPSConnection("localhost", port, timeout=30, context=trusted)
        page.request("GET", "/")
        assert page.getresponse().status < 400
        beside = re.search(r"http://127\.0\.0\.1:(\d+)/", installation.words)
        assert beside is not None
        plain = http.client.HTTPConnection("127.0.0.1", int(beside[1]), timeout=30)
        plain.request("GET", "/jieyue.crt")
        assert plain.getresponse().read() == ssl.PEM_cert_to_DER_cert(authority.read_text())
