"""Open loans of an old system: which copies are out, with whom, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from jieyue.catalog.models import Copy, Title
from jieyue.circulation.actions.effects.release import release_others
from jieyue.circulation.actions.effects.undoing import reopen_holds
from jieyue.circulation.importing.common import (
    Branches,
    Listing,
    Means,
    branch_of,
    dry,
    journal,
    rules_version,
    whom,
)
from jieyue.circulation.models import Hold, Loan
from jieyue.circulation.models.holds import OPEN_STATES
from jieyue.circulation.queries.rulebook import Rulebook, rulebook
from jieyue.circulation.rules.due_dates import DueDate, loan_due
from jieyue.circulation.rules.importing.columns import LOAN_KINDS, loan_columns, tells_of_loans
from jieyue.circulation.rules.importing.rows import LoanRow, loans_in
from jieyue.circulation.rules.importing.verdicts import CopyThere, Judged, judged_loan
from jieyue.circulation.rules.terms import remembered
from jieyue.imports.rules.runs import ELSEWHERE, Kind, RowState
from jieyue.imports.tables import mending_of
from jieyue.imports.works import EDITED, Batch, FileRow, Run, Settled, Verdict, Work
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.kit.relations import pointed_at
from jieyue.kit.transactions import lock_all
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.calendars import end_of_day
from jieyue.patrons.importing.readers import from_reading, no_preparation, taken_back
from jieyue.patrons.rules.importing.faults import Fault, RowFault, as_tuples
from jieyue.patrons.rules.importing.matching import Known

BROUGHT: Final = "loan_brought"
TAKEN_BACK: Final = "loan_taken_back"
COPIES: Final = """
SELECT c.id, c.barcode, c.title_id, c.standing, c.branch_id, c.item_type_id,
       n.patron_id AS borrower_id, h.patron_id AS kept_for_id,
       CASE WHEN v.id IS NULL THEN 0 ELSE 1 END AS is_travelling
  FROM catalog_copy c
  LEFT JOIN circulation_loan n
    ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
  LEFT JOIN circulation_hold h
    ON h.library_id = <library:bigint> AND h.captured_copy_id = c.id
   AND h.state IN ('in_transit', 'ready')
  LEFT JOIN circulation_transit v
    ON v.library_id = <library:bigint> AND v.copy_id = c.id AND v.ended_at IS NULL
 WHERE c.library_id = <library:bigint> AND c.barcode = ANY(<barcodes:text[]>)
"""
LISTING: Final = Listing(
    kinds=LOAN_KINDS,
    columns_of=loan_columns,
    is_enough=tells_of_loans,
    rows_in=loans_in,
    adapter=TypeAdapter(LoanRow),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A row, what it is about here, and its verdict; `due` is None unless it is written."""

    row: LoanRow
    judged: Judged
    copy: CopyThere | None
    reader: Known | None
    branch: Branch | None
    lent_at: datetime
    due: DueDate | None = None
    terms: dict[str, Any] = field(default_factory=dict)


def judge(desk: Desk, run: Run, batch: Sequence[FileRow]) -> list[Verdict]:
    """Say what would become of rows. Nine statements for any number of them."""
    rows = [from_reading(LISTING.adapter, row) for row in batch]
    return dry([case.judged for case in _cases(desk, run, rows)])


def _cases(
    desk: Desk, run: Run, rows: Sequence[LoanRow], *, is_locked: bool = False
) -> list[_Case]:
    barcodes = [row.barcode for row in rows if row.barcode]
    if is_locked:
        _lock(barcodes)
    readers = whom([row.who for row in rows], is_locked=is_locked)
    copies = _copies(barcodes)
    branches = Branches.read()
    book = rulebook(rules_version())
    here = branch_of(desk, run, branches)
    cases = []
    for row, means in zip(rows, readers, strict=True):
        copy = copies.get(row.barcode)
        branch = branches.named(row.branch, copy.branch_id if copy else here)
        cases.append(_dated(desk, run, _case(desk, row, means, copy, branch), book))
    return cases


