"""What may stand under Situation and Action."""

from datetime import time

from jieyue.catalog.models import Copy, ItemType
from jieyue.circulation.actions.blocks import add_block
from jieyue.circulation.actions.charges import refund, take_payment, waive
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.claims import claim_returned, resolve_claim
from jieyue.circulation.actions.closing_branches import close_branch
from jieyue.circulation.actions.damages import mark_damaged
from jieyue.circulation.actions.deposits import give_deposit_back
from jieyue.circulation.actions.holds import cancel_hold, place_hold, resume_hold, suspend_hold
from jieyue.circulation.actions.losses import report_lost
from jieyue.circulation.actions.recall import recall
from jieyue.circulation.actions.redate_return import redate_return
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.actions.replacements import accept_replacement
from jieyue.circulation.actions.self_checkin import self_checkin, shelve
from jieyue.circulation.actions.term_ends import bring_forward, delete_term_end
from jieyue.circulation.actions.transits import send_copy
from jieyue.circulation.actions.undo import undo_checkin, undo_checkout, undo_renewal
from jieyue.circulation.actions.withdraw import set_standing, withdraw_copy
from jieyue.circulation.models import TermEnd, Vacation
from jieyue.circulation.rules.reasons import Reason
from jieyue.fees.actions import charge
from jieyue.fees.models import DepositLine, LedgerLine
from jieyue.interfaces.worker.registry import named
from jieyue.interfaces.worker.schedule import JOBS
from jieyue.kit.ids import public_id
from jieyue.libraries.models import Library, OpeningHours, SpecialDays
from jieyue.patrons.models import Card, Patron
from tests.invariants.scene import (
    STANDINGS,
    WHEN,
    Phrases,
    Scene,
    as_day,
)

steps = Phrases()
says = steps.says
LENDING_JOBS = {
    "holds", "fines", "lose_overdue", "move_dates", "auto_renew", "recall_awaited",
}  # fmt: skip


def act(scene: Scene, cell: str) -> None:
    """Act out a cell: sentences set apart by `;`, each maybe with its day in front."""
    for sentence in cell.split("; "):
        rest = sentence.strip()
        if (when := WHEN.fullmatch(rest)) is not None:
            scene.now = scene.moment(as_day(when["day"]), when["hour"])
            rest = when["rest"]
        scene.before = scene.rows()
        steps.act(scene, rest)


# --- Facts ---------------------------------------------------------------------------------------


@says("<term> <name>")
def set_term(scene: Scene, term: str, name: str) -> None:
    value = {"yes": True, "no": False}.get(name, int(name) if name.isdigit() else name)
    scene.world.policy(**{term: value})


@says("<branch> is closed on Sundays")
def closed_on_sundays(scene: Scene, branch: str) -> None:
    OpeningHours.objects.bulk_create(
        OpeningHours(
            library_id=scene.world.library.pk, branch=scene.branches[branch], weekday=day,
            opens_at_time=time(9), closes_at_time=time(17),
        )
        for day in range(6)
    )  # fmt: skip
    scene.world.rules_changed()


def _special(scene: Scene, branch: str | None, since: str, until: str, *, is_closed: bool) -> None:
    SpecialDays.objects.create(
        library_id=scene.world.library.pk, branch=scene.branches.get(branch or ""),
        name="假", starts_on=as_day(since), ends_on=as_day(until), is_closed=is_closed,
    )  # fmt: skip
    scene.world.rules_changed()


@says("<branch> is closed on <day>")
def closed_on(scene: Scene, branch: str, day: str) -> None:
    _special(scene, branch, day, day, is_closed=True)


@says("<branch> is closed from <since> to <until>")
def closed_from(scene: Scene, branch: str, since: str, until: str) -> None:
    _special(scene, branch, since, until, is_closed=True)


@says("<branch> is open by exception on <day>")
def open_on(scene: Scene, branch: str, day: str) -> None:
    _special(scene, branch, day, day, is_closed=False)


@says("term ends on <day>")
def term_ends(scene: Scene, day: str) -> None:
    TermEnd.objects.create(library_id=scene.world.library.pk, name="学期末", on=as_day(day))
    scene.world.rules_changed()


@says("loans due after <day> are brought forward, with <days> days of notice")
def brought_forward(scene: Scene, day: str, days: str) -> None:
    outcome = bring_forward(scene.desk(), on=as_day(day), notice_days=int(days))
    assert outcome.type == "saved"


@says("the end of term on <day> is deleted")
def no_term_end(scene: Scene, day: str) -> None:
    assert delete_term_end(scene.desk(), on=as_day(day)).type == "saved"


@says("vacation from <since> to <until>: what falls due in it is due on <day>")
def vacation(scene: Scene, since: str, until: str, day: str) -> None:
    Vacation.objects.create(
        library_id=scene.world.library.pk, public_id=public_id(), name="寒假", moves="due",
        starts_on=as_day(since), ends_on=as_day(until), due_on=as_day(day), late_days="never",
    )  # fmt: skip
    scene.world.rules_changed()


