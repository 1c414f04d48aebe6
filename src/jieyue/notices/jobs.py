"""Keeping the promises to tell readers something.

Promise `notices.<kind>` with the public id of what it is about:

    notices.hold_ready, notices.hold_passed_on, notices.pickup_moved  {"hold": …}
    notices.loan_renewed, notices.loan_recalled, notices.loan_lost   {"loan": …}
    notices.date_moved                              {"closure": …} (every loan of it) or {"loan": …}
    notices.suspended                                                {"block": …}
    notices.application_answered                                     {"application": …}
    notices.link_asked                                               {"link": …}
    notices.forget                                                   {"patrons": [row ids]}
    notices.receipt                     {"loans": […], "did": "borrowed" | "returned" | "renewed"}

The state is read anew when the promise is kept: nobody is told about a book fetched or returned
meanwhile, and nobody twice. Row ids do as well: {"hold_id": …}.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef

from jieyue.circulation.models import Block, Closure, Hold, Loan
from jieyue.kit.batches import batches, delete_in_batches
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk
from jieyue.notices.actions import Told, tell
from jieyue.notices.models import (
    ClassSheet,
    ClassSheetLine,
    Delivery,
    DeliveryNotice,
    Notice,
    TeacherDigest,
    TeacherWish,
)
from jieyue.patrons.models import StaffGroup

MODELS: Final[dict[str, Any]] = {"hold": Hold, "loan": Loan, "block": Block, "closure": Closure}
KEPT: Final = timedelta(days=180)
CHECKED: Final = 500  # rows looked up at a time


def tell_hold_ready(desk: Desk, payload: Mapping[str, Any]) -> Told:
    """Tell the reader that the book waits on the hold shelf."""
    return tell(desk, kind="hold_ready", event=_event(payload, "hold"))


def tell_hold_passed_on(desk: Desk, payload: Mapping[str, Any]) -> Told:
    """Tell the reader that the book was not fetched in time."""
    return tell(desk, kind="hold_passed_on", event=_event(payload, "hold"))


def tell_pickup_moved(desk: Desk, payload: Mapping[str, Any]) -> Told:
    """Tell the reader that the book is fetched at another branch: theirs closed for good."""
    return tell(desk, kind="pickup_moved", event=_event(payload, "hold"))


def tell_loan_renewed(desk: Desk, payload: Mapping[str, Any]) -> Told:
    """Tell the reader that a loan renewed itself."""
    return tell(desk, kind="loan_renewed", event=_event(payload, "loan"))


def tell_loan_recalled(desk: Desk, payload: Mapping[str, Any]) -> Told:
    """Tell the reader that the book is wanted back sooner."""
    return tell(desk, kind="loan_recalled", event=_event(payload, "loan"))


def tell_date_moved(desk: Desk, payload: Mapping[str, Any]) -> Told:
    """Tell the readers whose due dates a closure moved."""
    return tell(
        desk, kind="date_moved", event=_event(payload, "closure") or _event(payload, "loan")
    )


def tell_loan_lost(desk: Desk, payload: Mapping[str, Any]) -> Told:
    """Tell the reader that a loan counts as lost now."""
    return tell(desk, kind="loan_lost", event=_event(payload, "loan"))


def tell_suspended(desk: Desk, payload: Mapping[str, Any]) -> Told:
    """Tell the reader until when they cannot borrow."""
    return tell(desk, kind="suspended", event=_event(payload, "block"))


def tell_receipt(desk: Desk, payload: Mapping[str, Any]) -> Told:
    """Give the reader a receipt of loans (public ids) that were just made, ended or renewed."""
    did = str(payload.get("did", "borrowed"))
    told = [tell(desk, kind="receipt", event=f"{did}:{loan}") for loan in payload["loans"]]
    return Told(notices=sum(one.notices for one in told))


def tell_application_answered(desk: Desk, payload: Mapping[str, Any]) -> Told:
    """Tell somebody who applied that they are a reader now."""
    return tell(desk, kind="application_answered", event=_event(payload, "application"))


def tell_link_asked(desk: Desk, payload: Mapping[str, Any]) -> Told:
    """Tell the reader that somebody asks to act for them."""
    return tell(desk, kind="link_asked", event=_event(payload, "link"))


def _event(payload: Mapping[str, Any], name: str) -> str:
    """Return the public id of what the payload names; empty if there is none (any more)."""
    if name in payload:
        return str(payload[name])
    row_id = payload.get(f"{name}_id")
    if row_id is None:
        return ""
    return MODELS[name].objects.filter(pk=row_id).values_list("public_id", flat=True).first() or ""


def forget_old_notices(now: datetime) -> int:
    """Delete what was said more than 180 days ago, in every library. Returns how many."""
    before = now - KEPT
    old = Notice.across_libraries.filter(created_at__lt=before)
    sent = Delivery.across_libraries.filter(created_at__lt=before)
    for about in ({"notice__in": old}, {"delivery__in": sent}):
        delete_in_batches(ClassSheetLine.across_libraries.filter(**about))
    delete_in_batches(
        ClassSheet.across_libraries.filter(made_at__lt=before).exclude(
            pk__in=ClassSheetLine.across_libraries.values("sheet_id")
        )
    )
    delete_in_batches(DeliveryNotice.across_libraries.filter(notice__in=old))
    delete_in_batches(DeliveryNotice.across_libraries.filter(delivery__in=sent))
    weekly = TeacherDigest.across_libraries.filter(created_at__lt=before)
    return delete_in_batches(sent) + delete_in_batches(old) + delete_in_batches(weekly)


def forget_told(desk: Desk, payload: Mapping[str, Any]) -> int:
    """Delete what these readers were told of loans and holds that are theirs no more.

    Whoever reads it could still see who had the book. Returns how many.
    """
    with library_scope(desk.library_id):
        rows = Notice.objects.filter(patron_id__in=payload["patrons"])
        said = list(rows.values_list("pk", "patron_id", "facts"))
        gone = [
            pk
            for name in ("loan", "hold")
            for pk in _not_theirs(name, [row for row in said if name in row[2]])
        ]
        for some in batches(gone, CHECKED):
            delete_in_batches(ClassSheetLine.objects.filter(notice__in=some))
            delete_in_batches(DeliveryNotice.objects.filter(notice__in=some))
            delete_in_batches(Notice.objects.filter(pk__in=some))
        return len(gone)


def _not_theirs(name: str, said: list[tuple[int, int, dict[str, Any]]]) -> list[int]:
    """Return which notices (row id, reader, facts) speak of what is not that reader's any more."""
    theirs: set[tuple[str, int]] = set()
    for some in batches(list({facts[name] for _, _, facts in said}), CHECKED):
        found = MODELS[name].objects.filter(public_id__in=some, patron_id__isnull=False)
        theirs.update(found.values_list("public_id", "patron_id"))
    return [pk for pk, patron_id, facts in said if (facts[name], patron_id) not in theirs]


def forget_teachers(now: datetime) -> int:
    """Delete where colleagues wanted the weekly message who have had no class for half a year.

    In every library. Returns how many.
    """
    teaching = StaffGroup.across_libraries.filter(
        staff_id=OuterRef("staff_id"), library_id=OuterRef("library_id"), staff__is_active=True
    )
    wishes = TeacherWish.across_libraries.filter(~Exists(teaching), changed_at__lt=now - KEPT)
    return delete_in_batches(wishes)
