"""Who acts for whom, as rows to read: a parent's children, and who gets a child's reminders."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet

from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.models import FamilyRules, Patron, PatronLink
from jieyue.patrons.rules.classes import likely_age
from jieyue.patrons.rules.family import (
    CAREFUL,
    FamilyChoice,
    Reminds,
    age_on,
    reminds_guardian,
    shows_titles,
    still_counts,
)
from jieyue.patrons.rules.names import masked_phone, normal_phone

MOST: Final = 50  # people one acts for
MOST_SHOWN: Final = 200  # links that wait, of a library
CHILD: Final = 14  # below, staff confirm who a guardian is


@dataclass(frozen=True, slots=True, kw_only=True)
class ActingFor:
    """A reader whom somebody acts for, and how far that goes."""

    link: str  # public id
    reader_id: int
    reader: str  # public id
    name: str
    group_name: str
    kind: str
    may_renew: bool
    may_reserve: bool
    may_borrow: bool
    may_settle: bool
    shows_titles: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """A link as one of its two sides, or staff, sees it. `actor` is empty for who is no reader."""

    link: str
    kind: str
    actor: str
    actor_name: str
    reader: str
    reader_name: str
    reader_group: str
    phone_masked: str  # of a guardian who is no reader
    may_renew: bool
    may_reserve: bool
    may_borrow: bool
    may_settle: bool
    shares_titles: bool | None
    shows_titles: bool
    is_confirmed: bool
    asked_by: str
    until: date | None
    is_mine: bool  # the one who looks acts by it; else somebody acts for them


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLink:
    """A link that somebody has asked for and nobody has confirmed.

    `needs_staff`: the reader is a child, for whom no other reader can say yes.
    """

    link: str  # public id
    kind: str
    actor: str  # public id
    actor_name: str
    reader: str  # public id
    reader_name: str
    reader_group: str
    asked_by: str
    asked_at: datetime
    needs_staff: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who is told something about a reader. `patron_id`: whose addresses and wishes count.

    None: a guardian who is no reader here, reached at `phone`.
    """

    patron_id: int | None
    link: str = ""  # public id; empty: the reader themselves
    name: str = ""
    phone: str = ""


def family_choice() -> FamilyChoice:
    """Return what the library in scope has chosen, or the careful start. One statement."""
    row = FamilyRules.objects.first()
    if row is None:
        return CAREFUL
    return FamilyChoice(
        titles_until_age=row.titles_until_age,
        guardians_until_age=row.guardians_until_age,
        reminds=Reminds(row.reminds),
        readers_may_ask=row.readers_may_ask,
    )


def age_of(patron: Patron, today: date) -> int | None:
    """Return how old a reader is, by birthday or else by class; None where neither tells."""
    born = date.fromisoformat(patron.born_on) if patron.born_on else None
    return age_on(today, born, likely_age(patron.group_name))


def is_child(age: int | None) -> bool:
    """Say whether staff alone confirm who acts for somebody of this age."""
    return age is not None and age < CHILD


def people_for(actor_id: int, today: date) -> list[ActingFor]:
    """Return whom the reader acts for today, by name. Two statements."""
    found = _counting(today).filter(actor_id=actor_id).select_related("reader")
    rows = list(found.order_by("reader__sort_key", "reader__name", "id")[:MOST])
    if not rows:
        return []
    choice = family_choice()
    return [one for row in rows if (one := _acting(row, choice, today)) is not None]


def acting_for(actor_id: int, reader: str, today: date) -> ActingFor | None:
    """Return how the reader may act for another (public id); None: not at all. Two statements."""
    found = _counting(today).filter(actor_id=actor_id, reader__public_id=reader)
    row = found.select_related("reader").first()
    return _acting(row, family_choice(), today) if row is not None else None


