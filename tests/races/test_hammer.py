"""Eight desks hammer a real server whose processes are killed again and again.

Every answer that was given is in the database, nothing is there twice, and the same key gets the
same answer, whichever process gives it.
"""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
import uuid
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from tests.run.installation import MAIN, Installation, descendants, wait_until

DESKS, COPIES, READERS = 8, 50, 20
SECONDS = 60.0 if os.environ.get("JIEYUE_LONG") == "1" else 3.0
PATIENCE = 60.0  # until a call that was cut off gets its answer
KILLED_AFTER = 80  # answers at most: not so soon that nothing is answered any more
KILLS = 3  # at least; a start takes as long as four hundred answers

STOCK = """
from tests.world import World
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from jieyue.libraries.rules.permissions import OWNER
from jieyue.libraries.tokens import issue_token
world = World(slug="hammer", now=clock.now())
with library_scope(world.library.pk):
    world.policy(max_loans=5, max_holds=5, renewal_from="due_date", max_renewals=3)
    for n in range({readers}):
        print("reader", world.patron(card=f"R{{n}}").public_id)
    titles = [world.title(f"书 {{n}}") for n in range({copies} // 2)]
    for n in range({copies}):
        world.copy(titles[n // 2], barcode=f"C{{n}}")
    for title in titles:
        print("title", title.public_id)
    print("token", issue_token(world.desk(), name="t", branch="main", permissions=OWNER).secret)
"""
ROWS = """
import json
from jieyue.circulation.models import Hold, Loan
print(json.dumps({
    "loans": {
        row["public_id"]: [row["copy__barcode"], row["returned_at"] is not None, row["renewals"]]
        for row in Loan.across_libraries.values(
            "public_id", "copy__barcode", "returned_at", "renewals"
        )
    },
    "holds": {
        row["public_id"]: row["state"]
        for row in Hold.across_libraries.values("public_id", "state")
    },
}))
"""


@dataclass
class Told:
    """What the desks were told: by key the call and its answer."""

    answers: dict[str, tuple[str, str, int, str]] = field(default_factory=dict)
    repeated: int = 0
    cut_off: int = 0
    troubles: list[str] = field(default_factory=list)
    loans: list[str] = field(default_factory=list)  # public ids seen, to renew


