"""What is going on in the demo today: queues, hold shelf, boxes, fines, a lost book, a block.

Done through the actions, as people would; what a rule refuses is simply not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.apps import apps

from jieyue.circulation.actions.blocks import add_block
from jieyue.circulation.actions.charges import take_payment
from jieyue.circulation.actions.checkin import Returned, checkin
from jieyue.circulation.actions.claims import claim_returned
from jieyue.circulation.actions.holds import place_hold
from jieyue.circulation.actions.losses import report_lost
from jieyue.interfaces.cli.demo.self_help import help_themselves
from jieyue.interfaces.cli.demo.shelf_work import work_on_shelves
from jieyue.interfaces.cli.demo.sign_ins import FIRST_CARD
from jieyue.interfaces.cli.demo.voices import raise_voices
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.rules.permissions import OWNER

QUEUE: Final = 3  # readers who wait for the book everybody wants
RETURNS: Final = 6  # books that came back this morning


@dataclass(frozen=True, slots=True)
class Lent:
    """An open loan, by what the actions ask for."""

    loan: str
    barcode: str
    title: str
    patron: str
    branch_id: int
    is_late: bool


def liven(slug: str, now: datetime) -> None:
    """Let this morning happen in the demo library at `slug`, each step an action of its own."""
    library = apps.get_model("libraries", "Library").objects.get(slug=slug)
    with library_scope(library.pk):
        staff = apps.get_model("libraries", "Staff").objects.order_by("pk")[0]
        branches = dict(
            apps.get_model("libraries", "Branch").objects.order_by("pk").values_list("pk", "code")
        )
        card = (
            apps.get_model("patrons", "Card")
            .objects.select_related("patron")
            .get(barcode=FIRST_CARD)
        )
        readers = list(
            apps.get_model("patrons", "Patron").objects.exclude(pk=card.patron_id)
            .filter(frozen_at=None, expires_on__gt=now.date())
            .order_by("pk").values_list("public_id", flat=True)[40:80]
        )  # fmt: skip
        loans = list(_open_loans(now))
    desk = Desk(
        library_id=library.pk,
        slug=slug,
        branch_id=next(iter(branches)),
        zone=ZoneInfo(library.time_zone),
        door=Door.DESK,
        now=now,
        permissions=OWNER,
        caller="demo",
        staff_id=staff.pk,
    )
    in_time = [loan for loan in loans if not loan.is_late and loan.patron != card.patron.public_id]
    late = [loan for loan in loans if loan.is_late and loan.patron != card.patron.public_id]
    _reserve(desk, branches, in_time, card.patron.public_id, readers)
    _take_back(desk, in_time[:RETURNS], late[:2])
    _losses(desk, late[2:])
    add_block(
        desk, patron=readers[-1], reason="请到服务台更新联系电话",
        staff_note="三次联系不上", ends_on=desk.today + timedelta(days=30),
    )  # fmt: skip
    work_on_shelves(desk, branches)
    with library_scope(library.pk):
        raise_voices(desk, readers)
        help_themselves(desk, branches[desk.branch_id])


def _open_loans(now: datetime) -> Iterator[Lent]:
    rows = (
        apps.get_model("circulation", "Loan").objects.filter(returned_at=None)
        .select_related("copy__title", "patron").order_by("pk")
    )  # fmt: skip
    for row in rows:
        copy: Any = row.copy
        yield Lent(
            row.public_id,
            copy.barcode,
            copy.title.public_id,
            row.patron.public_id,
            copy.branch_id,
            row.due_at < now,
        )


def _reserve(
    desk: Desk, branches: dict[int, str], loans: list[Lent], reader: str, others: list[str]
) -> None:
    """Place holds: on what comes back in a moment, and a queue for what does not."""
    codes = list(branches.values())
    here, elsewhere = codes[0], codes[-1]
    hour = timedelta(hours=1)
    coming, wanted = loans[:RETURNS], loans[RETURNS:]
    for back, (loan, patron) in enumerate(zip(coming[:4], [reader, *others], strict=False)):
        pickup = here if back < 2 else elsewhere
        place_hold(
            replace(desk, now=desk.now - 30 * hour + back * hour), pickup=pickup,
            title=loan.title, patron=patron,
        )  # fmt: skip
    if wanted:
        queue = [others[4], reader, *others[5 : 3 + QUEUE]]
        for back, patron in enumerate(queue):
            at = desk.now - 50 * hour + 5 * back * hour
            place_hold(replace(desk, now=at), pickup=here, title=wanted[0].title, patron=patron)


def _take_back(desk: Desk, in_time: list[Lent], late: list[Lent]) -> None:
    """Return some books at the first branch, two of them late; one fine is paid in part."""
    for loan in in_time:
        checkin(desk, copy_barcodes=(loan.barcode,))
    fined = []
    for loan in late:
        result = checkin(desk, copy_barcodes=(loan.barcode,)).results[0]
        if isinstance(result, Returned) and result.fine_cents > 1:
            fined.append((loan, result.fine_cents))
    for loan, cents in fined[:1]:
        take_payment(desk, patron=loan.patron, amount_cents=cents // 2, method="cash")


def _losses(desk: Desk, late: list[Lent]) -> None:
    """One reader has lost a book, another says it is back."""
    for loan in late[:1]:
        report_lost(desk, loan=loan.loan, cost_cents=4_500)
    for loan in late[1:2]:
        claim_returned(desk, loan=loan.loan)
