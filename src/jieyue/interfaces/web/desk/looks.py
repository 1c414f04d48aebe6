"""Answers that change nothing: a copy shown, a reader opened, a choice, nothing found."""

from collections.abc import Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.catalog.rules.isbn import (
    Issn,
    OtherEan,
    WrongCheckDigit,
    WrongLength,
    hyphenate,
)
from jieyue.circulation.queries.desk import CopySeen, IsCard
from jieyue.circulation.rules.desk_steps import NonePossible
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.circulation.rules.scanned import Scan
from jieyue.interfaces.web.desk.answers import (
    Answer,
    Button,
    Line,
    Link,
    lend_button,
    take_back_button,
)
from jieyue.interfaces.web.desk.choices import Choice, copy_choices, copy_state
from jieyue.interfaces.web.saying import day_words
from jieyue.interfaces.web.words import ReasonWords, reason_words
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


def reader_opened(name: str) -> Answer:
    """The reader's page part says the rest; what stands against lending is added there."""
    return Answer(
        tone="done",
        headline=name,
        icon="user",
        lines=(_line("user", _("Scan the books to lend.")),),
    )


def reader_against(name: str, against: Sequence[Why]) -> Answer:
    """A reader was opened to whom nothing can be lent as things stand."""
    return Answer(
        tone="look",
        headline=_("%(name)s: no loans as things stand") % {"name": name},
        reasons=tuple(reason_words(why) for why in against),
        lines=(_line("undo-2", _("Returns are taken as always.")),),
    )


def only_returns() -> Answer:
    """A helper scanned a reader's card."""
    return _refused(_("Readers are not shown to you"), _("You may take books back. Scan a book."))


def old_card(desk: Desk, card: IsCard) -> Answer:
    """Say whose lost or replaced card it is; staff may open the reader, the card opens nothing."""
    reason = Reason.CARD_LOST if card.state == "lost" else Reason.CARD_REPLACED
    return Answer(
        tone="refused",
        headline=_("Card of %(name)s") % {"name": card.patron_name},
        detail=card.card,
        reasons=(reason_words(Why(reason)),),
        buttons=(
            Button(
                label=_("Open this reader"),
                url=reverse("desk:scans", args=[desk.slug]),
                fields=(("pick", f"patron:{card.patron}"),),
                icon="user",
            ),
        ),
        status=409,
    )


def no_card(desk: Desk, reader: str) -> Answer:
    """The open reader has no card to lend on."""
    url = reverse("patrons:patron", args=[desk.slug, reader]) if reader else ""
    links = (Link(label=_("To the reader's page"), url=url, icon="id-card"),) if url else ()
    answer = _refused(_("Not lent"), _("This reader has no card yet."), _("Issue one first."))
    return Answer(
        tone="refused", headline=answer.headline, reasons=answer.reasons, links=links, status=409
    )


def copy_shown(desk: Desk, copy: CopySeen, why: str, *, with_names: bool) -> Answer:
    """Show a copy and say what is wanted next."""
    headline = {
        "ask_card": _("Now the reader's card"),
        "just_lent": _("Lent a moment ago"),
        "just_returned": _("Returned a moment ago"),
        "not_lent": _("Not on loan, so there is nothing to renew"),
        "no_right": copy_state(copy),
    }[why]
    lines = []
    buttons: list[Button] = []
    if why == "ask_card" and copy.loan:
        lines.append(_line("triangle-alert", copy_state(copy, with_name=with_names)))
        if desk.may(Permission.CHECKIN):
            buttons.append(take_back_button(desk, copy.barcode))
    if why == "just_lent":
        lines.append(_line("info", _("Scanned twice? It stays lent.")))
        if desk.may(Permission.CHECKIN):
            buttons.append(take_back_button(desk, copy.barcode))
    if why == "just_returned":
        lines.append(_line("info", _("Scanned twice? It stays returned.")))
        buttons.append(lend_button(desk, copy.barcode))
    if why == "no_right":
        lines.append(_line("lock", _("You may not lend or take back here.")))
    return Answer(
        tone="look",
        headline=headline,
        title=copy.title,
        detail=" · ".join(text for text in (copy.authors, copy.barcode) if text),
        clc=copy.clc,
        due_on=copy.due_on if why == "just_lent" else None,
        lines=tuple(lines),
        buttons=tuple(buttons),
        facts=_facts(desk, copy, with_names=with_names),
        loan=copy.loan if why == "just_lent" else "",
        copy=copy.barcode if why == "ask_card" else "",
    )


def taken_back(
    desk: Desk, answer: Answer, copy: CopySeen, *, reader: str, with_names: bool
) -> Answer:
    """Add to the answer to a return whose copy it was, or where one not on loan belongs."""
    if answer.undo is None:
        facts = _facts(desk, copy, with_names=with_names) if answer.status == 200 else ()
        return replace(answer, facts=facts, clc=copy.clc)
    if with_names and reader and copy.borrower and copy.borrower != reader:
        text = _("%(name)s had it.") % {"name": copy.borrower_name}
        return replace(answer, lines=(_line("user", text), *answer.lines))
    return answer


def _facts(desk: Desk, copy: CopySeen, *, with_names: bool) -> tuple[tuple[str, str], ...]:
    place = " · ".join(text for text in (copy.branch, copy.shelf) if text)
    last = ""
    if copy.last_returned_at:
        on = day_words(copy.last_returned_at.astimezone(desk.zone).date())
        name = copy.last_borrower_name if with_names else ""
        last = f"{name} {on}".strip()
    facts = (
        (_("State"), copy_state(copy)),
        (_("Belongs to"), place),
        (_("Call number"), copy.call_number),
        (_("Parts"), copy.parts),
        (_("Last returned"), last),
    )
    return tuple(fact for fact in facts if fact[1])