@dataclass
class Desk(threading.Thread):
    """One client that repeats a call with its key until it has an answer."""

    port: int
    token: str
    readers: list[str]
    titles: list[str]
    told: Told
    enough: threading.Event
    chance: random.Random

    def __post_init__(self) -> None:
        super().__init__()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        try:
            while not self.enough.is_set():
                path, body = self._choose()
                key = uuid.uuid4().hex
                answer = self._insist(key, path, body)
                self.told.answers[key] = (path, body, *answer)
                self._remember(answer[1])
                if self.chance.random() < 0.2:
                    self.told.repeated += 1
                    if self._insist(key, path, body) != answer:
                        self.told.troubles.append(f"another answer to {path} {body}")
        except Exception as error:  # noqa: BLE001 (told to the test)
            self.told.troubles.append(repr(error))

    def _choose(self) -> tuple[str, str]:
        copy = f"C{self.chance.randrange(COPIES)}"
        card = f"R{self.chance.randrange(READERS)}"
        what = self.chance.random()
        if what < 0.4:
            return "loans", json.dumps({"card_barcode": card, "copy_barcode": copy})
        if what < 0.7:
            return "returns", json.dumps({"copy_barcodes": [copy]})
        if what < 0.85 or not self.told.loans:
            hold = {
                "patron": self.chance.choice(self.readers),
                "title": self.chance.choice(self.titles), "pickup": "main",
            }  # fmt: skip
            return "holds", json.dumps(hold)
        return f"loans/{self.chance.choice(self.told.loans)}/renewals", "{}"

    def _remember(self, body: str) -> None:
        answer = json.loads(body)
        if answer.get("type") == "lent":
            self.told.loans.append(answer["loan"])

    def _insist(self, key: str, path: str, body: str) -> tuple[int, str]:
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            try:
                status, text = self._call(key, path, body)
            except (OSError, http.client.HTTPException):
                status = 0
            if status and status < 500:
                return status, text
            self.told.cut_off += 1
            time.sleep(0.05)
        raise TimeoutError(f"no answer to {path} {body}")

    def _call(self, key: str, path: str, body: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            headers = {
                "Authorization": f"Bearer {self.token}", "Idempotency-Key": key,
                "Content-Type": "application/json",
            }  # fmt: skip
            connection.request("POST", f"/api/v1/{path}", body.encode(), headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


class Server:
    """`jieyue web` on a socket of ours, started again at once when it ends, as `jieyue up` does.

    The socket stays open, so that callers wait meanwhile instead of being turned away.
    """

    def __init__(self, made: Installation) -> None:
        self.made = made
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self.listening.getsockname()[1]
        self.log = (made.folder.parent / "web.out").open("wb")
        self.process = self._started()

    def _started(self) -> subprocess.Popen:
        handle = self.listening.fileno()
        return subprocess.Popen(
            [*MAIN, "web", "--fd", str(handle)], env=self.made.environment, stdout=self.log,
            stderr=self.log, pass_fds=[handle],
        )  # fmt: skip

    def look_after(self) -> None:
        if self.process.poll() is not None:
            self.process = self._started()

    def workers(self) -> list[int]:
        """The processes that answer; not the one that only looks after shared memory."""
        found = descendants(self.process.pid)
        return [pid for pid, line in found.items() if "resource_tracker" not in line]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.listening.close()
        self.log.close()


@contextmanager
def served(made: Installation):
    """A server for the length of a block."""
    server = Server(made)
    try:
        yield server
    finally:
        server.stop()


def kinds_of(told: Told) -> Counter[str]:
    """Count what was answered."""
    return Counter(
        result["type"]
        for *_, text in list(told.answers.values())
        for result in json.loads(text).get("results", [json.loads(text)])
        if "type" in result
    )


def is_enough(kinds: Counter[str]) -> bool:
    """Say whether it has come to something: a busy machine answers little while it starts."""
    return kinds["lent"] > 10 and kinds["returned"] > 5


def kill_now_and_then(server: Server, desks: list[Desk], told: Told, chance: random.Random) -> int:
    """Kill processes, now and then all of them, as long as the desks work."""
    killed, least = 0, time.monotonic() + SECONDS
    while any(desk.is_alive() for desk in desks):
        before = len(told.answers)
        wanted = before + chance.randint(1, KILLED_AFTER)
        latest = time.monotonic() + 8
        # Nobody is killed again before the next answer: a busy machine starts slowly.
        while len(told.answers) < wanted and any(desk.is_alive() for desk in desks):
            if time.monotonic() > latest and len(told.answers) > before:
                break
            server.look_after()
            time.sleep(0.01)
        if time.monotonic() > least and killed >= KILLS and is_enough(kinds_of(told)):
            desks[0].enough.set()
            continue  # the last calls get their answers
        victims = [server.process.pid] if chance.random() < 0.3 else server.workers()
        for pid in victims:
            if chance.random() < 0.8:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
    return killed


def is_answering(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", "/api/v1/loans")
        return connection.getresponse().status == 401  # without a token
    except (OSError, http.client.HTTPException):
        return False


@pytest.fixture
def stocked(installation):
    lines = installation.script(STOCK.format(readers=READERS, copies=COPIES)).split("\n")
    said: dict[str, list[str]] = {"reader": [], "title": [], "token": []}
    for line in filter(None, lines):
        kind, _, value = line.partition(" ")
        said[kind].append(value)
    return installation, said


@pytest.mark.slow
def test_what_was_answered_is_kept_though_servers_are_killed(stocked) -> None:
    made, said = stocked
    chance = random.Random(uuid.uuid4().int)
    told = Told()
    with served(made) as server:
        wait_until(lambda: is_answering(server.port))
        enough = threading.Event()
        desks = [
            Desk(
                server.port, said["token"][0], said["reader"], said["title"], told, enough,
                random.Random(chance.random()),
            )
            for _ in range(DESKS)
        ]  # fmt: skip
        for desk in desks:
            desk.start()
        killed = kill_now_and_then(server, desks, told, chance)

    kinds = kinds_of(told)
    print(f"{killed} killed, {told.cut_off} cut off, {told.repeated} repeated, {kinds}")
    assert told.troubles == []
    assert killed >= KILLS and is_enough(kinds)
    as_told(told, json.loads(made.script(ROWS)))
    checked = made.run("check")
    assert (checked.returncode, checked.stdout) == (0, "0 contradictions\n")


def as_told(told: Told, rows) -> None:
    """Assert that the rows are those the desks were told of: each once, and no other."""
    loans: dict[str, str] = {}
    returned: Counter = Counter()
    renewed: Counter = Counter()
    holds: Counter = Counter()
    for *_, text in told.answers.values():
        answer = json.loads(text)
        for result in answer.get("results", [answer]):
            kind = result.get("type")
            if kind == "lent":
                assert result["loan"] not in loans
                loans[result["loan"]] = result["copy_barcode"]
            elif kind == "returned":
                returned[result["loan"]] += 1
            elif kind == "renewed":
                renewed[result["loan"]] += 1
            elif kind == "hold_placed":
                holds[result["hold"]] += 1
    assert {loan: row[0] for loan, row in rows["loans"].items()} == loans
    assert {loan for loan, row in rows["loans"].items() if row[1]} == set(returned)
    assert set(returned.values()) <= {1}
    assert {loan: row[2] for loan, row in rows["loans"].items() if row[2]} == dict(renewed)
    assert set(rows["holds"]) == set(holds)
    assert set(holds.values()) <= {1}