def desk_for(desk: Desk, whom: ActingFor) -> Desk:
    """Return the desk at which the signed-in reader does what the link allows, and no more."""
    allowed = {Permission.OWN_LOANS} if whom.may_renew else set()
    allowed |= {Permission.OWN_HOLDS} if whom.may_reserve else set()
    allowed |= {Permission.OWN_CHECKOUT, Permission.OWN_CHECKIN} if whom.may_borrow else set()
    return replace(
        desk,
        patron_id=whom.reader_id,
        acting_patron_id=desk.patron_id,
        on_behalf=whom.kind,
        permissions=desk.permissions & allowed,
        caller=f"{desk.caller}:{whom.reader_id}",
    )


def links_of(patron_id: int, today: date) -> list[LinkView]:
    """Return a reader's open links, in both directions. Three statements, two without any."""
    found = PatronLink.objects.filter(_not_over(today), ended_at=None)
    found = found.select_related("actor", "reader").order_by("asked_at", "id")
    # One after the other: with OR between them SQLite walks through all links.
    mine = found.filter(actor_id=patron_id)[: 2 * MOST]
    rows = sorted(
        [*mine, *found.filter(reader_id=patron_id)[: 2 * MOST]],
        key=lambda row: (row.asked_at, row.pk),
    )
    if not rows:
        return []
    choice = family_choice()
    views = [_view(row, choice, today, patron_id) for row in rows]
    return [view for view in views if view is not None]


def waiting_links(today: date) -> list[WaitingLink]:
    """Return the links that wait for a yes, those asked for first in front. One statement."""
    found = _waiting(today).select_related("actor", "reader").order_by("asked_at", "id")
    return [
        WaitingLink(
            link=row.public_id,
            kind=row.kind,
            actor=row.actor.public_id if row.actor else "",
            actor_name=row.actor.name if row.actor else row.guardian_name,
            reader=row.reader.public_id,
            reader_name=row.reader.name,
            reader_group=row.reader.group_name,
            asked_by=row.asked_by,
            asked_at=row.asked_at,
            needs_staff=is_child(age_of(row.reader, today)),
        )
        for row in found[:MOST_SHOWN]
    ]


def waiting_link_count(today: date) -> int:
    """Return how many links wait for a yes. One statement, on an index of just those."""
    return _waiting(today).count()


def recipients_of(
    patron_ids: Iterable[int], today: date, *, reached: Iterable[int]
) -> Mapping[int, tuple[Recipient, ...]]:
    """Return who is told about each of the readers: they themselves, and their guardians.

    Whether guardians are is the library's choice (rules/family.py); `reached` are the readers
    whom a channel of their own reaches. Two statements, however many readers.
    """
    ids, has_channel = list(patron_ids), set(reached)
    told = {pk: [Recipient(patron_id=pk)] for pk in ids}
    choice = family_choice()
    if choice.reminds is not Reminds.NEVER:
        found = _counting(today).filter(reader_id__in=ids, kind=PatronLink.Kind.GUARDIAN)
        for row in found.select_related("reader").order_by("id"):
            age = age_of(row.reader, today)
            is_reached = row.reader_id in has_channel
            if reminds_guardian(choice, age=age, is_reached=is_reached):
                told[row.reader_id].append(_recipient(row))
    return {pk: tuple(people) for pk, people in told.items()}


def guardian_phones(patron_ids: Collection[int], today: date) -> dict[int, str]:
    """Return the number of a guardian who is no reader here, of those (row ids) who have one.

    Only where the library has guardians told, and the titles are shown to them. Two statements,
    none for nobody.
    """
    if not patron_ids:
        return {}
    choice = family_choice()
    found = _counting(today).filter(
        reader_id__in=patron_ids, actor=None, kind=PatronLink.Kind.GUARDIAN
    )
    numbers: dict[int, str] = {}
    for row in found.select_related("reader").order_by("id"):
        age = age_of(row.reader, today)
        is_shown = shows_titles(choice, kind=row.kind, age=age, shares=row.shares_titles)
        if is_shown and reminds_guardian(choice, age=age, is_reached=False):
            numbers.setdefault(row.reader_id, row.guardian_phone)
    return numbers


