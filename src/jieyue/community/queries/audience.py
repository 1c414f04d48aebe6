"""Which readers a message is for, and which of them agreed to get it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jieyue.circulation.models import Loan
from jieyue.community.models import MessageRecipient
from jieyue.community.queries.settings import rules_of
from jieyue.community.rules.audience import Audience
from jieyue.community.rules.moments import month_of, start_of
from jieyue.kit.scope import current_library_id
from jieyue.libraries.desk import Desk
from jieyue.notices.ways import reach_of
from jieyue.patrons.models import Consent, Patron

KIND: Final = "messages"  # the consent that one is written to
HISTORY: Final = "history"  # and the one to going by what one read
LOOKED_AT: Final = 5000  # readers whose channels are looked up for a preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How many a message would reach. `unreached` agreed, but no channel leads to them.

    They find it on their own page. `over_limit` had their messages of this month.
    """

    matched: int
    consented: int
    over_limit: int
    unreached: int


def matching(desk: Desk, audience: Audience, branch_id: int | None) -> "QuerySet[Patron]":
    """Return the readers whom the filter finds, whether they agreed or not."""
    found: QuerySet[Patron] = Patron.objects.all()
    if branch_id is not None:
        found = found.filter(branch_id=branch_id)
    if audience.group:
        found = found.filter(group_name=audience.group)
    if audience.category:
        found = found.filter(category__code=audience.category)
    loans = Loan.objects.filter(library_id=current_library_id(), patron_id=OuterRef("pk"))
    if audience.unseen_days:
        since = desk.now - timedelta(days=audience.unseen_days)
        lately = Q(lent_at__gte=since) | Q(returned_at__gte=since)
        found = found.filter(~Exists(loans.filter(lately)), created_at__lt=since)
    if audience.overdue:
        found = found.filter(Exists(loans.filter(returned_at=None, due_at__lt=desk.now)))
    if audience.subject:
        read = loans.filter(copy__title__clc__startswith=audience.subject)
        found = found.filter(Exists(read), _agrees(HISTORY))
    return found


def consented(found: "QuerySet[Patron]") -> "QuerySet[Patron]":
    """Return those of the readers who agreed to be written to."""
    return found.filter(_agrees(KIND))


def had_enough(desk: Desk) -> list[int]:
    """Return the readers (row ids) to whom the library wrote as often as it does in a month."""
    since = start_of(month_of(desk.today), desk.zone)
    counted = MessageRecipient.objects.filter(at__gte=since).values("patron_id")
    full = counted.annotate(n=Count("pk")).filter(n__gte=max(rules_of().messages_per_month, 1))
    return list(full.values_list("patron_id", flat=True))


def reached(desk: Desk, audience: Audience, branch_id: int | None) -> Reached:
    """Say how many a message would reach now. A fixed number of statements."""
    found = matching(desk, audience, branch_id)
    agreed = list(consented(found).order_by("pk").values_list("pk", flat=True))
    enough = set(had_enough(desk))
    left = [pk for pk in agreed if pk not in enough] if rules_of().messages_per_month else []
    reach = reach_of(left[:LOOKED_AT])
    reachable = {pk for by in reach.addresses.values() for pk, to in by.items() if to}
    return Reached(
        matched=found.count(),
        consented=len(agreed),
        over_limit=len(agreed) - len(left),
        unreached=sum(pk not in reachable for pk in left[:LOOKED_AT]),
    )


def _agrees(kind: str) -> Exists:
    library = current_library_id()
    return Exists(
        Consent.objects.filter(
            library_id=library, patron_id=OuterRef("pk"), kind=kind, withdrawn_at=None
        )
    )
