"""Making and ending links between readers: by staff, or asked by one and answered by the other."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.audit.models import Entry
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise
from jieyue.patrons.links import age_of, family_choice, is_child
from jieyue.patrons.models import Card, FamilyRules, Patron, PatronLink
from jieyue.patrons.queries import numbered
from jieyue.patrons.rules.family import MAX_AGE, Reminds
from jieyue.patrons.rules.names import name_key, normal_phone
from jieyue.patrons.writing import tidy

MOST_LINKS: Final = 60  # a helper of a class; a family has few
MOST_TRIES: Final = 10  # in vain, of one reader within an hour
Kind = PatronLink.Kind
Side = PatronLink.Side


class LinkFault(StrEnum):
    """What stands against a link. Public API: never rename one."""

    LINK_UNKNOWN = "link_unknown"
    READER_UNKNOWN = "reader_unknown"
    LINK_OF_SELF = "link_of_self"
    LINKED_ALREADY = "linked_already"
    TOO_MANY_LINKS = "too_many_links"
    TRIED_TOO_OFTEN = "tried_too_often"
    STAFF_CONFIRM = "staff_confirm"  # who acts for a child is confirmed by staff
    NOT_ASKED = "not_asked"  # answered already, or not for whoever answers
    ASKING_OFF = "asking_off"  # the library makes links itself
    LAST_DAY_PAST = "last_day_past"
    AGE_IMPOSSIBLE = "age_impossible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allows:
    """What who acts may do, besides seeing how many books there are and until when."""

    renew: bool = True
    reserve: bool = True
    borrow: bool = False
    settle: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSaved:
    """The link as it now stands; `is_confirmed`: it counts."""

    type: Literal["link_saved"] = "link_saved"
    link: str  # public id
    is_confirmed: bool
    is_ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRefused:
    """Nothing changed but the journal, and why."""

    type: Literal["refused"] = "refused"
    faults: tuple[LinkFault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRulesSaved:
    """What guardians may see and hear from now on."""

    type: Literal["saved"] = "saved"
    titles_until_age: int
    guardians_until_age: int


@action(needs=Permission.PATRON_EDIT)
def make_link(
    desk: Desk,
    *,
    actor: str,
    reader: str,
    kind: str,
    allows: Allows = Allows(),
    until: date | None = None,
    shares_titles: bool | None = None,
) -> LinkSaved | LinkRefused:
    """Let one reader act for another (public ids) from now on: staff know that it is right.

    Raises ValueError for an unknown kind.
    """
    found = {row.public_id: row for row in Patron.objects.filter(public_id__in=[actor, reader])}
    if actor not in found or reader not in found:
        return _refused(LinkFault.READER_UNKNOWN)
    faults = _faults(found[actor], found[reader])
    if until is not None and until < desk.today:
        faults.append(LinkFault.LAST_DAY_PAST)
    if faults:
        return _refused(*faults, patron_id=found[reader].pk)
    row = _create(desk, found[actor], found[reader], Kind(kind), allows, Side.STAFF)
    row.until, row.shares_titles = until, shares_titles
    row.save(update_fields=["until", "shares_titles"])
    return _saved(row)


@action(needs=Permission.OWN_LOANS)
def ask_link(
    desk: Desk, *, number: str, name: str, kind: str, allows: Allows = Allows()
) -> LinkSaved | LinkRefused:
    """Ask to act for the reader with this card or student number and this name.

    Both must fit: nobody learns who reads here. It counts when they, or staff, have confirmed.
    """
    me = _myself(desk)
    if not family_choice().readers_may_ask:
        return _refused(LinkFault.ASKING_OFF, patron_id=me.pk)
    hour = desk.now - timedelta(hours=1)
    tries = Entry.objects.filter(patron_id=me.pk, at__gte=hour, action="ask_link")
    if tries.filter(outcome="refused").count() >= MOST_TRIES:
        return _refused(LinkFault.TRIED_TOO_OFTEN, patron_id=me.pk)
    reader = _named(number, name)
    if reader is None:
        return _refused(LinkFault.READER_UNKNOWN, patron_id=me.pk)
    if faults := _faults(me, reader):
        return _refused(*faults, patron_id=me.pk)
    row = _create(desk, me, reader, Kind(kind), allows, Side.ACTOR)
    promise("notices.link_asked", {"link": row.public_id}, at=desk.now)
    return _saved(row)


@action(needs=None)
def answer_link(desk: Desk, *, link: str, agrees: bool) -> LinkSaved | LinkRefused:
    """Agree to a link that was asked for, or not: the side that did not ask, or staff."""
    row, side = _locked(desk, link)
    if row is None or side is None:
        return _refused(LinkFault.LINK_UNKNOWN)
    if row.confirmed_at is not None or row.asked_by == side:
        return _refused(LinkFault.NOT_ASKED, patron_id=row.reader_id)
    if not agrees:
        return _ended(desk, row, side)
    # Who stands by a child, the child alone cannot say.
    if is_child(age_of(row.reader, desk.today)) and side is not Side.STAFF:
        return _refused(LinkFault.STAFF_CONFIRM, patron_id=row.reader_id)
    row.confirmed_at, row.confirmed_by = desk.now, side
    row.save(update_fields=["confirmed_at", "confirmed_by"])
    return _saved(row)


@action(needs=Permission.PATRON_EDIT)
def change_link(desk: Desk, *, link: str, allows: Allows) -> LinkSaved | LinkRefused:
    """Let who acts by an open link do this from now on, and nothing else."""
    row, side = _locked(desk, link)
    if row is None or side is not Side.STAFF:
        return _refused(LinkFault.LINK_UNKNOWN)
    row.may_renew, row.may_reserve = allows.renew, allows.reserve
    row.may_borrow, row.may_settle = allows.borrow, allows.settle
    row.save(update_fields=["may_renew", "may_reserve", "may_borrow", "may_settle"])
    return _saved(row)


@action(needs=None)
def end_link(desk: Desk, *, link: str) -> LinkSaved | LinkRefused:
    """End a link at once: either side, or staff."""
    row, side = _locked(desk, link)
    if row is None or side is None:
        return _refused(LinkFault.LINK_UNKNOWN)
    return _ended(desk, row, side)


@action(needs=Permission.OWN_LOANS)
def share_titles(desk: Desk, *, link: str, shares: bool) -> LinkSaved | LinkRefused:
    """Let who acts for me see what I read, or not any longer; only I can say so."""
    row, side = _locked(desk, link)
    if row is None or side is not Side.READER:
        return _refused(LinkFault.LINK_UNKNOWN)
    row.shares_titles = shares
    row.save(update_fields=["shares_titles"])
    return _saved(row)


@action(needs=Permission.SETTINGS, whole_library=True)
def set_family_rules(
    desk: Desk,
    *,
    titles_until_age: int,
    guardians_until_age: int,
    reminds: str,
    readers_may_ask: bool,
) -> FamilyRulesSaved | LinkRefused:
    """Choose until which age guardians see titles and stay guardians, and what they are told.

    Raises ValueError for an unknown way of reminding.
    """
    if not 0 <= titles_until_age <= guardians_until_age <= MAX_AGE:
        return _refused(LinkFault.AGE_IMPOSSIBLE)
    values = {
        "titles_until_age": titles_until_age,
        "guardians_until_age": guardians_until_age,
        "reminds": Reminds(reminds).value,
        "readers_may_ask": readers_may_ask,
        "changed_at": desk.now,
    }
    FamilyRules.objects.update_or_create(library_id=desk.library_id, defaults=values)
    note(Note(data={"from": titles_until_age, "to": guardians_until_age}))
    return FamilyRulesSaved(
        titles_until_age=titles_until_age, guardians_until_age=guardians_until_age
    )


def link_guardian(desk: Desk, reader: Patron, *, name: str, phone: str) -> PatronLink | None:
    """Note a child's guardian inside another action, as when an application is approved.

    The caller has verified the number, or staff have. A reader here with this number and name gets
    a link to the child; anybody else stands on the link with name and number. None without a
    number that can be one, or where the guardian is noted already. Two statements.
    """
    number = normal_phone(phone)
    if not number:
        return None
    mark = keyed_hash(number)
    own = Patron.objects.filter(phone_hash=mark, name=tidy(name)).exclude(pk=reader.pk).first()
    known = PatronLink.objects.filter(reader=reader, ended_at=None)
    is_known = known.filter(actor=own) if own else known.filter(actor=None)
    if is_known.filter(**({} if own else {"guardian_phone_hash": mark})).exists():
        return None
    row: PatronLink = PatronLink.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        actor=own,
        reader=reader,
        kind=Kind.GUARDIAN,
        guardian_name="" if own else tidy(name)[:100],
        guardian_phone="" if own else number,
        guardian_phone_hash="" if own else mark,
        asked_by=Side.READER if desk.staff_id is None else Side.STAFF,
        asked_at=desk.now,
        confirmed_by=Side.STAFF,
        confirmed_at=desk.now,
    )
    return row


def _named(number: str, name: str) -> Patron | None:
    """Return the reader with this card or student number, if it is their name. Two statements."""
    wanted = number.strip()[:40]
    if not wanted or not name.strip():
        return None
    row = numbered([wanted]).first()
    if row is None:
        card = Card.objects.filter(barcode=wanted, ended_at=None).select_related("patron").first()
        row = card.patron if card is not None else None
    is_name = row is not None and name_key(tidy(row.name)) == name_key(tidy(name[:100]))
    return row if is_name else None


def _myself(desk: Desk) -> Patron:
    """Return the reader who signed in; nobody asks in another's name."""
    if desk.patron_id is None or desk.acting_patron_id is not None:
        raise ForbiddenError(Permission.OWN_LOANS)
    me: Patron = Patron.objects.get(pk=desk.patron_id)
    return me


