"""A worker killed in the middle of a promise: the promise is kept all the same, by the next one."""

import signal
import sys

import pytest

from tests.run.installation import wait_until

WORKER = (sys.executable, "-m", "tests.run.hanging_worker")

PROMISE = """
from datetime import UTC, datetime
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Library
from jieyue.outbox.promises import promise
now = datetime(2026, 3, 2, tzinfo=UTC)
library = Library.objects.create(slug="north", name="北馆", kind="public", created_at=now)
with library_scope(library.pk):
    promise("test.keep", {{"folder": {folder!r}}}, at=now)
"""
HOW_IT_STANDS = "SELECT attempts, done_at IS NOT NULL FROM outbox_task"


@pytest.mark.slow
def test_a_promise_survives_kill_9_of_its_worker(installation, tmp_path):
    (tmp_path / "hang").touch()
    installation.script(PROMISE.format(folder=str(tmp_path)))

    with installation.started(*WORKER) as first:
        wait_until((tmp_path / "runs").exists)
        first.send_signal(signal.SIGKILL)
        first.wait(10)
    (tmp_path / "hang").unlink()
    with installation.started(*WORKER) as second:
        wait_until((tmp_path / "kept").exists)
        # What is asked to stop ends what it is doing first, and notes it.
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0

    assert len((tmp_path / "runs").read_text().split()) == 2
    assert installation.ask(HOW_IT_STANDS) == [(2, True)]


@pytest.mark.slow
def test_a_worker_asked_to_stop_ends_its_promise_first(installation, tmp_path):
    (tmp_path / "hang").touch()
    installation.script(PROMISE.format(folder=str(tmp_path)))

    with installation.started(*WORKER) as worker:
        wait_until((tmp_path / "runs").exists)
        worker.send_signal(signal.SIGTERM)
        (tmp_path / "hang").unlink()
        assert worker.wait(20) == 0

    assert installation.ask(HOW_IT_STANDS) == [(1, True)]
