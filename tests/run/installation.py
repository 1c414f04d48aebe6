"""A real installation for tests: its own folder and database, and the command as a process."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAIN = [sys.executable, "-P", "-m", "jieyue.interfaces.cli.main"]
ON_POSTGRESQL = os.environ.get("JIEYUE_DB") == "postgresql"
LONG = 900.0
"""Seconds that a command may take: a busy machine is slow, not wrong; this is for what hangs."""
DROPPED = ("JIEYUE_TESTING", "JIEYUE_DATA_DIR", "DJANGO_SETTINGS_MODULE", "LC_ALL", "LC_MESSAGES")


@dataclass
class Installation:
    """A data folder and a database that nobody else uses."""

    folder: Path
    database: str = field(default_factory=lambda: f"run_{uuid.uuid4().hex[:12]}")

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
        return kept | {
            "JIEYUE_DATA_DIR": str(self.folder),
            "JIEYUE_PG_NAME": self.database,
            "JIEYUE_TESTING": "1",
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
        }

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command that ends by itself."""
        return subprocess.run(
            [*MAIN, *arguments], env=self.environment | environment, capture_output=True,
            text=True, timeout=LONG, check=False,
        )  # fmt: skip

    def script(self, text: str) -> str:
        """Run Python with Django set up; return what it printed."""
        begin = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'jieyue.config.settings'\n"
        begin += "import django\ndjango.setup()\n"
        return subprocess.run(
            [sys.executable, "-c", begin + text], env=self.environment, capture_output=True,
            text=True, timeout=LONG, check=True, cwd=Path(__file__).parents[2],
        ).stdout  # fmt: skip

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query finds: a process with Django starts in a second of a processor."""
        if ON_POSTGRESQL:
            with _server(self.database) as database:
                return database.execute(query.encode()).fetchall()
        with closing(sqlite3.connect(self.folder / "jieyue.sqlite3")) as file:
            return file.execute(query).fetchall()

    @contextmanager
    def started(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start a process that stays, its words in `words`; it is gone when the block ends."""
        with (self.folder.parent / f"{self.folder.name}.out").open("ab") as output:
            process = subprocess.Popen(
                command, env=self.environment, stdout=output, stderr=output,
                stdin=subprocess.DEVNULL, start_new_session=True,
                cwd=Path(__file__).parents[2],
            )  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    @property
    def words(self) -> str:
        return (self.folder.parent / f"{self.folder.name}.out").read_text("utf-8")


@contextmanager
def installed(folder: Path, template: Installation | None = None) -> Iterator[Installation]:
    """Make an installation, as another one is if given; its database is gone afterwards."""
    made = Installation(folder)
    if template is not None:
        shutil.copytree(template.folder, folder)
    created(made, template.database if template is not None else "template1")
    try:
        yield made
    finally:
        if ON_POSTGRESQL:
            _on_server(f'DROP DATABASE IF EXISTS "{made.database}" WITH (FORCE)')


def created(made: Installation, like: str = "template1") -> None:
    """Create an installation's database on PostgreSQL; on SQLite it is a file of the folder."""
    if ON_POSTGRESQL:
        _on_server(f'CREATE DATABASE "{made.database}" TEMPLATE "{like}"')


def _on_server(statement: str) -> None:
    with _server("postgres") as server:
        server.execute(statement.encode())


def _server(database: str) -> Any:
    import psycopg

    given: dict[str, Any] = {
        "host": os.environ.get("JIEYUE_PG_HOST"),
        "port": os.environ.get("JIEYUE_PG_PORT"),
        "user": os.environ.get("JIEYUE_PG_USER"),
        "password": os.environ.get("JIEYUE_PG_PASSWORD"),
    }
    chosen = {name: value for name, value in given.items() if value}
    return psycopg.connect(dbname=database, autocommit=True, **chosen)


def wait_until(true: Callable[[], bool], seconds: float = 90.0) -> None:
    """Return once it is true; fail when it does not become so in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def wait_for_words(process: "subprocess.Popen[bytes]", made: Installation, words: str) -> None:
    """Return once the process has said so; fail at once, with what it said, when it ended."""
    wait_until(lambda: words in made.words or process.poll() is not None)
    assert words in made.words, made.words


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def descendants(root: int) -> dict[int, str]:
    """Return the command lines of a process's children and theirs."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found: dict[int, str] = {}
    for pid in parents:
        above = pid
        while above in parents and above != root:
            above = parents[above]
        if above == root and pid != root:
            try:
                line = Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:
                continue
            found[pid] = line.replace(b"\0", b" ").decode(errors="replace")
    return found


def is_gone(pid: int) -> bool:
    """Say whether a process has ended (a zombie has)."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True
