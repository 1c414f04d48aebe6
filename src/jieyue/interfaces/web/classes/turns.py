"""One turn in class: a name that was tapped or a code that was scanned, and what is said of it."""

import json
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from jieyue.circulation.actions.checkin import Returned, UnknownCopy, checkin
from jieyue.circulation.actions.checkout import Lent, NotLent, checkout
from jieyue.circulation.actions.undo import NotUndone, undo_checkin, undo_checkout
from jieyue.circulation.queries.classroom import Pupil
from jieyue.circulation.queries.desk import (
    CopySeen,
    IsBook,
    IsCard,
    IsCopy,
    Recognised,
    recognise,
)
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.classes.state import Room
from jieyue.interfaces.web.desk.state import Undo
from jieyue.interfaces.web.saying import told_day
from jieyue.interfaces.web.words import ReasonWords, to_reader
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.behalf import Behalf
from jieyue.libraries.rules.permissions import Permission

NONE: frozenset[Reason] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the screen says, and how it sounds: done, look or refused.

    `override` are the codes with which staff may lend `barcode` to `reader` all the same.
    """

    kind: str
    headline: str
    title: str = ""
    detail: str = ""
    reasons: tuple[ReasonWords, ...] = ()
    override: str = ""
    barcode: str = ""
    reader: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The state that follows, and what is said; None: nothing happened yet."""

    room: Room
    said: Said | None = None


def tapped(desk: Desk, room: Room, pupil: Pupil) -> Turn:
    """Make a pupil the next; a copy that waits is lent to them."""
    if room.copy:
        return _lend(desk, room, room.copy, pupil)
    is_again = room.reader == pupil.public_id
    return Turn(room=replace(room, reader="" if is_again else pupil.public_id))


def scanned(desk: Desk, room: Room, text: str, pupils: dict[str, Pupil], *, only: bool) -> Turn:
    """Do what a scan means here. `only`: readers of other classes are nobody's business here."""
    seen = recognise(desk, text, reader=room.reader)
    thing = seen.thing
    if isinstance(thing, IsCard) and not seen.earlier:
        return _card(desk, room, thing, pupils, only=only)
    barcode = _again(seen) or _barcode(seen)
    if not barcode:
        return Turn(room=room, said=_no_copy(seen))
    if room.mode == "return":
        return _take_back(desk, room, barcode, pupils)
    pupil = pupils.get(room.reader)
    if isinstance(thing, IsCard):  # a card that came after its book, sent once more
        pupil = pupils.get(thing.patron) or _guest(thing)
    if pupil is None:
        said = Said(
            kind="look", headline=_("Whose book is this? Tap a name."), title=_title(seen, barcode)
        )
        return Turn(room=replace(room, copy=barcode, reader=""), said=said)
    return _lend(desk, room, barcode, pupil)


def lend_all_the_same(
    desk: Desk, room: Room, barcode: str, pupil: Pupil, override: frozenset[Reason]
) -> Turn:
    """Lend although something stands against it: staff pressed the button that says so."""
    return _lend(desk, room, barcode, pupil, override)


def undone(desk: Desk, room: Room) -> Turn:
    """Take the last loan or return back."""
    if room.last is None:
        return Turn(room=room)
    undo = undo_checkout if room.last.step == "checkout" else undo_checkin
    outcome = undo(desk, loan=room.last.loan)
    rest = replace(room, last=None)
    if isinstance(outcome, NotUndone):
        words = tuple(to_reader(why, desk.today) for why in outcome.reasons)
        said = Said(kind="refused", headline=_("That cannot be undone."), reasons=words, status=409)
        return Turn(room=rest, said=said)
    text = _("Loan undone") if room.last.step == "checkout" else _("Return undone")
    return Turn(room=rest, said=Said(kind="done", headline=text, title=outcome.title))


def _card(desk: Desk, room: Room, card: IsCard, pupils: dict[str, Pupil], *, only: bool) -> Turn:
    if room.mode == "return":
        text = _("Here books are returned. Scan a book, not a card.")
        return Turn(room=room, said=Said(kind="look", headline=text, status=409))
    if only and card.patron not in pupils:
        text = _("This card is not of this class.")
        return Turn(room=room, said=Said(kind="refused", headline=text, status=409))
    return tapped(desk, replace(room, reader=""), pupils.get(card.patron) or _guest(card))


