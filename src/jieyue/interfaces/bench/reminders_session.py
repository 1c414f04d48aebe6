"""One engine's morning of reminders, in a process whose settings name its database.

Started as `python -m jieyue.interfaces.bench.reminders_session ENGINE READERS KILLS RETURNED`;
writes a Reminded as JSON, and to the error output how far it is. It is the mail server too, and
kills the process that sends.
"""

import json
import logging
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import django
from pydantic import TypeAdapter

from jieyue.interfaces.bench.plan import Reminded, Sizes

ZONE: Final = ZoneInfo("Asia/Shanghai")
WEDNESDAY: Final = 2
LEASE: Final = timedelta(minutes=6)  # after it a killed sender's mail is taken up again


class MailServer:
    """Takes every mail and remembers to whom it was."""

    def __init__(self) -> None:
        self.mails: Counter[str] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail (aiosmtpd's name for it)."""
        self.mails[envelope.rcpt_tos[0]] += 1
        return "250 OK"


def morning() -> datetime:
    """Return ten o'clock of a day on which the bench's library is open, some days from now."""
    day = datetime.now(ZONE).replace(hour=10, minute=0, second=0, microsecond=0)
    day += timedelta(days=1)
    while day.weekday() != WEDNESDAY or (day.month, day.day) <= (1, 3):
        day += timedelta(days=1)
    return day


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def stocked(readers: int, then: datetime, port: int) -> tuple[int, list[str]]:
    """Make a library: an address and a book due for each reader; return its id and barcodes."""
    from django.apps import apps

    from jieyue.interfaces.bench.stock import stock
    from jieyue.kit.ids import public_id
    from jieyue.kit.scope import library_scope

    made = stock(Sizes(titles=readers, copies=readers, readers=readers, ended=0, lent=0))
    mine = {"library_id": made.library_id}
    with library_scope(made.library_id):
        gateway = {
            "host": "127.0.0.1",
            "port": port,
            "security": "none",
            "sender": "lib@bench.test",
        }
        apps.get_model("libraries", "Gateway").objects.create(
            **mine, kind="email", provider="smtp", settings=json.dumps(gateway)
        )
        people: Any = apps.get_model("patrons", "Patron").objects
        patrons = list(people.order_by("id"))
        for number, patron in enumerate(patrons):
            patron.email = f"reader{number}@bench.test"
        people.bulk_update(patrons, ["email"], batch_size=1000)
        copies = list(apps.get_model("catalog", "Copy").objects.order_by("id")[:readers])
        model: Any = apps.get_model("circulation", "Loan")
        model.objects.bulk_create(
            [
                model(
                    **mine, public_id=public_id(), copy_id=copy.pk, patron_id=patron.pk,
                    branch_id=made.branch_id, lent_at=then - timedelta(days=10),
                    due_at=then.replace(hour=23, minute=59, second=59), renewals=0,
                )
                for copy, patron in zip(copies, patrons, strict=True)
            ],
            batch_size=1000,
        )  # fmt: skip
    return made.library_id, [copy.barcode for copy in copies]


def sender(ahead: timedelta) -> "subprocess.Popen[str]":
    """Start the process that writes and sends, its clock `ahead` of ours."""
    command = [sys.executable, "-m", "jieyue.interfaces.bench.reminders_sender"]
    return subprocess.Popen(
        [*command, str(ahead.total_seconds())], stdout=subprocess.PIPE, text=True
    )


def bring_back(library_id: int, copies: list[str], then: datetime) -> set[str]:
    """Take books back at the desk; return their barcodes once that is committed."""
    from jieyue.circulation.actions.checkin import checkin
    from jieyue.libraries.worker_desk import worker_desk

    desk = worker_desk(library_id, then)
    assert desk is not None
    for copy in copies:
        checkin(desk, copy_barcodes=(copy,))
    return set(copies)


def run(engine: str, readers: int, kills: int, returned: int) -> Reminded:
    """Stock, send, kill now and then, and count what arrived."""
    from aiosmtpd.controller import Controller

    server = MailServer()
    port = free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    then = morning()
    library_id, copies = stocked(readers, then, port)
    ahead = then - datetime.now(ZONE)
    chance = random.Random(7)  # noqa: S311 (no secret)
    early = bring_back(library_id, copies[:returned], then)
    told: list[dict[str, float]] = []
    progress = _Progress(engine, server.mails, readers)
    for number in range(kills + 1):
        process = sender(ahead + number * LEASE)
        assert process.stdout is not None
        if number < kills:
            goal = sum(server.mails.values()) + chance.randint(1, max(readers // (kills + 2), 1))
            _wait(process, lambda goal=goal: sum(server.mails.values()) >= goal)
            os.kill(process.pid, signal.SIGKILL)
            progress.say(f"killed {number + 1} of {kills}")
        for line in process.stdout:
            told.append(json.loads(line))
            progress.show()
        process.wait()
    controller.stop()
    back = {f"reader{number}@bench.test" for number, copy in enumerate(copies) if copy in early}
    wanted = {f"reader{number}@bench.test" for number in range(readers)} - back
    return Reminded(
        engine=engine, readers=readers, kills=kills, mails=sum(server.mails.values()),
        doubled=sum(times > 1 for times in server.mails.values()),
        missing=len(wanted - server.mails.keys()), needless=len(back & server.mails.keys()),
        seconds=sum(line["seconds"] for line in told), cpu_s=sum(line["cpu_s"] for line in told),
        peak_mb=max((line["peak_mb"] for line in told), default=0.0),
    )  # fmt: skip


class _Progress:
    """Tells of every tenth of the mails, in a line each."""

    def __init__(self, engine: str, mails: Counter[str], readers: int) -> None:
        self._engine, self._mails, self._readers = engine, mails, readers
        self._tenths = 0
        self.say("a library is there, its readers' books are due")

    def show(self) -> None:
        if self._tenths_now() > self._tenths:
            self.say("")

    def say(self, what: str) -> None:
        """Say how many have their mail, and what happened."""
        self._tenths = self._tenths_now()
        line = f"{self._engine:9}{len(self._mails)} of {self._readers} readers"
        print(f"{line}: {what}" if what else line, file=sys.stderr, flush=True)

    def _tenths_now(self) -> int:
        return 10 * len(self._mails) // self._readers


def _wait(process: "subprocess.Popen[str]", is_there: Any) -> None:
    while not is_there():
        if process.poll() is not None:
            raise SystemExit("bench: the sender ended before it was killed")
        time.sleep(0.002)


def main() -> None:
    """Read the arguments, and print what came of it."""
    os.environ["JIEYUE_CHANNELS_ALLOW_PRIVATE"] = "1"
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells of every line
    django.setup()
    row = run(sys.argv[1], *map(int, sys.argv[2:5]))
    sys.stdout.write(TypeAdapter(Reminded).dump_json(row).decode() + "\n")


if __name__ == "__main__":
    main()
