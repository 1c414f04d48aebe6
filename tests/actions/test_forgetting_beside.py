"""Nothing beside a forgotten loan leads from its reader to the book: receipts, messages."""

from datetime import timedelta

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.history import erase_history
from jieyue.circulation.actions.self_checkout import SelfLent, self_checkout
from jieyue.circulation.jobs.history import forget_histories
from jieyue.circulation.models import Hold, Receipt, ReceiptLine
from jieyue.interfaces.worker.registry import handler_of
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.actions import tell
from jieyue.notices.models import Notice
from jieyue.outbox.models import Task
from jieyue.patrons.joining.consents import give_consent, texts, withdraw_consent
from tests.self_service import allow, at_the_door
from tests.world import World


def keep_promises(world: World) -> None:
    for task in Task.objects.filter(kind="notices.forget"):
        handler_of(task.kind)(world.desk(), task.payload)


def borrowed_and_told(world: World, patron) -> str:
    copy = world.copy()
    lent = self_checkout(at_the_door(world, patron), scan=copy.barcode)
    assert isinstance(lent, SelfLent)
    desk = worker_desk(world.library.pk, world.now)
    assert desk is not None
    assert tell(desk, kind="receipt", event=f"borrowed:{lent.loan}").notices == 1
    return copy.barcode


def test_the_night_forgets_receipts_and_messages_of_what_it_forgets(world: World) -> None:
    allow(world)
    patron, other = world.patron(), world.patron("李四")
    for one in (patron, other):
        version = texts()["history"].version
        give_consent(world.reader_desk(one), kind="history", version=version, language="zh-hans")
    withdraw_consent(world.reader_desk(patron), kind="history")
    back = [borrowed_and_told(world, patron), borrowed_and_told(world, other)]
    borrowed_and_told(world, patron)  # has it still
    checkin(world.days_later(1), copy_barcodes=tuple(back))
    hold = world.hold(patron, world.title())
    Hold.objects.filter(pk=hold.pk).update(state="cancelled", ended_at=world.now)
    about = {"patron": patron, "library_id": world.library.pk, "created_at": world.now}
    for number, facts in enumerate(({"hold": hold.public_id, "title": "T"}, {"on": "2026-09-01"})):
        Notice.objects.create(
            public_id=f"N{number}", kind="hold_ready", about=str(number), facts=facts, **about
        )

    forget_histories(world.now + timedelta(days=17))
    keep_promises(world)

    assert ReceiptLine.objects.filter(receipt__patron=patron).count() == 1  # what is still out
    assert Receipt.objects.count() == 2
    told = Notice.objects.filter(patron=patron)
    assert [one.public_id for one in told.filter(kind="hold_ready")] == ["N1"]
    assert told.filter(kind="receipt").count() == 1
    assert Notice.objects.filter(patron=other, kind="receipt").count() == 1


def test_who_erases_their_history_finds_no_message_of_it_any_more(world: World) -> None:
    allow(world)
    patron = world.patron()
    barcode = borrowed_and_told(world, patron)
    checkin(world.days_later(1), copy_barcodes=(barcode,))
    world.now += timedelta(days=16)

    assert erase_history(world.reader_desk(patron)).loans == 1
    keep_promises(world)

    assert not Notice.objects.filter(patron=patron).exists()
    assert not ReceiptLine.objects.exists()