def which_copy(title: str, choices: tuple[Choice, ...]) -> Answer:
    """Several copies are possible."""
    return Answer(
        tone="look",
        headline=_("Which copy?"),
        icon="list",
        title=title,
        lines=(_line("keyboard", _("Scan its barcode, or type its number and press Enter.")),),
        choices=choices,
    )


def which_thing(words: str, choices: tuple[Choice, ...]) -> Answer:
    """Readers or titles that fit what was typed."""
    if not choices:
        return _refused(_("Nothing found"), _("“%(words)s” fits no book.") % {"words": words})
    found = ngettext("%(count)s found", "%(count)s found", len(choices))
    return Answer(
        tone="look",
        headline=found % {"count": len(choices)},
        icon="search",
        title=_("“%(words)s”") % {"words": words},
        lines=(_line("keyboard", _("Type its number and press Enter.")),),
        choices=choices,
    )


def none_possible(desk: Desk, step: NonePossible, copies: Sequence[CopySeen], scan: Scan) -> Answer:
    """A book was recognised, but none of its copies can be meant."""
    if step.why == "no_copies":
        return Answer(
            tone="refused",
            headline=_("No copy of this book"),
            detail=hyphenate(scan.isbn13),
            reasons=(
                ReasonWords(_("No copy of it is catalogued here."), _("Add it in a minute.")),
            ),
            links=_add_book(desk, scan.isbn13),
            status=409,
        )
    text = (
        _("None of its copies is on loan.")
        if step.why == "none_on_loan"
        else _("None of its copies can be lent.")
    )
    return Answer(
        tone="look",
        headline=text,
        title=copies[0].title if copies else "",
        choices=copy_choices(copies, with_names=False),
    )


def malformed() -> Answer:
    """Something came that our own pages never send."""
    text = _("The page and the library do not understand each other.")
    return _refused(_("Nothing done"), text, _("Reload the page and scan again."), status=422)


def sent_before() -> Answer:
    """The same key came with other input: an old page was sent again."""
    text = _("This page was sent before with something else.")
    return _refused(_("Nothing done"), text, _("Scan again."), status=422)


def nothing(desk: Desk, why: str, scan: Scan) -> Answer:
    """Say what was understood of a scan that leads nowhere, and what would help."""
    if why == "empty":
        return _refused(_("Nothing was scanned"), _("Scan again, or type."), status=422)
    if why == "too_long":
        text = _("That is too long for a barcode, a name or a title.")
        return _refused(_("Not understood"), text, _("Scan again."), status=422)
    if why == "other_library":
        text = _("The code belongs to another library.")
        return _refused(_("Not one of ours"), text, _("Put the book aside for them."))
    text, help_, status = _unknown(scan)
    return Answer(
        tone="refused",
        headline=_("Nothing found"),
        detail=scan.words[:60],
        reasons=(ReasonWords(text, help_),),
        buttons=_suggested(desk, scan),
        status=status,
    )


def _suggested(desk: Desk, scan: Scan) -> tuple[Button, ...]:
    """Offer the ISBN that differs in its check digit only."""
    if not isinstance(scan.number, WrongCheckDigit):
        return ()
    suggestion = scan.number.suggestion
    button = Button(
        label=_("Try %(isbn)s") % {"isbn": hyphenate(suggestion)},
        url=reverse("desk:scans", args=[desk.slug]),
        fields=(("q", suggestion),),
        icon="search",
    )
    return (button,)


def _unknown(scan: Scan) -> tuple[str, str, int]:
    number = scan.number
    if scan.own_number_expected:
        return (
            _("It looks like one of our numbers, but its last digit does not fit."),
            _("Scan again; typed by hand, check each digit."),
            422,
        )
    if isinstance(number, WrongCheckDigit):
        return (
            _("This ISBN ends in %(given)s, but should end in %(expected)s.")
            % {"given": number.given[-1], "expected": number.expected},
            _("Check each digit, or scan again."),
            422,
        )
    if isinstance(number, Issn):
        return (
            _("That is the number of a magazine (ISSN %(issn)s).") % {"issn": number.issn},
            _("Scan the library's own barcode on it."),
            409,
        )
    if isinstance(number, OtherEan):
        return (
            _("That is a shop's bar code, not the library's."),
            _("Scan the library's own barcode, or the ISBN."),
            409,
        )
    if isinstance(number, WrongLength):
        digits = ngettext(
            "No card and no book has this number of %(digits)s digit.",
            "No card and no book has this number of %(digits)s digits.",
            number.digits,
        )
        return digits % {"digits": number.digits}, _("Scan again, or type a name or title."), 409
    return (
        _("No card, no book and no reader fits this."),
        _("Scan again, or type a name, pinyin, initials or a title."),
        409,
    )


def _add_book(desk: Desk, isbn13: str) -> tuple[Link, ...]:
    if not desk.may(Permission.CATALOG_EDIT):
        return ()
    url = reverse("catalog:scan", args=[desk.slug])
    query = f"?isbn={isbn13}" if isbn13 else ""
    return (Link(label=_("Add this book"), url=url + query, icon="book-plus"),)


def _refused(headline: str, text: str, help_: str = "", *, status: int = 409) -> Answer:
    return Answer(
        tone="refused", headline=headline, reasons=(ReasonWords(text, help_),), status=status
    )


def _line(icon: str, text: str) -> Line:
    return Line(icon=icon, text=text)
