"""The worker as a process of its own, which works off what is due whenever it is told the time.

    python -m tests.journeys.worker DATABASE

reads moments from its input, one a line, and answers each with a line once nothing is due any more.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection

from jieyue.kit import clock


class Worker:
    """A worker that runs; `work` returns when it has done everything that is due now."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def work(self) -> None:
        """Have it work at this process's time."""
        said, heard = self._process.stdin, self._process.stdout
        assert said is not None and heard is not None
        said.write(f"{clock.now().isoformat()}\n")
        said.flush()
        assert heard.readline() == "done\n"


@contextmanager
def working() -> Iterator[Worker]:
    """Start a worker on the database of the tests; it is gone when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.worker", str(connection.settings_dict["NAME"])],
        env=os.environ | {"JIEYUE_CHANNELS_ALLOW_PRIVATE": "1"}, cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield Worker(process)
    finally:
        process.kill()
        process.communicate()


def _main(database: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "jieyue.config.settings"
    import django
    from django.conf import settings
    from django.utils import timezone

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    ahead = timedelta()
    # Before the worker is loaded, which keeps the clock that it finds.
    clock.now = timezone.now = lambda: datetime.now(UTC) + ahead
    from jieyue.interfaces.worker import loop

    for line in sys.stdin:
        ahead = datetime.fromisoformat(line.strip()) - datetime.now(UTC)
        loop.work(once=True)
        print("done", flush=True)


if __name__ == "__main__":
    _main(sys.argv[1])
