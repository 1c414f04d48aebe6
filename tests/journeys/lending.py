"""A library where things went wrong, and where the calendar has its say, for the pages of that."""

from dataclasses import dataclass
from datetime import date, timedelta

from jieyue.circulation.actions.blocks import add_block
from jieyue.circulation.actions.charges import take_payment
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.claims import claim_returned
from jieyue.circulation.actions.closures import close_suddenly
from jieyue.circulation.actions.deposits import ask_deposit_back, take_deposit
from jieyue.circulation.actions.losses import report_lost
from jieyue.circulation.actions.manifests import make_manifest
from jieyue.circulation.actions.term_ends import add_term_end
from jieyue.circulation.actions.transits import send_copy
from jieyue.circulation.actions.vacations import add_vacation
from jieyue.circulation.models import Assessment, CheckRun, Loan, Manifest, Vacation
from jieyue.circulation.queries.vacations import Values
from jieyue.fees.drawer import close_drawer, drawer_of
from jieyue.fees.models import DrawerClose, LedgerLine
from jieyue.kit import clock
from jieyue.outbox.models import Task
from jieyue.outbox.promises import promise
from jieyue.outbox.tasks import MAX_ATTEMPTS
from tests.journeys.stock import Stock

FINES = {
    "settled_by": "money", "fine_cents": 20, "fine_counts_closed": True, "lost_percent": 200,
    "lost_fee_cents": 500, "max_overdue": 99, "max_owed_cents": 99999,
}  # fmt: skip


def _loan_of(stock: Stock, name: str) -> str:
    found = Loan.objects.get(returned_at=None, patron=stock.reader, copy__title__name=name)
    return found.public_id


@dataclass(frozen=True)
class Losses:
    """Loans of the reader (public ids): one lost, one said to be returned, one as it should be."""

    lost: str
    claimed: str
    open: str
    returned: str


def lose(stock: Stock) -> Losses:
    """Lose one book, and have the reader say that another was returned."""
    desk = stock.world.desk(now=clock.now())
    stock.world.policy(**FINES)
    lost, claimed = _loan_of(stock, "小王子"), _loan_of(stock, "城南旧事")
    assert report_lost(desk, loan=lost).type == "lost"
    assert claim_returned(desk, loan=claimed).type == "claimed"
    returned = Loan.objects.get(copy=stock.others[3]).public_id
    return Losses(lost, claimed, _loan_of(stock, "昆虫记"), returned)


@dataclass(frozen=True)
class Money:
    """What the pages of money are about: a fine, a receipt's number, a closed drawer."""

    charge: str
    receipt: int
    close: str
    loan: str  # of the fine


def owe(stock: Stock) -> Money:
    """Bring a book back late, pay some of it, close the drawer; then pay a deposit."""
    world, who = stock.world, stock.reader.public_id
    desk = world.desk(now=clock.now())
    world.policy(**FINES)
    loan = Loan.objects.get(public_id=_loan_of(stock, "城南旧事"))
    checkin(desk, copy_barcodes=(loan.copy.barcode,))
    charge = Assessment.objects.get(loan=loan).charge.public_id
    take_payment(desk, patron=who, amount_cents=100, charge=charge)
    expected = drawer_of(desk).expected_cents
    close_drawer(desk, expected_cents=expected, counted_cents=expected - 10, note_text="找错一角")
    take_payment(desk, patron=who, amount_cents=50, charge=charge)
    take_deposit(desk, patron=who, amount_cents=10_000)
    take_deposit(desk, patron=stock.frozen.public_id, amount_cents=10_000)
    ask_deposit_back(desk, patron=stock.frozen.public_id)
    paid = LedgerLine.objects.filter(patron=stock.reader, receipt_number__isnull=False)
    receipt = paid.order_by("id").first().receipt_number
    return Money(charge, receipt, DrawerClose.objects.get().public_id, loan.public_id)


def send(stock: Stock) -> int:
    """Have a box lie ready with a manifest (its number is returned), and two books besides."""
    desk, barcodes = stock.world.desk(now=clock.now()), [one.barcode for one in stock.copies[1:]]
    send_copy(desk, copy_barcode=barcodes[0], to_branch="south")
    send_copy(desk, copy_barcode=stock.others[2].barcode, to_branch="south")
    number = make_manifest(desk, to_branch="south").number
    send_copy(desk, copy_barcode=barcodes[1], to_branch="south")
    assert Manifest.objects.get().number == number
    return number


def plan(stock: Stock) -> str:
    """Have a vacation (its public id), an end of term, a closure, and a check that found some."""
    world = stock.world
    desk = world.desk(now=clock.now())
    world.policy(**FINES)
    on = desk.today + timedelta(days=10)
    values = Values(
        name="寒假", starts_on=on, ends_on=on + timedelta(days=20), moves="due",
        due_after_open_days=3, extra_loans=2,
    )  # fmt: skip
    assert add_vacation(desk, values=values).type == "saved"
    add_term_end(desk, name="毕业离校", on=on + timedelta(days=60), card_type="child")
    add_term_end(desk, name="学期末", on=term_day())
    close_suddenly(desk, name="台风", starts_on=on, ends_on=on, branch="main")
    found = {"contradictions": 2, "at": desk.now - timedelta(hours=5)}
    CheckRun.objects.create(library_id=world.library.pk, **found)
    for kind in ("catalog.fetch_cover", "notices.hold_ready", "notices.hold_ready"):
        promise(kind, {}, at=desk.now)
    Task.objects.filter(kind__in=("catalog.fetch_cover", "notices.hold_ready")).update(
        attempts=MAX_ATTEMPTS, last_error="OSError in fetch (covers.py:12)"
    )
    return Vacation.objects.get().public_id


def term_day() -> date:
    """Return the last day of a term that some loans pass."""
    return clock.now().date() + timedelta(days=20)


def stop(stock: Stock) -> None:
    """Block the reader, for two reasons."""
    desk = stock.world.desk(now=clock.now())
    who = stock.reader.public_id
    add_block(desk, patron=who, reason="请补交照片", staff_note="第三次提醒")
    ends_on = desk.today + timedelta(days=14)
    add_block(desk, patron=who, reason="在馆内吵闹", stops=("borrow",), ends_on=ends_on)
