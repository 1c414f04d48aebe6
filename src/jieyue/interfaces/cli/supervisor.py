"""A few child processes, kept running until a signal ends them all in order."""

import contextlib
import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

ENDING: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
STEADY_SECONDS: Final = 60.0  # who ran this long starts again with a clean slate
MAX_PAUSE_SECONDS: Final = 30.0
STOP_SECONDS: Final = 8.0
PR_SET_PDEATHSIG: Final = 1


def die_with(parent: int, by: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel end this process when `parent` is gone, however that died (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(0)


@dataclass
class Child:
    """A process of ours. `arguments` are those of the `jieyue` command."""

    name: str
    arguments: list[str]
    pass_fds: tuple[int, ...] = ()
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0  # monotonic seconds
    failures: int = 0
    restart_at: float | None = None

    def start(self) -> None:
        """Start it in a group of its own, so that Ctrl-C reaches us alone and we end in order."""
        module = "jieyue.interfaces.cli.child"
        command = [sys.executable, "-P", "-m", module, str(os.getpid()), *self.arguments]
        self.process = subprocess.Popen(
            command, pass_fds=self.pass_fds, stdin=subprocess.DEVNULL, process_group=0
        )
        self.started_at = time.monotonic()
        self.restart_at = None

    @property
    def code(self) -> int | None:
        """Return how it ended; None while it runs or was never started."""
        return None if self.process is None else self.process.poll()

    @property
    def is_running(self) -> bool:
        """Say whether it runs."""
        return self.process is not None and self.process.poll() is None

    def plan_restart(self) -> float:
        """Say when to start it again, later each time it fails; return the pause in seconds."""
        now = time.monotonic()
        if now - self.started_at >= STEADY_SECONDS:
            self.failures = 0
        pause = min(2.0**self.failures, MAX_PAUSE_SECONDS)
        self.failures += 1
        self.process = None
        self.restart_at = now + pause
        return pause

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """End it, by force when asking did not help in time; returns once it is gone."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            # Its own children too: a web server that hangs leaves workers behind.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Signals:
    """Signals as something to wait for; `is_ending` once one asked us to stop."""

    is_ending: bool = False
    _reader: socket.socket = field(init=False)
    _writer: socket.socket = field(init=False)

    @contextlib.contextmanager
    def caught(self) -> Iterator["Signals"]:
        """Catch signals inside the block."""
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        before = {n: signal.signal(n, self._note) for n in (*ENDING, signal.SIGCHLD)}
        woken = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        try:
            yield self
        finally:
            signal.set_wakeup_fd(woken)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._reader.close()
            self._writer.close()

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number in ENDING:
            self.is_ending = True

    def wait(self, seconds: float) -> None:
        """Return when a signal came or the time is over."""
        select.select([self._reader], [], [], max(seconds, 0))
        with contextlib.suppress(BlockingIOError):
            while self._reader.recv(512):
                pass


def wait_for(child: Child, signals: Signals) -> int | None:
    """Wait until a child that does one thing ends; return its code, None when we are to stop."""
    while child.is_running:
        if signals.is_ending:
            child.stop()
            return None
        signals.wait(1.0)
    return child.code


def keep_running(
    children: list[Child], signals: Signals, *, crashed: Callable[[Child, int, float], None]
) -> None:
    """Start again whoever ends, until a signal asks to stop.

    `crashed(child, code, pause)` is told before each pause.
    """
    while not signals.is_ending:
        wake = 3600.0
        for child in children:
            code = child.code
            if code is not None:
                crashed(child, code, child.plan_restart())
            if child.restart_at is not None:
                left = child.restart_at - time.monotonic()
                if left <= 0:
                    child.start()
                else:
                    wake = min(wake, left)
        signals.wait(wake)


def stop_all(children: list[Child]) -> None:
    """End the children one after the other, in their order."""
    for child in children:
        child.stop()
