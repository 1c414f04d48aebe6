"""One turn at the desk: what was scanned, the step it leads to, the action, the answer."""

import json
from dataclasses import dataclass, replace
from typing import Any

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.queries.desk import (
    CopySeen,
    IsBook,
    IsCard,
    IsCopy,
    IsNothing,
    IsSeveral,
    IsWords,
    Recognised,
    recognise,
    recognise_choice,
)
from jieyue.circulation.queries.returns import book_drop
from jieyue.circulation.rules.desk_steps import (
    RETURNING,
    Choose,
    CopyAtDesk,
    CopyStep,
    Lend,
    Mode,
    NonePossible,
    Renew,
    Show,
    Situation,
    Step,
    TakeBack,
    step_for_copies,
    step_for_copy,
)
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.desk import answers, looks, renewing
from jieyue.interfaces.web.desk.answers import Answer
from jieyue.interfaces.web.desk.choices import (
    card_choices,
    copy_choices,
    patron_choices,
    title_choices,
)
from jieyue.interfaces.web.desk.on_site import with_reading_here
from jieyue.interfaces.web.desk.state import MalformedError, State, read_barcode, read_public_id
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.behalf import Behalf
from jieyue.libraries.rules.permissions import Permission

NO_OVERRIDE: frozenset[Reason] = frozenset()
NOT_LENDING = (*RETURNING, Mode.RENEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the page shows now. `did`: an action ran, whose outcome the key keeps; `opened`: a
    reader was opened, so what stands against lending to them is said at once.
    """

    state: State
    answer: Answer | None
    did: bool = False
    opened: bool = False


class UnknownReaderError(LookupError):
    """The state names a reader that this library does not have (a 404)."""


def sees_readers(desk: Desk) -> bool:
    """Say whether whoever is here may see readers' names: a helper with returns only may not."""
    return desk.may(Permission.PATRON_VIEW) or desk.may(Permission.CHECKOUT)


def scan(desk: Desk, state: State, text: str) -> Turn:
    """Do the next sensible thing with a scan or with what was typed."""
    seen = recognise(desk, text, reader=state.reader)
    return _turn(desk, state, seen)


def choose(desk: Desk, state: State, pick: str) -> Turn:
    """Go on with a choice of the list: `copy:`, `card:`, `patron:` or `title:` and which."""
    kind, _colon, value = pick.partition(":")
    if kind == "patron":
        reader = read_public_id(value, "pick")
        return _open(desk, state, recognise_choice(desk, "", "", reader=reader))
    if kind == "title":
        read_public_id(value, "pick")
    elif kind == "renew":
        seen = recognise_choice(desk, "copy", read_barcode(value), reader=state.reader)
        at = replace(_at(desk, state), mode=Mode.RENEW)
        if seen.earlier or not isinstance(seen.thing, IsCopy):
            return _turn(desk, state, seen)
        return _step(desk, state, seen, step_for_copy(_at_desk(seen.thing.copy), at))
    elif kind in ("copy", "card"):
        read_barcode(value)
    else:
        raise MalformedError("pick")
    return _turn(desk, state, recognise_choice(desk, kind, value, reader=state.reader))


def lend(
    desk: Desk, state: State, barcode: str, override: frozenset[Reason], *, on_site: bool = False
) -> Turn:
    """Lend a copy to the open reader because somebody pressed the button that says so."""
    seen = recognise_choice(desk, "", "", reader=state.reader)
    if seen.reader is None:
        raise UnknownReaderError(state.reader)
    card = seen.reader.card
    return _lend(desk, state, barcode, card=card, override=override, on_site=on_site)


def take_back(desk: Desk, state: State, barcode: str, *, seen: CopySeen | None = None) -> Turn:
    """Take a copy back. `seen` adds what was known of it before: whose it was, or had been."""
    back = replace(desk, on_behalf="")  # who brings a book back matters to nobody
    outcome = checkin(back, copy_barcodes=(barcode,), **_how(desk, state))
    answer = answers.of_checkin(desk, outcome, reader=state.reader)
    if seen is not None:
        answer = looks.taken_back(
            desk, answer, seen, reader=state.reader, with_names=sees_readers(desk)
        )
    last = answer.undo or state.last
    return Turn(state=replace(state, copy="", last=last), answer=answer, did=True)


def _how(desk: Desk, state: State) -> dict[str, Any]:
    """Return how the mode takes copies back: as of the last closing, with an amnesty."""
    how: dict[str, Any] = {}
    if state.mode is Mode.DROP:
        how["as_of"] = book_drop(desk)
    if state.amnesty and desk.may(Permission.AMNESTY):
        how |= {"amnesty": True, "reason": state.amnesty}
    return how


def renew_shown(desk: Desk, state: State, loan: str) -> Turn:
    """Renew a loan whose copy is in our hands."""
    answer = renewing.of_renewals(desk, renew(desk, loans=(loan,), seen=True), seen=True)
    last = answer.undo or state.last
    return Turn(state=replace(state, copy="", last=last), answer=answer, did=True)


def _turn(desk: Desk, state: State, seen: Recognised) -> Turn:
    if state.reader and seen.reader is None:
        raise UnknownReaderError(state.reader)
    if seen.earlier:
        return _again(desk, state, seen)
    thing = seen.thing
    if isinstance(thing, IsCard):
        return _card(desk, state, thing)
    if isinstance(thing, IsCopy):
        return _step(desk, state, seen, step_for_copy(_at_desk(thing.copy), _at(desk, state)))
    if isinstance(thing, IsBook):
        copies = [_at_desk(copy) for copy in thing.copies]
        return _step(desk, state, seen, step_for_copies(copies, _at(desk, state)))
    return _words(desk, state, seen)


def _again(desk: Desk, state: State, seen: Recognised) -> Turn:
    """Repeat what the key's action did: the copy has changed hands since, so it is not asked."""
    earlier = json.loads(seen.earlier)
    results = earlier.get("results") or [{}]
    barcode = results[0].get("copy_barcode", "")
    if barcode not in {copy.barcode for copy in _copies(seen)} | {state.copy} - {""}:
        raise KeyReusedError(desk.key)
    if earlier["type"] == "checkin":
        return take_back(desk, state, barcode)
    if earlier["type"] == "renewals":
        return renew_shown(desk, state, results[0]["loan"])
    if earlier["type"] != "checkout":
        raise KeyReusedError(desk.key)
    if isinstance(seen.thing, IsCard):
        opened = replace(state, reader=seen.thing.patron)
        return _lend(desk, opened, barcode, card=seen.thing.card)
    return _lend(desk, state, barcode, card=seen.reader.card if seen.reader else "")


def _card(desk: Desk, state: State, card: IsCard) -> Turn:
    if not sees_readers(desk):
        return Turn(state=state, answer=looks.only_returns())
    if card.state != "current":
        return Turn(state=state, answer=looks.old_card(desk, card))
    opened = replace(state, reader=card.patron, behalf="")
    desk = replace(desk, on_behalf="")
    if state.copy and state.mode not in NOT_LENDING and desk.may(Permission.CHECKOUT):
        return _lend(desk, opened, state.copy, card=card.card)
    return _opened(opened, card.patron_name)


def _open(desk: Desk, state: State, seen: Recognised) -> Turn:
    """Open the reader that was chosen; a copy that waits is lent to them."""
    reader = seen.reader
    if reader is None:
        raise UnknownReaderError
    if not sees_readers(desk):
        return Turn(state=state, answer=looks.only_returns())
    opened = replace(state, reader=reader.public_id, behalf=Behalf.BY_NAME.value)
    desk = replace(desk, on_behalf=opened.behalf)
    if state.copy and state.mode not in NOT_LENDING and desk.may(Permission.CHECKOUT):
        return _lend(desk, opened, state.copy, card=reader.card)
    return _opened(opened, reader.name)


def _opened(state: State, name: str) -> Turn:
    return Turn(state=replace(state, copy=""), answer=looks.reader_opened(name), opened=True)


def _step(desk: Desk, state: State, seen: Recognised, step: Step) -> Turn:
    if isinstance(step, Choose):
        by_barcode = {copy.barcode: copy for copy in _copies(seen)}
        kept = [by_barcode[barcode] for barcode in step.barcodes]
        choices = copy_choices(kept, with_names=sees_readers(desk))
        return Turn(state=state, answer=looks.which_copy(kept[0].title, choices))
    if isinstance(step, NonePossible):
        answer = looks.none_possible(desk, step, _copies(seen), seen.scan)
        return Turn(state=state, answer=answer)
    return _copy_step(desk, state, seen, step)


def _copy_step(desk: Desk, state: State, seen: Recognised, step: CopyStep) -> Turn:
    if isinstance(step, TakeBack):
        copy = next((c for c in _copies(seen) if c.barcode == step.barcode), None)
        return take_back(desk, state, step.barcode, seen=copy)
    if isinstance(step, Lend):
        return _lend(desk, state, step.barcode, card=seen.reader.card if seen.reader else "")
    if isinstance(step, Renew):
        return renew_shown(desk, state, step.loan)
    assert isinstance(step, Show)
    copy = next(c for c in _copies(seen) if c.barcode == step.barcode)
    answer = looks.copy_shown(desk, copy, step.why, with_names=sees_readers(desk))
    return Turn(state=replace(state, copy=answer.copy), answer=answer)


def _lend(
    desk: Desk,
    state: State,
    barcode: str,
    *,
    card: str,
    override: frozenset[Reason] = NO_OVERRIDE,
    on_site: bool = False,
) -> Turn:
    if not card:
        return Turn(state=state, answer=looks.no_card(desk, state.reader))
    outcome = checkout(
        desk,
        copy_barcodes=(barcode,),
        card_barcode=card,
        override=override,
        on_site=on_site,
    )
    answer = answers.of_checkout(desk, outcome, reader=state.reader)
    [result] = outcome.results
    answer = with_reading_here(desk, answer, result, on_site=on_site)
    last = answer.undo or state.last
    return Turn(state=replace(state, copy="", last=last), answer=answer, did=True)


def _words(desk: Desk, state: State, seen: Recognised) -> Turn:
    thing = seen.thing
    if isinstance(thing, IsSeveral):
        names = sees_readers(desk)
        choices = (card_choices(thing.cards) if names else ()) + copy_choices(
            thing.copies, with_names=names
        )
        return Turn(state=state, answer=looks.which_thing(seen.scan.words, choices))
    if isinstance(thing, IsWords):
        if len(thing.patrons) == 1 and not thing.titles and not state.copy:
            hit = thing.patrons[0]
            opened = replace(state, reader=hit.public_id, behalf=Behalf.BY_NAME.value)
            return _opened(opened, hit.name)
        choices = patron_choices(thing.patrons) + title_choices(thing.titles)
        return Turn(state=state, answer=looks.which_thing(seen.scan.words, choices))
    assert isinstance(thing, IsNothing)
    return Turn(state=state, answer=looks.nothing(desk, thing.why, seen.scan))


def _copies(seen: Recognised) -> tuple[CopySeen, ...]:
    thing = seen.thing
    if isinstance(thing, IsCopy):
        return (thing.copy,)
    return thing.copies if isinstance(thing, (IsBook, IsSeveral)) else ()


def _at(desk: Desk, state: State) -> Situation:
    return Situation(
        mode=state.mode,
        reader=state.reader,
        now=desk.now,
        may_lend=desk.may(Permission.CHECKOUT),
        may_take_back=desk.may(Permission.CHECKIN),
        may_renew=desk.may(Permission.RENEW),
    )


def _at_desk(copy: CopySeen) -> CopyAtDesk:
    return CopyAtDesk(
        barcode=copy.barcode,
        standing=copy.standing,
        loan=copy.loan,
        borrower=copy.borrower,
        lent_at=copy.lent_at,
        last_returned_at=copy.last_returned_at,
        last_borrower=copy.last_borrower,
    )
