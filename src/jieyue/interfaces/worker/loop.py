"""The worker: keeps promises one by one, and recurring jobs when they are due."""

import logging
import threading
from typing import Final

from jieyue.imports.keeping import forget_leftovers
from jieyue.interfaces.worker.registry import handler_of
from jieyue.interfaces.worker.schedule import run_due_jobs
from jieyue.kit import clock, loop
from jieyue.kit.errors import describe
from jieyue.kit.scope import library_scope
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.sending import Sender
from jieyue.outbox import tasks

log = logging.getLogger("jieyue.worker")

SCHEDULE_SECONDS: Final = 20.0
SENDING_SECONDS: Final = 5.0


def work(*, once: bool = False) -> None:
    """Work until SIGTERM or SIGINT; with `once`, until nothing is due."""
    # A source's address would come with the ISBN asked for, at every look-up.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    forget_leftovers()
    if once:
        run_due_jobs(clock.now())
        while keep_one_promise():
            pass
        Sender().work()
        return
    stop = loop.stop_on_signal()
    beside = [
        threading.Thread(target=target, args=(stop,), name=name)
        for name, target in (("schedule", _keep_schedule), ("sending", _keep_sending))
    ]
    for thread in beside:
        thread.start()
    try:
        loop.run(keep_one_promise, stop=stop)
    finally:
        stop.set()
        for thread in beside:
            thread.join()


def _keep_schedule(stop: threading.Event) -> None:
    """Run recurring jobs beside the promises: a long copy holds no reminder up."""
    try:
        loop.run(lambda: run_due_jobs(clock.now()), stop=stop, idle_seconds=SCHEDULE_SECONDS)
    finally:
        stop.set()  # without its schedule a worker is better started anew


def _keep_sending(stop: threading.Event) -> None:
    """Send messages beside the promises: a slow mail server holds nothing else up."""
    try:
        loop.run(Sender(stop=stop).work, stop=stop, idle_seconds=SENDING_SECONDS)
    finally:
        stop.set()


def keep_one_promise() -> bool:
    """Claim the next due promise and keep it; False when there was none."""
    claimed = tasks.claim(clock.now())
    if claimed is None:
        return False
    try:
        handler = handler_of(claimed.kind)
        desk = worker_desk(claimed.library_id, clock.now())
        if desk is not None:
            with library_scope(claimed.library_id):
                handler(desk, claimed.payload)
    except Exception as error:  # noqa: BLE001 (noted on its row, tried again)
        words = describe(error)
        log.warning("Promise %s (%s) failed: %s", claimed.id, claimed.kind, words)
        tasks.failed(claimed, clock.now(), words)
    else:
        tasks.done(claimed, clock.now())
    return True
