"""One engine's bench, in a process whose settings name its database.

Started as `python -m jieyue.interfaces.bench.session ENGINE SECONDS CLIENTS SIZES`; writes a Row as
JSON a line. It fails if an acknowledged operation is missing from the database or was done twice.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import django
from pydantic import TypeAdapter

from jieyue.interfaces.bench.cpu import cpu_seconds
from jieyue.interfaces.bench.plan import Call, Done, Job, Row, Sizes, Stock

PILE: Final = 10
WARM_UP_SECONDS: Final = 1.0
REPEATED: Final = 50


class Session:
    """The stocked library, the running server, and what was acknowledged so far."""

    def __init__(self, engine: str, stock: Stock, server: int, port: int) -> None:
        self.engine = engine
        self.stock = stock
        self.server = server
        self.port = port
        self.database = postmaster() if engine == "postgres" else None
        self.chance = random.Random(7)  # noqa: S311 (no secret)
        self.lent: dict[str, str] = {}  # acknowledged: loan → copy
        self.returned: set[str] = set()  # acknowledged: loans
        self.numbers = 0

    def phases(self, seconds: float, clients: int, pile: int) -> Iterator[Row]:
        """Lend as much as fits into the seconds, then take it all back."""
        suffix = str(pile) if pile > 1 else ""
        copies = self.stock.copies[:]
        self.chance.shuffle(copies)
        calls = [self._lend(copies[n : n + pile]) for n in range(0, len(copies) - pile + 1, pile)]
        done, row = self._measured(f"checkout{suffix}", calls, seconds, clients, pile)
        yield row
        lent = [result for answer in done.answers.values() for result in _results(answer)]
        self.lent |= {result["loan"]: result["copy_barcode"] for result in lent}
        back = [result["copy_barcode"] for result in lent]
        self.chance.shuffle(back)
        calls = [self._take_back(back[n : n + pile]) for n in range(0, len(back), pile)]
        done, row = self._measured(f"checkin{suffix}", calls, 10 * seconds, clients, pile)
        yield row
        self.returned |= {
            result["loan"] for answer in done.answers.values() for result in _results(answer)
        }

    def _measured(
        self, op: str, calls: list[Call], seconds: float, clients: int, pile: int
    ) -> tuple[Done, Row]:
        before = self._cpu()
        done = self._load(calls, seconds, clients)
        web, database = (now - then for now, then in zip(self._cpu(), before, strict=True))
        self._repeat(calls, done)
        return done, _row(self.engine, op, clients, done, web, database, pile)

    def _cpu(self) -> tuple[float, float]:
        return cpu_seconds(self.server), cpu_seconds(self.database) if self.database else 0.0

    def _load(self, calls: list[Call], seconds: float, clients: int) -> Done:
        job = Job(
            port=self.port, token=self.stock.token, clients=clients, seconds=seconds, calls=calls
        )
        ran = subprocess.run(
            [sys.executable, "-m", "jieyue.interfaces.bench.load"],
            input=TypeAdapter(Job).dump_json(job),
            stdout=subprocess.PIPE,
            check=True,
        )
        done = TypeAdapter(Done).validate_json(ran.stdout)
        if done.failures:
            raise SystemExit(f"bench: {len(done.failures)} calls failed: {done.failures[0]}")
        return done

    def _repeat(self, calls: list[Call], done: Done) -> None:
        """Send some calls again: the answers must be the first ones."""
        again = [call for call in calls if call.key in done.answers][:REPEATED]
        answers = self._load(again, 60, 1).answers
        if any(answers[call.key] != done.answers[call.key] for call in again):
            raise SystemExit("bench: a repeated call got another answer")

    def _lend(self, copies: list[str]) -> Call:
        body: dict[str, Any] = {"card_barcode": self.chance.choice(self.stock.cards)}
        body |= {"copy_barcodes": copies} if len(copies) > 1 else {"copy_barcode": copies[0]}
        path = "/api/v1/loans/batch" if len(copies) > 1 else "/api/v1/loans"
        return Call(key=self._key(), path=path, body=json.dumps(body), copies=len(copies))

    def _take_back(self, copies: list[str]) -> Call:
        body = json.dumps({"copy_barcodes": copies})
        return Call(key=self._key(), path="/api/v1/returns", body=body, copies=len(copies))

    def _key(self) -> str:
        self.numbers += 1
        return f"bench-{self.numbers}"


def _results(answer: str) -> list[dict[str, Any]]:
    body: dict[str, Any] = json.loads(answer)
    results = body.get("results", [body])
    wrong = [result for result in results if result["type"] not in ("lent", "returned")]
    if wrong:
        raise SystemExit(f"bench: expected a loan or a return, got {wrong[0]}")
    return list(results)


def _row(
    engine: str, op: str, clients: int, done: Done, web: float, database: float, pile: int
) -> Row:
    ordered = sorted(done.latencies)
    count = len(ordered)
    cpu = (web + database) * 1000 / count
    return Row(
        engine=engine,
        op=op,
        clients=clients,
        per_s=round(count / done.elapsed, 1),
        p50_ms=round(ordered[count // 2] * 1000, 2),
        p95_ms=round(ordered[min(count - 1, count * 95 // 100)] * 1000, 2),
        cpu_ms_per_op=round(cpu, 3),
        db_cpu_ms_per_op=round(database * 1000 / count, 3) if engine == "postgres" else None,
        copies_per_op=pile,
        cpu_ms_per_copy=round(cpu / pile, 3),
        ops=count,
    )


def postmaster() -> int:
    """Return the process id of the server that bin/with-postgres started."""
    data = Path(os.environ["PGDATA"])
    return int((data / "postmaster.pid").read_text().splitlines()[0])


def bare_rows(engine: str, stock: Stock, seconds: float, chance: random.Random) -> Iterator[Row]:
    """Measure the plain statements, checkout and then checkin, on the same database."""
    from jieyue.interfaces.bench.bare import Driver, bare_checkin, bare_checkout, time_bare
    from jieyue.kit.scope import library_scope

    database = postmaster() if engine == "postgres" else None
    # Open to the end: what a backend used is between two books while the server buries it.
    driver = Driver()
    copies = chance.sample(stock.copies, len(stock.copies))
    pairs = [(copy, chance.choice(stock.cards)) for copy in copies]
    for op, step in (("bare_checkout", bare_checkout), ("bare_checkin", bare_checkin)):
        with library_scope(stock.library_id):
            time_bare(step, driver, stock, pairs[:20], seconds, f"{op}-warm")
            before = time.process_time(), cpu_seconds(database) if database else 0.0
            began = time.perf_counter()
            latencies = time_bare(step, driver, stock, pairs[20:], seconds, op)
        done = Done(elapsed=time.perf_counter() - began, latencies=latencies)
        spent = time.process_time() - before[0]
        in_database = cpu_seconds(database) - before[1] if database else 0.0
        pairs = pairs[: 20 + len(latencies)]
        yield _row(engine, op, 1, done, spent, in_database, 1)
    driver.close()


def run(engine: str, seconds: float, clients: list[int], sizes: Sizes) -> Iterator[Row]:
    """Stock, serve, measure, verify."""
    from django.db import connections

    from jieyue.interfaces.bench.server import server
    from jieyue.interfaces.bench.stock import stock
    from jieyue.interfaces.bench.verify import analyze, verify

    made = stock(sizes)
    analyze()
    connections.close_all()
    log = Path(os.environ["JIEYUE_DATA_DIR"]) / "server.log"
    with server(log) as (process, port):
        session = Session(engine, made, process, port)
        for pile in (1, PILE):  # every thread opens its connection and prepares its statements
            for _ in session.phases(min(WARM_UP_SECONDS, seconds), max(clients), pile):
                pass
        for count in clients:
            for pile in (1, PILE):
                yield from session.phases(seconds, count, pile)
    verify(session.lent, session.returned, made.library_id, before=made.loans)
    yield from bare_rows(engine, made, seconds, session.chance)


def main() -> None:
    """Read the arguments, print a row a line as it is measured."""
    engine, seconds, clients, sizes = sys.argv[1:]
    django.setup()
    counts = [int(count) for count in clients.split(",")]
    plan = TypeAdapter(Sizes).validate_json(sizes)
    for row in run(engine, float(seconds), counts, plan):
        sys.stdout.write(TypeAdapter(Row).dump_json(row).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