def titles_shown(actor_id: int, reader_ids: Iterable[int], today: date) -> Mapping[int, bool]:
    """Return for those whose guardian this reader is today whether titles are shown to them.

    Two statements.
    """
    guarded = _counting(today).filter(actor_id=actor_id, kind=PatronLink.Kind.GUARDIAN)
    rows = guarded.filter(reader_id__in=list(reader_ids)).select_related("reader")
    choice = family_choice()
    found = (_acting(row, choice, today) for row in rows)
    return {one.reader_id: one.shows_titles for one in found if one is not None}


def children_of_phone(phone: str, today: date) -> list[int]:
    """Return the readers (row ids) whose guardian, no reader here, has this verified number.

    For signing in: after the code, such a guardian chooses for whom. Two statements.
    """
    number = normal_phone(phone)
    if not number:
        return []
    found = _counting(today).filter(actor=None, guardian_phone_hash=keyed_hash(number))
    choice, rows = family_choice(), found.select_related("reader").order_by("id")[:MOST]
    return [
        row.reader_id
        for row in rows
        if still_counts(choice, kind=row.kind, age=age_of(row.reader, today))
    ]


def guardians_by_reader(patron_ids: Iterable[int], today: date) -> Mapping[int, int]:
    """Return how many guardians each of the readers has. One statement."""
    counted: dict[int, int] = defaultdict(int)
    found = _counting(today).filter(reader_id__in=list(patron_ids), kind=PatronLink.Kind.GUARDIAN)
    for reader_id in found.values_list("reader_id", flat=True):
        counted[reader_id] += 1
    return counted


def _waiting(today: date) -> "QuerySet[PatronLink]":
    return PatronLink.objects.filter(_not_over(today), ended_at=None, confirmed_at=None)


def _counting(today: date) -> "QuerySet[PatronLink]":
    """Return the links that count today, but for the age of the reader."""
    found = PatronLink.objects.filter(ended_at=None, confirmed_at__isnull=False)
    return found.filter(_not_over(today))


def _not_over(today: date) -> Q:
    return Q(until=None) | Q(until__gte=today)


def _acting(row: PatronLink, choice: FamilyChoice, today: date) -> ActingFor | None:
    age = age_of(row.reader, today)
    if not still_counts(choice, kind=row.kind, age=age):
        return None
    return ActingFor(
        link=row.public_id,
        reader_id=row.reader_id,
        reader=row.reader.public_id,
        name=row.reader.name,
        group_name=row.reader.group_name,
        kind=row.kind,
        may_renew=row.may_renew,
        may_reserve=row.may_reserve,
        may_borrow=row.may_borrow,
        may_settle=row.may_settle,
        shows_titles=shows_titles(choice, kind=row.kind, age=age, shares=row.shares_titles),
    )


def _view(row: PatronLink, choice: FamilyChoice, today: date, patron_id: int) -> LinkView | None:
    age = age_of(row.reader, today)
    if not still_counts(choice, kind=row.kind, age=age):
        return None
    return LinkView(
        link=row.public_id,
        kind=row.kind,
        actor=row.actor.public_id if row.actor else "",
        actor_name=row.actor.name if row.actor else row.guardian_name,
        reader=row.reader.public_id,
        reader_name=row.reader.name,
        reader_group=row.reader.group_name,
        phone_masked=masked_phone(row.guardian_phone),
        may_renew=row.may_renew,
        may_reserve=row.may_reserve,
        may_borrow=row.may_borrow,
        may_settle=row.may_settle,
        shares_titles=row.shares_titles,
        shows_titles=shows_titles(choice, kind=row.kind, age=age, shares=row.shares_titles),
        is_confirmed=row.confirmed_at is not None,
        asked_by=row.asked_by,
        until=row.until,
        is_mine=row.actor_id == patron_id,
    )


def _recipient(row: PatronLink) -> Recipient:
    if row.actor_id is not None:
        return Recipient(patron_id=row.actor_id, link=row.public_id)
    return Recipient(
        patron_id=None, link=row.public_id, name=row.guardian_name, phone=row.guardian_phone
    )
