"""Scans of a stock-take: each copy counts once, and what is odd about it is said at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jieyue.audit.journal import Note, note
from jieyue.catalog.queries import cards_among
from jieyue.circulation.actions.stock_outcomes import (
    CardSeen,
    Counted,
    StockRefused,
    StockScans,
    UnknownSeen,
    refused,
)
from jieyue.circulation.models import StockLine, StockTake
from jieyue.circulation.queries.stock_facts import (
    ADD_SEEN,
    LAST_OF_SCANNER,
    PUT_SEEN,
    facts_of,
    scanned,
)
from jieyue.circulation.rules.reasons import Reason
from jieyue.circulation.rules.scanned import Scan, read_scan
from jieyue.circulation.rules.stocktaking import (
    MAX_BARCODE,
    MAX_SCANNER,
    MAX_SCANS,
    MAX_SHELF,
    Finding,
    Scope,
    Spot,
    findings,
    is_out_of_order,
)
from jieyue.kit import sql
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import Written, action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class StockScan:
    """A scan: what was read, when (aware; None is now), and the shelf one stood at, if said.

    `id` is the caller's own name for it, given back with its result.
    """

    text: str
    id: str = ""
    seen_at: datetime | None = None
    shelf: str = ""


@action(needs=Permission.COPY_SHELVE)
def scan_stock(
    desk: Desk, *, stock_take: str, scans: tuple[StockScan, ...], scanner: str = ""
) -> Written[StockScans | StockRefused]:
    """Count what was scanned at the desk's branch, in the order given. 1 to 100; else ValueError.

    `scanner` names one person's run of scans, whose order is compared with the shelf's. A moment
    is never taken later than now nor earlier than the start. While it is paused only scans made
    before come in; the same scans again change nothing.
    """
    if not 0 < len(scans) <= MAX_SCANS:
        raise ValueError(f"1 to {MAX_SCANS} scans are counted at once")
    row = lock_one(StockTake.objects.filter(public_id=stock_take))
    if row is None:
        return Written(refused(Reason.STOCK_TAKE_UNKNOWN))
    if row.branch_id is not None:
        need_branch(desk, row.branch_id)
    if row.state == StockTake.State.CLOSED:
        return Written(refused(Reason.STOCK_TAKE_CLOSED))
    moments = [max(row.started_at, min(scan.seen_at or desk.now, desk.now)) for scan in scans]
    if row.paused_at is not None and max(moments) > row.paused_at:
        return Written(refused(Reason.STOCK_TAKE_PAUSED))
    return _Count(desk, row, scanner[:MAX_SCANNER]).of(scans, moments)


class _Count:
    """One call's scans, looked at together, judged one after the other."""

    def __init__(self, desk: Desk, take: StockTake, scanner: str) -> None:
        self.desk, self.take, self.scanner = desk, take, scanner
        self.scope = Scope(
            branch_id=take.branch_id,
            shelf=take.shelf,
            first_key=take.first_key,
            last_key=take.last_key,
        )
        # Where the count is of one branch, its books are expected there, whoever's desk it is.
        self.branch_id = take.branch_id or desk.branch_id
        self.put: dict[int, dict[str, Any]] = {}
        self.extra: dict[str, dict[str, Any]] = {}

    def of(
        self, scans: Sequence[StockScan], moments: Sequence[datetime]
    ) -> Written[StockScans | StockRefused]:
        read = [read_scan(scan.text) for scan in scans]
        found = scanned(self.take.pk, read, self.desk.slug)
        no_copies = [scan for scan in read if scan.copy_among(found) is None]
        unknown = self._unknown_before(no_copies)
        cards = cards_among(code for scan in no_copies for code in scan.codes)
        self.last = self._last(moments[0])
        results: list[Counted | UnknownSeen | CardSeen] = []
        for scan, meant, seen_at in zip(scans, read, moments, strict=True):
            copy = meant.copy_among(found)
            if copy is None and cards.intersection(meant.codes):
                results.append(CardSeen(scan=scan.id, seen_at=seen_at))
            elif copy is None:
                results.append(self._unknown(scan, meant, seen_at, unknown))
            else:
                results.append(self._known(scan, copy, seen_at))
        outcome = StockScans(stock_take=self.take.public_id, results=tuple(results))
        return Written(outcome, *self._written())

    def _known(self, scan: StockScan, copy: sql.Row, seen_at: datetime) -> Counted:
        shelf = scan.shelf.strip()[:MAX_SHELF] or self.take.shelf
        spot = Spot(branch_id=self.branch_id, shelf=shelf)
        facts = facts_of(copy)
        odd = list(findings(facts, seen_at, self.scope, spot))
        before = self._before(copy, spot)
        if before:
            odd.append(Finding.OUT_OF_ORDER)
        was = copy["seen_at"]
        first = min(was, seen_at) if was is not None else seen_at
        line = {
            "seen_at": first,
            "branch_id": self.branch_id,
            "shelf": shelf,
            "findings": [finding.value for finding in odd],
            "is_odd": bool(odd),
        }
        self._keep(copy, line, is_later=was is None or seen_at > was)
        copy["seen_at"] = first
        self._note(copy, odd, is_again=was is not None)
        return Counted(
            scan=scan.id,
            copy=copy["copy"],
            barcode=copy["barcode"],
            title=copy["title"],
            title_id=copy["title_key"],
            call_number=copy["call_number"],
            branch=copy["branch"],
            shelf=copy["shelf"],
            findings=tuple(odd),
            is_expected=bool(copy["is_expected"]),
            is_again=was is not None,
            seen_at=seen_at,
            first_seen_at=first,
            before=before,
        )

    def _keep(self, copy: sql.Row, line: dict[str, Any], *, is_later: bool) -> None:
        """Remember to write it, unless it was written after it was seen, or is dealt with."""
        if copy["line_id"] is None:
            self.extra[copy["copy"]] = line | {
                "copy_id": copy["copy_id"],
                "barcode": "",
                "call_key": copy["call_key"],
            }
        elif is_later and copy["settled_at"] is None:
            self.put[copy["line_id"]] = line | {"line": copy["line_id"]}

    def _before(self, copy: sql.Row, spot: Spot) -> str:
        """Return the title that was scanned before this one, if this belongs before it."""
        if copy["seen_at"] is not None:
            return ""  # somebody scans it a second time, to look
        last, self.last = self.last, (copy["call_key"], spot, copy["title"])
        if last is None or not self.take.checks_order or last[1] != spot:
            return ""
        return last[2] if is_out_of_order(last[0], copy["call_key"]) else ""

    def _last(self, before: datetime) -> tuple[str, Spot, str] | None:
        """Return what this scanner scanned last before that moment."""
        if not self.scanner or not self.take.checks_order:
            return None
        rows = sql.rows(LAST_OF_SCANNER, take=self.take.pk, before=before, scanner=self.scanner)
        if not rows:
            return None
        [row] = rows
        spot = Spot(branch_id=row["seen_branch_id"], shelf=row["seen_shelf"])
        return row["call_key"], spot, row["title"]

    def _unknown_before(self, read: Sequence[Scan]) -> set[str]:
        """Return which unknown barcodes this count knows already. No statement without any."""
        codes = {_code(scan) for scan in read}
        lines = StockLine.objects.filter(stock_take=self.take, copy=None, barcode__in=codes)
        return set(lines.values_list("barcode", flat=True)) if codes else set()

    def _unknown(
        self, scan: StockScan, meant: Scan, seen_at: datetime, known: set[str]
    ) -> UnknownSeen:
        code = _code(meant)
        is_again = code in known
        if code and not is_again:
            known.add(code)
            self.extra["/" + code] = {
                "copy_id": None,
                "barcode": code,
                "call_key": "",
                "seen_at": seen_at,
                "branch_id": self.branch_id,
                "shelf": scan.shelf.strip()[:MAX_SHELF] or self.take.shelf,
                "findings": [Finding.UNKNOWN.value],
                "is_odd": True,
            }
            data = {"stock_take": self.take.public_id, "barcode": code}
            note(Note(outcome="unknown_copy", data=data))
        return UnknownSeen(
            scan=scan.id,
            barcode=code,
            is_isbn=bool(meant.isbn13),
            seen_at=seen_at,
            is_again=is_again,
        )

    def _note(self, copy: sql.Row, odd: Sequence[Finding], *, is_again: bool) -> None:
        if is_again:
            return
        data: dict[str, Any] = {"stock_take": self.take.public_id}
        if odd:
            data["findings"] = [finding.value for finding in odd]
        note(Note(outcome="counted", title_id=copy["title_id"], copy_id=copy["copy_id"], data=data))

    def _written(self) -> tuple[tuple[str, ...], dict[str, Any]]:
        statements, params = [], dict[str, Any]()
        if self.put:
            statements.append(PUT_SEEN)
            params |= {"seen": list(self.put.values()), "put": list(self.put)}
        if self.extra:
            statements.append(ADD_SEEN)
            params |= {"extra": list(self.extra.values()), "take": self.take.pk, "no_settled": "{}"}
        if statements:
            params |= {"staff_seen": self.desk.staff_id, "scanner": self.scanner}
        return tuple(statements), params


_NOTHING: Final = "?"


def _code(scan: Scan) -> str:
    """Return what an unknown scan is kept as."""
    return (scan.isbn13 or (scan.codes[-1] if scan.codes else scan.words) or _NOTHING)[:MAX_BARCODE]
