"""Purchase wishes: made and supported by readers, decided by staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.isbn import isbn13_of
from jieyue.community.actions.outcomes import (
    VoiceRefused,
    VoiceSaved,
    against,
    done,
    refused,
    too_long,
)
from jieyue.community.models import Wish, WishSupporter
from jieyue.community.queries.settings import rules_of
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.community.rules.limits import MAX_AT_ONCE, MAX_REASON, MAX_WISH
from jieyue.community.rules.moments import month_of, start_of
from jieyue.community.rules.texts import one_line
from jieyue.community.rules.wishes import ENDED, OPEN, WishState, name_key, wish_key
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_all, lock_one
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise
from jieyue.patrons.models import Patron


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """A book as a reader wishes for it; `isbn` may be empty or as it was scanned."""

    isbn: str = ""
    name: str = ""
    authors: str = ""
    publisher: str = ""
    year: int | None = None


@action(needs=None)
def make_wish(desk: Desk, *, wished: Wished, wants_hold: bool = False) -> VoiceSaved | VoiceRefused:
    """Wish for a book; where somebody wishes for it already, support that wish.

    Only a new wish counts against the limit of the month. Refused with `have_it` when the library
    has the ISBN.
    """
    patron_id = _reader(desk)
    isbn13 = (isbn13_of(wished.isbn) or "") if wished.isbn.strip() else ""
    texts = {name: one_line(getattr(wished, name)) for name in MAX_WISH}
    faults = _faults(desk, wished, isbn13, texts)
    if faults:
        return refused(*faults, patron_id=patron_id)
    # The limit is counted under the reader's own lock, the wish found under its own.
    lock_all(Patron.objects.filter(pk=patron_id))
    same = _same(isbn13, texts["name"], texts["authors"])
    if same is not None:
        return _support(desk, same, patron_id, wants_hold)
    most = rules_of().wishes_per_month
    since = start_of(month_of(desk.today), desk.zone)
    mine = WishSupporter.objects.filter(patron_id=patron_id, asked_at__gte=since, is_first=True)
    if not most:
        return refused(Fault(VoiceFault.NOT_TAKEN), patron_id=patron_id)
    if mine.count() >= most:
        return refused(Fault(VoiceFault.WISH_LIMIT, "", str(most)), patron_id=patron_id)
    row = Wish.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        key=wish_key(isbn13, texts["name"], texts["authors"]),
        isbn13=isbn13,
        name_key=name_key(texts["name"], texts["authors"]),
        year=wished.year,
        created_at=desk.now,
        changed_at=desk.now,
        **texts,
    )
    _add(desk, row, patron_id, wants_hold=wants_hold, is_first=True)
    return done(row.public_id, "wished", patron_id=patron_id)


@action(needs=None)
def support_wish(desk: Desk, *, wish: str, wants_hold: bool = False) -> VoiceSaved | VoiceRefused:
    """Wish for it as well (+1); again only changes whether it is to be reserved."""
    patron_id = _reader(desk)
    row = lock_one(Wish.objects.filter(public_id=wish))
    if row is None:
        return against(VoiceFault.UNKNOWN)
    if row.state in ENDED:
        return refused(Fault(VoiceFault.WISH_ENDED), patron_id=patron_id)
    return _support(desk, row, patron_id, wants_hold)


@action(needs=None)
def leave_wish(desk: Desk, *, wish: str) -> VoiceSaved | VoiceRefused:
    """Wish for it no more; a wish that nobody has is gone."""
    patron_id = _reader(desk)
    row = lock_one(Wish.objects.filter(public_id=wish))
    mine = WishSupporter.objects.filter(wish=row, patron_id=patron_id) if row else None
    if row is None or mine is None or not mine.exists():
        return against(VoiceFault.UNKNOWN)
    if row.state in ENDED:
        return refused(Fault(VoiceFault.WISH_ENDED), patron_id=patron_id)
    mine.delete()
    others = WishSupporter.objects.filter(wish=row).exists()
    if others or row.state != WishState.WISHED:
        Wish.objects.filter(pk=row.pk).update(supporters=F("supporters") - 1)
    else:
        Wish.objects.filter(pk=row.pk).delete()
    return done(wish, "left", patron_id=patron_id)


@action(needs=Permission.MESSAGES)
def decide_wishes(
    desk: Desk, *, wishes: tuple[str, ...], state: str, reason: str = "", title: str = ""
) -> VoiceSaved | VoiceRefused:
    """Say how far some wishes are; everybody who has one is told.

    Declining takes a reason. `title`: the public id of what arrived, for a single wish; without it
    a wish that has arrived leads to the title of its ISBN. Those who asked for it get it reserved,
    in the order in which they asked.
    """
    reason = one_line(reason)
    if state not in set(WishState):
        return against(VoiceFault.CHOICE_BAD, "state")
    if state == WishState.DECLINED and not reason:
        return against(VoiceFault.REASON_MISSING, "reason")
    if len(reason) > MAX_REASON:
        return against(VoiceFault.TOO_LONG, "reason", MAX_REASON)
    if title and not Title.objects.filter(public_id=title).exists():
        return against(VoiceFault.TITLE_UNKNOWN, "title")
    rows = lock_all(Wish.objects.filter(public_id__in=wishes[:MAX_AT_ONCE]))
    if not rows:
        return against(VoiceFault.UNKNOWN)
    if state in OPEN and _clash(rows):
        return against(VoiceFault.WISH_ENDED)
    arrived = _titles_of(rows) if state == WishState.ARRIVED else {}
    told = 0
    for row in rows:
        found = (title if len(rows) == 1 else "") or arrived.get(row.isbn13, "") or row.title
        link = found if state == WishState.ARRIVED else ""
        if (row.state, row.reason, row.title) == (state, reason, link):
            continue
        Wish.objects.filter(pk=row.pk).update(
            state=state, reason=reason, title=link, changed_at=desk.now
        )
        told += 1
        promise("notices.wish_answered", {"wish": row.public_id}, at=desk.now)
        if link:
            promise("community.reserve_wished", {"wish": row.public_id}, at=desk.now)
    return done(rows[0].public_id, state, rows=told)


@action(needs=None)
def note_wish_reserved(desk: Desk, *, wish: str, patron: str) -> VoiceSaved | VoiceRefused:
    """Note that what arrived was reserved for a reader, or could not be. Only the worker does."""
    if desk.door is not Door.WORKER:
        raise ForbiddenError(Permission.HOLDS)
    mine = WishSupporter.objects.filter(wish__public_id=wish, patron__public_id=patron)
    row = lock_one(mine)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    WishSupporter.objects.filter(pk=row.pk).update(hold_at=desk.now)
    return done(wish, "reserved", patron_id=row.patron_id)


# --- What they share ------------------------------------------------------------------------------


def _reader(desk: Desk) -> int:
    if desk.patron_id is None:
        raise ForbiddenError(Permission.OWN_HOLDS)
    return desk.patron_id


def _faults(desk: Desk, wished: Wished, isbn13: str, texts: dict[str, str]) -> list[Fault]:
    faults = too_long(MAX_WISH, texts.items())
    if wished.isbn.strip() and not isbn13:
        faults.append(Fault(VoiceFault.ISBN_BAD, "isbn"))
    if not texts["name"]:
        faults.append(Fault(VoiceFault.NAME_MISSING, "name"))
    if wished.year is not None and not 0 < wished.year <= desk.today.year + 2:
        faults.append(Fault(VoiceFault.NUMBER_BAD, "year", str(desk.today.year + 2)))
    have = title_with(isbn13)
    if have:
        faults.append(Fault(VoiceFault.HAVE_IT, "isbn", have))
    return faults


def title_with(isbn13: str) -> str:
    """Return the public id of a title with this ISBN of which there is a copy. One statement."""
    if not isbn13:
        return ""
    there = Copy.objects.exclude(standing=Copy.Standing.WITHDRAWN).values("title_id")
    found = Title.objects.filter(isbn13=isbn13, pk__in=there).order_by("pk")
    return found.values_list("public_id", flat=True).first() or ""


def _same(isbn13: str, name: str, authors: str) -> Wish | None:
    """Lock the open wish for this book: by ISBN, else by name and author.

    Two ISBNs are two books, also under one name.
    """
    states = [state.value for state in OPEN]
    asked = Q(key=wish_key(isbn13, name, authors))
    named = Q(name_key=name_key(name, authors))
    asked |= (named & Q(isbn13="")) if isbn13 else named
    rows = lock_all(Wish.objects.filter(asked, state__in=states))
    return max(rows, key=lambda row: (row.isbn13 == isbn13, -row.pk), default=None)


def _support(desk: Desk, row: Wish, patron_id: int, wants_hold: bool) -> VoiceSaved | VoiceRefused:
    mine = WishSupporter.objects.filter(wish=row, patron_id=patron_id)
    known = mine.first()
    if known is None:
        _add(desk, row, patron_id, wants_hold=wants_hold, is_first=False)
        return done(row.public_id, "supported", patron_id=patron_id)
    if known.wants_hold == wants_hold:
        fault = Fault(VoiceFault.SUPPORTED_ALREADY, "", row.public_id)
        return refused(fault, patron_id=patron_id)
    mine.update(wants_hold=wants_hold)
    return done(row.public_id, "supported", patron_id=patron_id)


def _add(desk: Desk, row: Wish, patron_id: int, *, wants_hold: bool, is_first: bool) -> None:
    WishSupporter.objects.create(
        library_id=desk.library_id, wish=row, patron_id=patron_id, is_first=is_first,
        wants_hold=wants_hold, asked_at=desk.now,
    )  # fmt: skip
    Wish.objects.filter(pk=row.pk).update(supporters=F("supporters") + 1)


def _clash(rows: list[Wish]) -> bool:
    """Say whether one of the ended wishes would be open a second time."""
    ended = [row for row in rows if row.state in ENDED]
    keys = [row.key for row in ended]
    states = [state.value for state in OPEN]
    twice = len(set(keys)) < len(keys)
    return twice or Wish.objects.filter(key__in=keys, state__in=states).exists()


def _titles_of(rows: Iterable[Any]) -> dict[str, str]:
    asked = {row.isbn13 for row in rows if row.isbn13}
    found = Title.objects.filter(isbn13__in=asked).order_by("-pk")
    return dict(found.values_list("isbn13", "public_id"))
