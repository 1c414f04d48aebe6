"""Rows of borrowing and returning without staff, every key filled in."""

from datetime import timedelta

from jieyue.catalog.models import Copy
from jieyue.circulation.models import (
    GateReport,
    Loan,
    Receipt,
    ReceiptKey,
    ReceiptLine,
    ReturnPoint,
    SelfService,
    ToShelve,
)
from jieyue.kit.ids import public_id
from jieyue.patrons.models import Patron
from tests.world import World


def stock_self_service(world: World, copy: Copy, patron: Patron) -> None:
    """Add one of each."""
    mine, branch = {"library_id": world.library.pk}, world.branch
    SelfService.objects.create(**mine, public_id=public_id(), branch=branch, secret="s")
    point = ReturnPoint.objects.create(
        **mine, public_id=public_id(), branch=branch, name="门口", created_at=world.now
    )
    ReceiptKey.objects.create(
        **mine, public_id=public_id(), private_key="k", public_key="p", made_at=world.now
    )
    receipt = Receipt.objects.create(
        **mine, public_id=public_id(), patron=patron, branch=branch, made_at=world.now,
        valid_until=world.now + timedelta(hours=2),
    )  # fmt: skip
    ReceiptLine.objects.create(**mine, receipt=receipt, loan=Loan.objects.get(copy=copy))
    GateReport.objects.create(
        **mine, public_id=public_id(), branch=branch, receipt=receipt, kind="more",
        reported_by=world.staff, reported_at=world.now, settled_by=world.staff,
        settled_at=world.now,
    )  # fmt: skip
    ToShelve.objects.create(**mine, copy=copy, branch=branch, point=point, returned_at=world.now)
