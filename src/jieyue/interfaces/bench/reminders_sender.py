"""Writes and sends a morning's reminders, as the worker does, until nothing is left to do.

Started as `python -m jieyue.interfaces.bench.reminders_sender SECONDS`, by which its clock is
ahead. Tells what it took as JSON a line, now and then, since it may be killed. No provider's pace.
"""

import json
import resource
import sys
import threading
import time
from datetime import datetime, timedelta
from typing import Final

import django

TELLS_EVERY: Final = 0.2  # seconds
FAST: Final = 1_000_000  # mails a second: what is measured is ours


def main() -> None:
    """Work, and tell."""
    ahead = timedelta(seconds=float(sys.argv[1]))
    django.setup()
    from jieyue.kit import clock
    from jieyue.notices.channels import limits
    from jieyue.notices.reminders import remind
    from jieyue.notices.sending import Sender

    limits.PER_SECOND["smtp"] = FAST
    real = clock.now

    def now() -> datetime:
        return real() + ahead

    told = _Teller()
    threading.Thread(target=told.tell_on, daemon=True).start()
    remind(now())
    sending = Sender(now=now)
    while sending.work():
        pass
    told.tell()


class _Teller:
    """Says what the process took since it last said so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds, self._cpu = time.monotonic(), time.process_time()

    def tell_on(self) -> None:
        while True:
            time.sleep(TELLS_EVERY)
            self.tell()

    def tell(self) -> None:
        """Write a line: seconds and CPU since the last one, and the most memory so far, in MB."""
        with self._lock:
            seconds, cpu = time.monotonic(), time.process_time()
            line = {
                "seconds": seconds - self._seconds,
                "cpu_s": cpu - self._cpu,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
            self._seconds, self._cpu = seconds, cpu
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