def _faults(actor: Patron, reader: Patron) -> list[LinkFault]:
    """Return what stands against a new link. Two statements."""
    links = PatronLink.objects.filter(actor=actor, ended_at=None)
    checks = (
        (LinkFault.LINK_OF_SELF, actor.pk == reader.pk),
        (LinkFault.LINKED_ALREADY, links.filter(reader=reader).exists()),
        (LinkFault.TOO_MANY_LINKS, links.count() >= MOST_LINKS),
    )
    return [fault for fault, applies in checks if applies]


def _create(
    desk: Desk, actor: Patron, reader: Patron, kind: Kind, allows: Allows, by: Side
) -> PatronLink:
    is_staff = by is Side.STAFF
    row: PatronLink = PatronLink.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        actor=actor,
        reader=reader,
        kind=kind,
        may_renew=allows.renew,
        may_reserve=allows.reserve,
        may_borrow=allows.borrow,
        may_settle=allows.settle,
        asked_by=by,
        asked_at=desk.now,
        confirmed_by=by if is_staff else "",
        confirmed_at=desk.now if is_staff else None,
    )
    return row


def _locked(desk: Desk, link: str) -> tuple[PatronLink | None, PatronLink.Side | None]:
    """Lock an open link and say as which side the desk stands to it; None: it is not theirs."""
    row = lock_one(PatronLink.objects.filter(public_id=link, ended_at=None))
    if row is None:
        return None, None
    if desk.may(Permission.PATRON_EDIT):
        return row, Side.STAFF
    if desk.patron_id is None or desk.acting_patron_id is not None:
        return row, None
    sides = {row.actor_id: Side.ACTOR, row.reader_id: Side.READER}
    return row, sides.get(desk.patron_id)


def _ended(desk: Desk, row: PatronLink, side: PatronLink.Side) -> LinkSaved:
    row.ended_at, row.ended_by = desk.now, side
    row.save(update_fields=["ended_at", "ended_by"])
    return _saved(row)


def _saved(row: PatronLink) -> LinkSaved:
    note(Note(patron_id=row.reader_id, data={"link": row.public_id, "as": row.kind}))
    return LinkSaved(
        link=row.public_id,
        is_confirmed=row.confirmed_at is not None,
        is_ended=row.ended_at is not None,
    )


def _refused(*faults: LinkFault, patron_id: int | None = None) -> LinkRefused:
    note(Note(outcome="refused", patron_id=patron_id, reasons=tuple(f.value for f in faults)))
    return LinkRefused(faults=faults)
