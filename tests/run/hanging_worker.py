"""A worker for tests: one kind of promise that hangs the first time, and leases of two seconds.

    python -m tests.run.hanging_worker FOLDER

Its handler writes one line a run into FOLDER/runs; while FOLDER/hang is there it never ends.
"""

import os
import time
from datetime import timedelta
from pathlib import Path


def keep(desk, payload):
    """Note the run, then hang while asked to."""
    folder = Path(payload["folder"])
    with (folder / "runs").open("a") as runs:
        runs.write(f"{os.getpid()}\n")
    while (folder / "hang").exists():
        time.sleep(0.05)
    (folder / "kept").touch()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "jieyue.config.settings"
    import django

    django.setup()
    from jieyue.interfaces.worker import loop, registry
    from jieyue.outbox import tasks

    tasks.LEASE = timedelta(seconds=2)  # type: ignore[misc]
    registry.HANDLERS["test.keep"] = "tests.run.hanging_worker:keep"
    loop.work()