@says("clocks are those of <name>")
def clocks(scene: Scene, name: str) -> None:
    scene.world.library.time_zone = name
    Library.objects.filter(pk=scene.world.library.pk).update(time_zone=name)
    scene.now = scene.moment(scene.now.date(), None)


@says("card of <reader> expires on <day>")
def card_expires(scene: Scene, reader: str, day: str) -> None:
    Patron.objects.filter(pk=scene.reader(reader).pk).update(expires_on=as_day(day))


@says("card of <reader> is lost")
def card_is_lost(scene: Scene, reader: str) -> None:
    Card.objects.filter(patron=scene.reader(reader)).update(lost_at=scene.now, ended_at=scene.now)


@says("<copy> is <standing>")
def stands(scene: Scene, copy: str, standing: str) -> None:
    if standing == "withdrawn":
        scene.outcome = withdraw_copy(scene.desk(), copy=scene.copy(copy).public_id, reason="破损")
        return
    word = STANDINGS.get(standing, standing)
    scene.outcome = set_standing(scene.desk(), copy=scene.copy(copy).public_id, standing=word)


@says("<copy> costs <cents> fen")
def price(scene: Scene, copy: str, cents: str) -> None:
    Copy.objects.filter(barcode=copy).update(price_cents=int(cents))


@says("books float")
def floating(scene: Scene) -> None:
    ItemType.objects.update(floats=True)


@says("<reader> paid in a deposit of <cents> fen")
def deposit(scene: Scene, reader: str, cents: str) -> None:
    DepositLine.objects.create(
        library_id=scene.world.library.pk, public_id=public_id(), patron=scene.reader(reader),
        kind="paid_in", amount_cents=int(cents), at=scene.now,
    )  # fmt: skip


@says("<reader> gets the deposit back")
def deposit_back(scene: Scene, reader: str) -> None:
    scene.outcome = give_deposit_back(scene.desk(), patron=scene.reader(reader).public_id)


@says("<reader> owes <cents> fen")
def owes(scene: Scene, reader: str, cents: str) -> None:
    scene.outcome = charge(
        scene.desk(), patron=scene.reader(reader).public_id, amount_cents=int(cents), reason="fee"
    )


# --- Lending -------------------------------------------------------------------------------------


@says("<reader> borrows <copies>[ at <branch>][, overriding <codes>]")
def borrows(scene: Scene, reader: str, copies: str, branch: str | None, codes: str | None) -> None:
    scene.outcome = checkout(
        scene.desk(branch), copy_barcodes=tuple(copies.split(", ")),
        card_barcode=scene.reader(reader).card,
        override=frozenset(Reason(code) for code in codes.split(", ")) if codes else frozenset(),
    )  # fmt: skip


@says("<copies> is brought back[ at <branch>][, as of <day>][ <hour>]")
@says("<copies> are brought back[ at <branch>][, as of <day>][ <hour>]")
def brought_back(
    scene: Scene, copies: str, branch: str | None, day: str | None, hour: str | None
) -> None:
    as_of = scene.moment(as_day(day), hour) if day else None
    scene.outcome = checkin(
        scene.desk(branch), copy_barcodes=tuple(copies.split(", ")), as_of=as_of
    )


@says("<reader> returns <copy> at a return point")
def returns_alone(scene: Scene, reader: str, copy: str) -> None:
    scene.outcome = self_checkin(scene.return_point_desk(reader), scan=copy)


@says("staff put <copy> away")
def is_put_away(scene: Scene, copy: str) -> None:
    scene.outcome = shelve(scene.desk(), scan=copy)


@says("the return of <copy> is corrected to <day>[ <hour>]")
def is_corrected(scene: Scene, copy: str, day: str, hour: str | None) -> None:
    as_of = scene.moment(as_day(day), hour)
    scene.outcome = redate_return(scene.desk(), loan=scene.loan(copy), as_of=as_of)


@says("<copies> is brought back with an amnesty")
def brought_back_forgiven(scene: Scene, copies: str) -> None:
    scene.outcome = checkin(
        scene.desk(), copy_barcodes=tuple(copies.split(", ")), amnesty=True, reason="读书月"
    )


@says("<copy> is renewed[, overriding <codes>]")
def is_renewed(scene: Scene, copy: str, codes: str | None) -> None:
    override = frozenset(Reason(code) for code in codes.split(", ")) if codes else frozenset()
    scene.outcome = renew(scene.desk(), loans=(scene.loan(copy),), override=override, seen=True)


@says("<reader> renews <copy> on the phone")
def renews(scene: Scene, reader: str, copy: str) -> None:
    scene.outcome = renew(scene.reader_desk(reader), loans=(scene.loan(copy),))


@says("the <word> of <copy> is undone")
def is_undone(scene: Scene, word: str, copy: str) -> None:
    undo = {"loan": undo_checkout, "return": undo_checkin, "renewal": undo_renewal}[word]
    scene.outcome = undo(scene.desk(), loan=scene.loan(copy))