def _lock(barcodes: Sequence[str]) -> None:
    """Lock the copies, with those kept for readers of the same books, then the books waited for."""
    copies = dict(Copy.objects.filter(barcode__in=barcodes).values_list("pk", "title_id"))
    holds = Hold.objects.filter(title_id__in=set(copies.values()), state__in=OPEN_STATES)
    waited = list(holds.values_list("title_id", "captured_copy_id"))
    kept = {copy_id for _, copy_id in waited if copy_id is not None}
    lock_all(Copy.objects.filter(pk__in={*copies, *kept}))
    lock_all(Title.objects.filter(pk__in={title_id for title_id, _ in waited}).only("pk"))


def _fulfilled(desk: Desk, cases: Sequence[_Case]) -> dict[int, Hold]:
    """End the reservations that readers have of the books they turn out to have; by row.

    As lending at a desk does, by whichever copy: one kept for them goes on to who waits next.
    """
    copies = {(c.copy.title_id, c.reader.id): c for c in cases if c.copy and c.reader}
    found = Hold.objects.filter(
        title_id__in={title for title, _ in copies},
        patron_id__in={reader for _, reader in copies},
        state__in=OPEN_STATES,
    )
    kept = {c.copy.id: c for c in cases if c.copy}  # no copy is kept for anybody else here
    holds = {
        kept.get(one.captured_copy_id or 0, copies[one.title_id, one.patron_id]).row.number: one
        for one in found
        if (one.title_id, one.patron_id) in copies
    }
    if holds:
        ids = sorted(one.pk for one in holds.values())
        release_others(desk, ids, [c.copy.id for c in cases if c.copy])
    return holds


def _copies(barcodes: Sequence[str]) -> dict[str, CopyThere]:
    found: dict[str, CopyThere] = {}
    for row in sql.rows(COPIES, barcodes=list(barcodes)):
        barcode = str(row.pop("barcode"))
        found[barcode] = CopyThere(**row)
    return found


def _case(
    desk: Desk, row: LoanRow, means: Means, copy: CopyThere | None, branch: Branch | None
) -> _Case:
    reader, against = means
    judged = judged_loan(
        row,
        copy=copy,
        reader=reader,
        against=against,
        branch_id=branch.pk if branch else None,
        may_work_there=branch is None or desk.works_at(branch.pk),
        now=desk.now,
        zone=desk.zone,
    )
    return _Case(row=row, judged=judged, copy=copy, reader=reader, branch=branch, lent_at=desk.now)


def _dated(desk: Desk, run: Run, case: _Case, book: Rulebook) -> _Case:
    """Set the dates: those of the list, or what the rules make of the one that is there."""
    row, copy, reader, branch = case.row, case.copy, case.reader, case.branch
    if case.judged.verdict != "new" or copy is None or reader is None or branch is None:
        return case
    terms = book.terms(branch.pk, reader.category_id, copy.item_type_id)
    kept: dict[str, Any] = {"brought": run.public_id}
    if row.due_on is not None:
        due = DueDate(row.due_on, end_of_day(row.due_on, desk.zone), ())
        usual = due.at - timedelta(days=terms.loan_days)
        lent_at = min(_lent_at(desk, row, usual), due.at - timedelta(seconds=1))
        return replace(case, lent_at=lent_at, due=due, terms=kept)
    lent_at = _lent_at(desk, row, desk.now)
    found = loan_due(
        book.dates(branch.pk, desk.zone),
        terms=terms,
        now=lent_at,
        category_id=reader.category_id,
        expires_on=reader.expires_on,
    )
    if found is None:
        faults = (Fault(RowFault.NO_OPEN_DAY, "due_on"),)
        return replace(case, judged=Judged(verdict="wrong", faults=faults))
    kept |= remembered(book.version, terms, found, days=terms.loan_days, row="loan_days")
    return replace(case, lent_at=lent_at, due=found, terms=kept)


def _lent_at(desk: Desk, row: LoanRow, otherwise: datetime) -> datetime:
    """Return the moment it was lent, in UTC; never later than now."""
    said = row.lent.replace(tzinfo=desk.zone) if row.lent else otherwise
    return min(said, desk.now)


