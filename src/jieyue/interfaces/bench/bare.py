"""The same checkout and checkin as plain statements through the driver: no Django, no HTTP.

It locks, reads and writes what the action does, journal and idempotency key included, with the
project's own statements. What the API costs beyond this is what the product around them costs.
"""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.conf import settings

from jieyue.audit import journal
from jieyue.circulation.actions.checkin import END_LOANS
from jieyue.circulation.actions.checkout import INSERT_LOANS
from jieyue.circulation.queries.facts import (
    CHECKIN_FACTS,
    CHECKOUT_FACTS,
    LOCK_COPIES,
    LOCK_COPIES_AND_PATRON,
    LOCK_QUEUES_AND_BORROWERS,
)
from jieyue.interfaces.bench.plan import Stock
from jieyue.kit import clock, sql
from jieyue.kit.ids import public_id
from jieyue.kit.scope import current_library_id
from jieyue.libraries.actions import KEEP_OUTCOME, TAKE_KEY

LOAN_PERIOD: Final = timedelta(days=30)


class Driver:
    """psycopg or sqlite3 with the product's settings, and nothing between."""

    def __init__(self) -> None:
        self.vendor = "sqlite" if settings.ENGINE == "sqlite" else "postgresql"
        self._connection = self._sqlite() if self.vendor == "sqlite" else self._postgresql()

    @staticmethod
    def _sqlite() -> Any:
        import sqlite3

        connection = sqlite3.connect(settings.SQLITE["NAME"], isolation_level=None, timeout=20)
        connection.executescript(settings.SQLITE["OPTIONS"]["init_command"])
        return connection

    @staticmethod
    def _postgresql() -> Any:
        import psycopg

        at = settings.POSTGRESQL
        return psycopg.connect(
            host=at["HOST"], dbname=at["NAME"], user=at["USER"], autocommit=True,
            prepare_threshold=1,
        )  # fmt: skip

    def run(self, texts: tuple[str, ...], params: dict[str, Any]) -> list[dict[str, Any]]:
        """Run the statements (folded into one on PostgreSQL) and return the last one's rows."""
        found: list[dict[str, Any]] = []
        bound = sql.bound(params | {"library": current_library_id()}, self.vendor)
        for text in sql.compiled(texts, self.vendor):
            cursor = self._connection.execute(text, bound)
            names = [column[0] for column in cursor.description or ()]
            found = [dict(zip(names, row, strict=True)) for row in cursor] if names else []
        return found

    def lock(self, text: str, params: dict[str, Any]) -> None:
        """Lock rows; SQLite has done so with BEGIN."""
        if self.vendor == "postgresql":
            self.run((text,), params)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def plain(self, text: str) -> None:
        """Run BEGIN or COMMIT."""
        self._connection.execute(text)

    def begin(self) -> None:
        """Begin as the product does: SQLite's writers queue here."""
        self.plain("BEGIN IMMEDIATE" if self.vendor == "sqlite" else "BEGIN")


def bare_checkout(driver: Driver, stock: Stock, copy: str, card: str, key: str) -> None:
    """Lend one copy without asking any rule."""
    now = clock.now()
    driver.begin()
    key_id = _take(driver, key, now)
    asked = {"barcodes": [copy], "card": card}
    driver.lock(LOCK_COPIES_AND_PATRON, asked)
    [row] = driver.run((CHECKOUT_FACTS,), asked | {"now": now, "today": now.date()})
    loan = {
        "public_id": public_id(), "copy_id": row["copy_id"], "due_at": now + LOAN_PERIOD,
        "terms": {"days": 30}, "is_hourly": False, "is_on_site": False,
    }  # fmt: skip
    written = {"loans": [loan], "patron_id": row["patron_id"]}
    _finish(driver, stock, (INSERT_LOANS,), written, key_id, now)


def bare_checkin(driver: Driver, stock: Stock, copy: str, _card: str, key: str) -> None:
    """Take one copy back."""
    now = clock.now()
    driver.begin()
    key_id = _take(driver, key, now)
    driver.lock(LOCK_COPIES, {"barcodes": [copy]})
    driver.lock(LOCK_QUEUES_AND_BORROWERS, {"barcodes": [copy], "now": now})
    [row] = driver.run((CHECKIN_FACTS,), {"barcodes": [copy], "today": now.date()})
    _finish(driver, stock, (END_LOANS,), {"ended": [row["loan_id"]], "back": now}, key_id, now)


def _take(driver: Driver, key: str, now: Any) -> int:
    taken = {"caller": "bare", "key": key, "fingerprint": "0" * 64, "now": now}
    [row] = driver.run((TAKE_KEY,), taken)
    return int(row["id"])


def _finish(
    driver: Driver, stock: Stock, writes: tuple[str, ...], written: dict[str, Any], key_id: int,
    now: Any,
) -> None:  # fmt: skip
    note: dict[str, Any] = {
        "outcome": "lent", "patron_id": None, "title_id": None, "copy_id": None, "reasons": [],
        "overridden": [], "data": {},
    }  # fmt: skip
    params = written | {
        "at": now, "action": "bare", "door": "cli", "branch": stock.branch_id, "staff": None,
        "acting": None, "on_behalf": None, "notes": [note], "key_id": key_id,
        "stored_outcome": json.dumps(note),
    }  # fmt: skip
    driver.run((*writes, journal.INSERT, KEEP_OUTCOME), params)
    driver.plain("COMMIT")


def time_bare(
    step: Callable[..., None], driver: Driver, stock: Stock, pairs: list[tuple[str, str]],
    seconds: float, name: str,
) -> list[float]:  # fmt: skip
    """Do the step for each copy and card until the time is up; return each one's seconds."""
    latencies: list[float] = []
    until = time.perf_counter() + seconds
    for number, (copy, card) in enumerate(pairs):
        began = time.perf_counter()
        if began > until:
            break
        step(driver, stock, copy, card, f"{name}-{number}")
        latencies.append(time.perf_counter() - began)
    return latencies