@says("<copy> is recalled")
def is_recalled(scene: Scene, copy: str) -> None:
    scene.outcome = recall(scene.desk(), loan=scene.loan(copy))


@says("the night passes")
def night(scene: Scene) -> None:
    for job in JOBS:
        if job.name in LENDING_JOBS:
            named(job.function)(scene.now)


# --- Holds and transits --------------------------------------------------------------------------


@says("<reader> reserves <title>[ for <branch>]")
def reserves(scene: Scene, reader: str, title: str, branch: str | None) -> None:
    scene.outcome = place_hold(
        scene.desk(), patron=scene.reader(reader).public_id, title=scene.title(title),
        pickup=scene.branches[branch or "Main"].code,
    )  # fmt: skip


@says("<reader> reserves just <copy>[ for <branch>]")
def reserves_copy(scene: Scene, reader: str, copy: str, branch: str | None) -> None:
    scene.outcome = place_hold(
        scene.desk(), patron=scene.reader(reader).public_id, copy_barcode=copy,
        pickup=scene.branches[branch or "Main"].code,
    )  # fmt: skip


@says("<reader> cancels <title>")
def cancels(scene: Scene, reader: str, title: str) -> None:
    scene.outcome = cancel_hold(scene.desk(), hold=scene.hold(reader, title).public_id)


@says("<reader> pauses <title>[ until <day>]")
def pauses(scene: Scene, reader: str, title: str, day: str | None) -> None:
    wakes = as_day(day) if day else None
    hold = scene.hold(reader, title).public_id
    scene.outcome = suspend_hold(scene.desk(), hold=hold, wakes_on=wakes)


@says("<reader> resumes <title>")
def resumes(scene: Scene, reader: str, title: str) -> None:
    scene.outcome = resume_hold(scene.desk(), hold=scene.hold(reader, title).public_id)


@says("<copy> is sent to <branch>")
def is_sent(scene: Scene, copy: str, branch: str) -> None:
    place = scene.branches[branch].code
    here = next(name for name in scene.branches if name != branch)
    scene.outcome = send_copy(scene.desk(here), copy_barcode=copy, to_branch=place)


@says("<branch> closes for good[, <name> takes over]")
def closes_for_good(scene: Scene, branch: str, name: str | None) -> None:
    scene.outcome = close_branch(
        scene.desk(), branch=scene.branches[branch].code,
        takes_over=scene.branches[name].code if name else "",
    )  # fmt: skip


# --- Money, losses, blocks -----------------------------------------------------------------------


@says("<reader> pays <cents> fen")
def pays(scene: Scene, reader: str, cents: str) -> None:
    patron = scene.reader(reader).public_id
    scene.outcome = take_payment(scene.desk(), patron=patron, amount_cents=int(cents))


@says("<reader> is let off <cents> fen")
def is_let_off(scene: Scene, reader: str, cents: str) -> None:
    patron = scene.reader(reader).public_id
    scene.outcome = waive(scene.desk(), patron=patron, amount_cents=int(cents), reason="孩子")


@says("<reader> gets <cents> fen back")
def gets_back(scene: Scene, reader: str, cents: str) -> None:
    patron = scene.reader(reader)
    newest = LedgerLine.objects.filter(patron=patron, kind="charge").order_by("-id").first()
    scene.outcome = refund(
        scene.desk(), patron=patron.public_id, charge=newest.public_id, amount_cents=int(cents),
        reason="找到了",
    )  # fmt: skip


@says("<copy> is reported lost")
def is_lost(scene: Scene, copy: str) -> None:
    scene.outcome = report_lost(scene.desk(), loan=scene.loan(copy))


@says("a replacement for <copy> is accepted[, scanned as <copies>]")
def is_replaced(scene: Scene, copy: str, copies: str | None) -> None:
    scene.outcome = accept_replacement(scene.desk(), loan=scene.loan(copy), barcode=copies or "")


@says("<copy> came back damaged for <cents> fen")
def is_damaged(scene: Scene, copy: str, cents: str) -> None:
    scene.outcome = mark_damaged(
        scene.desk(), loan=scene.loan(copy), reason="水渍", cost_cents=int(cents)
    )


@says("<reader> says that <copy> was returned")
def claims(scene: Scene, reader: str, copy: str) -> None:
    scene.outcome = claim_returned(scene.reader_desk(reader), loan=scene.loan(copy))


@says("the claim of <copy> is settled as <word>")
def is_resolved(scene: Scene, copy: str, word: str) -> None:
    scene.outcome = resolve_claim(scene.desk(), loan=scene.loan(copy), resolution=word)


@says("<reader> is blocked[ until <day>]")
def is_blocked(scene: Scene, reader: str, day: str | None) -> None:
    scene.outcome = add_block(
        scene.desk(), patron=scene.reader(reader).public_id, reason="污损",
        ends_on=as_day(day) if day else None,
    )  # fmt: skip