def _guest(card: IsCard) -> Pupil:
    """Return a reader of another class, whose card was scanned."""
    return Pupil(
        public_id=card.patron,
        name=card.patron_name,
        student_number="",
        card=card.card,
        card_is_lost=card.state == "lost",
        loans=(),
    )


def _again(seen: Recognised) -> str:
    """Return the barcode of what this scan's key did already; the copy has moved since."""
    if not seen.earlier:
        return ""
    results: list[dict[str, Any]] = json.loads(seen.earlier).get("results") or [{}]
    return str(results[0].get("copy_barcode", ""))


def _barcode(seen: Recognised) -> str:
    """Return the barcode of the copy that is meant: of an ISBN, the only one it can be."""
    if isinstance(seen.thing, IsCopy):
        return seen.thing.copy.barcode
    if isinstance(seen.thing, IsBook) and len(seen.thing.copies) == 1:
        return seen.thing.copies[0].barcode
    return ""


def _copies(seen: Recognised) -> tuple[CopySeen, ...]:
    if isinstance(seen.thing, IsCopy):
        return (seen.thing.copy,)
    return seen.thing.copies if isinstance(seen.thing, IsBook) else ()


def _title(seen: Recognised, barcode: str) -> str:
    return next((copy.title for copy in _copies(seen) if copy.barcode == barcode), "")


def _no_copy(seen: Recognised) -> Said:
    if isinstance(seen.thing, IsBook) and seen.thing.copies:
        text = _("There are several of this book. Scan the library's own barcode.")
        title = seen.thing.copies[0].title
        return Said(kind="look", headline=text, title=title, status=409)
    text = _("Nothing here has this code.")
    return Said(kind="refused", headline=text, detail=seen.scan.words[:60], status=409)


def _lend(
    desk: Desk, room: Room, barcode: str, pupil: Pupil, override: frozenset[Reason] = NONE
) -> Turn:
    if not pupil.card:
        text = _("%(name)s has no card yet. Give them one first.") % {"name": pupil.name}
        return Turn(room=replace(room, copy=""), said=_refused(text))
    outcome = checkout(
        replace(desk, on_behalf=Behalf.CLASS.value),
        copy_barcodes=(barcode,),
        card_barcode=pupil.card,
        override=override,
    )
    [result] = outcome.results
    if isinstance(result, NotLent):
        rest = replace(room, copy="")
        return Turn(room=rest, said=_not_lent(desk, result, pupil))
    assert isinstance(result, Lent)
    due = told_day(result.due_on, desk.today)
    said = Said(
        kind="done",
        headline=pupil.name,
        title=result.title,
        detail=_("Bring it back by %(day)s.") % {"day": due},
        reader=pupil.public_id,
    )
    last = Undo(step="checkout", loan=result.loan)
    return Turn(room=replace(room, reader="", copy="", last=last), said=said)


def _not_lent(desk: Desk, result: NotLent, pupil: Pupil) -> Said:
    may = result.can_be_overridden and desk.may(Permission.OVERRIDE)
    return Said(
        kind="refused",
        headline=_("%(name)s, this does not work") % {"name": pupil.name},
        title=result.title,
        reasons=tuple(to_reader(why, desk.today) for why in result.reasons),
        override=",".join(why.code for why in result.reasons) if may else "",
        barcode=result.copy_barcode,
        reader=pupil.public_id,
        status=409,
    )


def _refused(text: str) -> Said:
    return Said(kind="refused", headline=text, status=409)


def _take_back(desk: Desk, room: Room, barcode: str, pupils: dict[str, Pupil]) -> Turn:
    try:
        [result] = checkin(desk, copy_barcodes=(barcode,)).results
    except ForbiddenError:
        if desk.groups is None:
            raise
        text = _("This book is not of your classes. Please take it to the library.")
        return Turn(room=room, said=_refused(text))
    if isinstance(result, UnknownCopy):
        return Turn(room=room, said=_refused(_("Nothing here has this code.")))
    if not isinstance(result, Returned):
        text = _("This book was not on loan. It goes back to the shelf.")
        return Turn(room=room, said=Said(kind="look", headline=text, title=result.title))
    pupil = pupils.get(result.patron or "")
    late = result.days_overdue
    said = Said(
        kind="done",
        headline=pupil.name if pupil else _("Returned"),
        title=result.title,
        detail=_("Returned %(days)s days late.") % {"days": late} if late else _("Returned"),
        reader=pupil.public_id if pupil else "",
    )
    last = Undo(step="checkin", loan=result.loan)
    return Turn(room=replace(room, last=last), said=said)
