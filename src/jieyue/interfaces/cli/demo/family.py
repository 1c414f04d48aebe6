"""A family of the demo school: a mother who acts for two children, and somebody who asks to."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.apps import apps

from jieyue.accounts.passwords import new_secret
from jieyue.circulation.actions.self_rules import add_return_point, set_self_service
from jieyue.fees.membership import add_patron
from jieyue.interfaces.cli.demo.sign_ins import MOTHER, MOTHERS_CARD, PASSWORD, READERS
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.rules.permissions import OWNER, READER
from jieyue.libraries.worker_desk import worker_desk
from jieyue.patrons.linking import Allows, ask_link, make_link
from jieyue.patrons.writing import Details

ASKS: Final = "teacher"  # card type of who asks to act for the mother


def make_family(slug: str, now: datetime) -> None:
    """Give the school's pupil who can sign in a mother, and let readers borrow by phone."""
    library: Any = apps.get_model("libraries", "Library").objects.get(slug=slug)
    worker = worker_desk(library.pk, now)
    assert worker is not None
    with library_scope(library.pk):
        staff = apps.get_model("libraries", "Staff").objects.order_by("pk")[0]
        readers = apps.get_model("patrons", "Patron").objects.select_related("category")
        pupil = readers.get(name=READERS[slug][0])
        other = (
            readers.filter(category=pupil.category, frozen_at=None)
            .exclude(pk=pupil.pk)
            .order_by("pk")[0]
        )
        asking = readers.filter(category__code=ASKS).order_by("pk")[0]
    desk = replace(worker, door=Door.DESK, permissions=OWNER, staff_id=staff.pk, caller="demo")
    mother = add_patron(
        desk,
        details=Details(name=MOTHER, category=ASKS, phone="13800000103"),
        card_barcode=MOTHERS_CARD,
        password=new_secret(PASSWORD),
        may_be_same=True,
    )
    assert mother.type == "patron_saved"
    for child, borrow in ((pupil, True), (other, False)):
        make_link(
            desk,
            actor=mother.patron,
            reader=child.public_id,
            kind="guardian",
            allows=Allows(borrow=borrow),
        )
    _ask(desk, asking)
    set_self_service(desk, branch="main", may_borrow=True, may_return=True, when="always")
    add_return_point(desk, branch="main", name="大厅还书架", says="请放到蓝色的还书架上。")


def _ask(desk: Desk, asking: Any) -> None:
    """Have a reader ask to act for the mother: she finds it among her messages."""
    asker = replace(
        desk,
        door=Door.READER,
        permissions=READER,
        staff_id=None,
        patron_id=asking.pk,
        caller=f"patron:{asking.pk}",
    )
    ask_link(asker, number=MOTHERS_CARD, name=MOTHER, kind="helper")