def write(desk: Desk, run: Run, batch: Batch, prepared: object) -> list[Settled]:  # noqa: ARG001
    """Write the loans, each judged again under lock: the copies first, then the readers."""
    rows = [from_reading(LISTING.adapter, row) for row in batch]
    cases = _cases(desk, run, rows, is_locked=True)
    loans: dict[int, Loan] = {}
    for case in cases:
        if case.due is None or not case.copy or not case.reader or not case.branch:
            continue
        loans[case.row.number] = Loan(
            library_id=desk.library_id,
            public_id=public_id(),
            copy_id=case.copy.id,
            patron_id=case.reader.id,
            branch=case.branch,
            lent_at=case.lent_at,
            due_at=case.due.at,
            renewals=case.row.renewals,
            is_hourly=bool(case.due.steps) and case.due.is_hourly,
            terms=case.terms,
        )
    Loan.objects.bulk_create(loans.values())
    holds = _fulfilled(desk, [case for case in cases if case.row.number in loans])
    return [
        _settled(run, case, loans.get(case.row.number), holds.get(case.row.number))
        for case in cases
    ]


def _settled(run: Run, case: _Case, loan: Loan | None, hold: Hold | None) -> Settled:
    said = case.judged
    if loan is None or case.copy is None:
        return Settled(state=RowState.LEFT_OUT, verdict=said.verdict, faults=as_tuples(said.faults))
    journal(
        BROUGHT,
        run,
        patron_id=loan.patron_id,
        copy_id=loan.copy_id,
        title_id=case.copy.title_id,
        data={"loan": loan.public_id} | ({"hold": hold.public_id} if hold else {}),
    )
    made = {"loan": loan.pk, "due": loan.due_at.isoformat(), "renewals": loan.renewals}
    made |= {"hold": hold.pk} if hold else {}
    return Settled(state=RowState.DONE, verdict=said.verdict, made=made, tally={"loans": 1})


def take_back(desk: Desk, run: Run, batch: Batch) -> list[Settled]:
    """Delete the loans that are as they came; what was returned, renewed or claimed stays.

    So does what was lent at a branch where whoever takes the list back does not work. Readers
    whose reservations the others fulfilled wait again in their old places.
    """
    ids = {row.made["loan"] for row in batch}
    copies = Loan.objects.filter(pk__in=ids).values_list("copy_id", flat=True)
    lock_all(Copy.objects.filter(pk__in=list(copies)))
    ended = Hold.objects.filter(pk__in=[row.made["hold"] for row in batch if "hold" in row.made])
    titles = list(ended.values_list("title_id", flat=True))
    lock_all(Title.objects.filter(pk__in=titles).only("pk"))
    there = {loan.pk: loan for loan in lock_all(Loan.objects.filter(pk__in=ids), may_go=True)}
    kept = pointed_at(Loan, ids)
    for row in batch:
        loan = there.get(row.made["loan"])
        if loan is not None and not _is_as_it_came(loan, row.made):
            kept.setdefault(loan.pk, EDITED)
        if loan is not None and not desk.works_at(loan.branch_id):
            kept[loan.pk] = ELSEWHERE
    Loan.objects.filter(pk__in=ids - set(kept)).delete()
    holds = [r.made["hold"] for r in batch if "hold" in r.made and r.made["loan"] not in kept]
    if holds:
        reopen_holds(holds, [loan.copy_id for loan in there.values() if loan.pk not in kept])
    for loan in there.values():
        if loan.pk not in kept:
            journal(TAKEN_BACK, run, patron_id=loan.patron_id, copy_id=loan.copy_id,
                    data={"loan": loan.public_id})  # fmt: skip
    return [taken_back(row, kept.get(row.made["loan"], ""), tally="loans") for row in batch]


def _is_as_it_came(loan: Loan, made: dict[str, Any]) -> bool:
    since = (loan.returned_at, loan.renewed_at, loan.recalled_at, loan.claimed_at, loan.lost_at)
    return (
        not any(since)
        and loan.renewals == made["renewals"]
        and loan.due_at.isoformat() == made["due"]
    )


LOANS: Final = Work(
    kind=Kind.LOANS,
    look=LISTING.look,
    chosen=LISTING.chosen,
    rows=LISTING.rows,
    judge=judge,
    prepare=no_preparation,
    write=write,
    take_back=take_back,
    mending=mending_of(LISTING.lines),
)
