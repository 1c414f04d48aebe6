"""What the desk answers: plain values in words, ready to be drawn."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.circulation.actions.checkin import Checkin, NotOnLoan, Returned, UnknownCopy
from jieyue.circulation.actions.checkout import Checkout, Lent, NotLent
from jieyue.circulation.actions.effects.capture import SHELF, Goes
from jieyue.circulation.actions.effects.found import Found
from jieyue.circulation.actions.undo import NotUndone, Undone
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.interfaces.web.desk.choices import Choice
from jieyue.interfaces.web.desk.found import found_words, loss_address
from jieyue.interfaces.web.desk.late import account_address, late_words
from jieyue.interfaces.web.desk.state import Undo
from jieyue.interfaces.web.goes_words import goes_icon, goes_words, slip_address
from jieyue.interfaces.web.saying import day_words, moment_words
from jieyue.interfaces.web.words import ReasonWords, reason_name, reason_words
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

Tone: TypeAlias = Literal["done", "look", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something to notice, with its icon."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A next step that is offered: a form to `url` with hidden fields; `key` presses it."""

    label: str
    url: str
    fields: tuple[tuple[str, str], ...] = ()
    icon: str = ""
    style: Literal["primary", "plain", "warning"] = "plain"
    key: str = ""

    @property
    def classes(self) -> str:
        """How the button looks."""
        looks = {"primary": "btn-primary", "warning": "btn-warning btn-outline"}
        return looks.get(self.style, "")

    @property
    def cap(self) -> str:
        """The key as it is printed on keyboards."""
        return self.key.replace("+", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page that would help."""

    label: str
    url: str
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of the desk.

    `tone` decides the colour, with `icon` for a sign of its own. `loan` is the row to point at,
    `undo` the step that was just made, `patron` whose copy it was (public id), `copy` a barcode
    that waits for a card.
    """

    tone: Tone
    headline: str
    icon: str = ""
    title: str = ""
    detail: str = ""
    clc: str = ""
    due_on: date | None = None
    lines: tuple[Line, ...] = ()
    reasons: tuple[ReasonWords, ...] = ()
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    choices: tuple[Choice, ...] = ()
    undo: Undo | None = None
    loan: str = ""
    patron: str = ""
    copy: str = ""
    status: int = 200
    facts: tuple[tuple[str, str], ...] = field(default=())

    @property
    def wants_attention(self) -> bool:
        """Say whether it is done, but with something to see to: a CD to ask for, a late book."""
        return self.tone == "done" and self.undo is not None and bool(self.lines)

    @property
    def sound(self) -> Tone:
        """What is heard by who does not look: like the tone, but a remark is never missed."""
        return "look" if self.wants_attention else self.tone

    @property
    def line_classes(self) -> str:
        """How a line looks: a strip of its own when it must not be overlooked."""
        strip = "rounded-field px-3 py-2 bg-warning text-warning-content text-lg"
        look = strip if self.wants_attention else "items-start"
        return f"flex gap-2 font-medium {look}"

    @property
    def role(self) -> str:
        """How urgently a screen reader says it."""
        return "alert" if self.tone == "refused" else "status"

    @property
    def sign(self) -> str:
        """The icon."""
        signs = {"done": "circle-check", "look": "triangle-alert", "refused": "circle-x"}
        return self.icon or signs[self.tone]

    @property
    def due(self) -> str:
        """The due date in words, empty without one."""
        return day_words(self.due_on, with_weekday=True) if self.due_on else ""


def of_checkout(desk: Desk, outcome: Checkout, *, reader: str) -> Answer:
    """Answer a loan of one copy to the reader (public id)."""
    result = outcome.results[0]
    if isinstance(result, Lent):
        return _lent(result)
    return _not_lent(desk, result, reader=reader)


def _lent(result: Lent) -> Answer:
    lines = [*_parts(_("Hand over with it: %(parts)s"), result.parts), *_notes(result.notes, "")]
    if result.overridden:
        names = joined(reason_name(code) for code in result.overridden)
        text = _("Lent all the same: %(reasons)s") % {"reasons": names}
        lines.append(Line(icon="shield-check", text=text))
    left = ngettext(
        "%(count)s more may be borrowed", "%(count)s more may be borrowed", result.loans_left
    )
    return Answer(
        tone="done",
        headline=_("Lent out"),
        title=result.title,
        detail=joined([result.copy_barcode, left % {"count": result.loans_left}], " · "),
        due_on=result.due_on,
        lines=tuple(lines),
        undo=Undo(step="checkout", loan=result.loan),
        loan=result.loan,
    )


def _not_lent(desk: Desk, result: NotLent, *, reader: str) -> Answer:
    codes = {why.code for why in result.reasons}
    buttons = []
    if result.can_be_overridden and desk.may(Permission.OVERRIDE):
        buttons.append(_override(desk, "desk:loans", result.reasons, result.copy_barcode))
    if Reason.COPY_ON_LOAN in codes and desk.may(Permission.CHECKIN):
        buttons.append(take_back_button(desk, result.copy_barcode))
    if Reason.COPY_ON_LOAN_TO_PATRON in codes and desk.may(Permission.RENEW):
        buttons.append(renew_button(desk, result.copy_barcode))
    links = [_reader_page(desk, reader)] if codes & _SETTLED_ON_READER_PAGE and reader else []
    return Answer(
        tone="refused",
        headline=_("Not lent"),
        title=result.title,
        detail=result.copy_barcode,
        reasons=tuple(reason_words(why) for why in result.reasons),
        buttons=tuple(buttons),
        links=tuple(links),
        status=409,
    )


_SETTLED_ON_READER_PAGE = frozenset(
    {
        Reason.PATRON_FROZEN,
        Reason.PATRON_BLOCKED,
        Reason.PATRON_SUSPENDED,
        Reason.PATRON_HAS_LOST,
        Reason.PATRON_EXPIRED,
        Reason.PATRON_OWES_TOO_MUCH,
        Reason.CARD_LOST,
        Reason.CARD_REPLACED,
    }
)


def of_checkin(desk: Desk, outcome: Checkin, *, reader: str = "") -> Answer:
    """Answer a return of one copy; `reader` is the open reader's public id."""
    result = outcome.results[0]
    if isinstance(result, UnknownCopy):
        return unknown_copy(result.copy_barcode)
    if isinstance(result, NotOnLoan):
        lines = _notes(result.notes, result.belongs_to, result.goes) + _found(result.found)
        found = {"was_missing", "was_lost"} & set(result.notes)
        arrived, never = "has_arrived" in result.notes, _("Was not on loan")
        return Answer(
            tone="look",
            headline=_("Found again") if found else _("Arrived") if arrived else never,
            title=result.title,
            detail=result.copy_barcode,
            lines=tuple(lines) or (Line(icon="library", text=_("Put it back on its shelf.")),),
            links=_slip(desk, result.goes),
        )
    return _returned(desk, result, reader=reader)


def _returned(desk: Desk, result: Returned, *, reader: str) -> Answer:
    lines = _parts(_("Ask for what belongs to it: %(parts)s"), result.parts)
    if result.days_overdue:
        late = ngettext("%(days)s day overdue", "%(days)s days overdue", result.days_overdue)
        lines.append(Line(icon="clock", text=late % {"days": result.days_overdue}))
    lines += [Line(icon="wallet", text=text) for text in late_words(result)]
    if result.returned_at is not None:
        when = moment_words(result.returned_at, desk.zone)
        text = _("Counts as returned on %(when)s.") % {"when": when}
        lines.append(Line(icon="package", text=text))
    lines += _notes(result.notes, result.belongs_to, result.goes) + _found(result.found)
    buttons = []
    if reader and reader != result.patron and desk.may(Permission.CHECKOUT):
        buttons.append(lend_button(desk, result.copy_barcode))
    return Answer(
        tone="done",
        headline=_("Taken back"),
        title=result.title,
        detail=result.copy_barcode,
        lines=tuple(lines),
        buttons=tuple(buttons),
        links=_slip(desk, result.goes) + _pay(desk, result) + _damaged(desk, result.loan),
        undo=Undo(step="checkin", loan=result.loan),
        patron=result.patron,
    )


def _found(found: Found | None) -> list[Line]:
    return [Line(icon="wallet", text=text) for text in found_words(found)]


def _pay(desk: Desk, result: Returned) -> tuple[Link, ...]:
    url = account_address(desk, result)
    return (Link(label=_("Take a payment"), url=url, icon="wallet"),) if url else ()


def _damaged(desk: Desk, loan: str) -> tuple[Link, ...]:
    url = loss_address(desk, loan)
    return (Link(label=_("Damaged?"), url=url, icon="triangle-alert"),) if url else ()


def _slip(desk: Desk, goes: Goes) -> tuple[Link, ...]:
    """Offer the slip to lay into a copy that travels."""
    url = slip_address(desk, goes.transit)
    return (Link(label=_("Print a slip"), url=url, icon="printer"),) if url else ()


def of_undo(outcome: Undone | NotUndone) -> Answer:
    """Answer a step taken back."""
    if isinstance(outcome, NotUndone):
        return Answer(
            tone="refused",
            headline=_("Not undone"),
            reasons=tuple(reason_words(why) for why in outcome.reasons),
            status=409,
        )
    words = {
        "checkout": _("The loan is taken back: the copy is in the library."),
        "checkin": _("The return is taken back: the loan goes on."),
        "renewal": _("The renewal is taken back: the former date holds."),
        "recall": _("The recall is taken back: the former date holds."),
    }
    return Answer(
        tone="done",
        headline=_("Undone"),
        title=outcome.title,
        detail=outcome.copy_barcode,
        lines=(Line(icon="undo-2", text=words[outcome.step]),),
        due_on=outcome.due_on,
        loan=outcome.loan if outcome.due_on else "",
    )


def unknown_copy(barcode: str) -> Answer:
    """Answer a barcode that is no copy's."""
    return Answer(
        tone="refused",
        headline=_("Unknown number"),
        detail=barcode,
        reasons=(reason_words(Why(Reason.COPY_UNKNOWN)),),
        status=409,
    )


def lend_button(desk: Desk, barcode: str, *, key: str = "") -> Button:
    """Offer to lend the copy to the open reader."""
    return Button(
        label=_("Lend to this reader"),
        url=reverse("desk:loans", args=[desk.slug]),
        fields=(("barcode", barcode),),
        icon="scan-barcode",
        style="primary",
        key=key,
    )


def take_back_button(desk: Desk, barcode: str, *, key: str = "") -> Button:
    """Offer to take the copy back."""
    return Button(
        label=_("Take back"),
        url=reverse("desk:returns", args=[desk.slug]),
        fields=(("barcode", barcode),),
        icon="undo-2",
        key=key,
    )


def renew_button(desk: Desk, barcode: str) -> Button:
    """Offer to renew the loan of the copy, which is in our hands."""
    return Button(
        label=_("Renew"),
        url=reverse("desk:scans", args=[desk.slug]),
        fields=(("pick", f"renew:{barcode}"),),
        icon="refresh-cw",
        style="primary",
    )


def _override(desk: Desk, url_name: str, reasons: Iterable[Why], barcode: str) -> Button:
    against = tuple(reasons)
    names = joined(reason_name(why.code) for why in against)
    return Button(
        label=_("Lend all the same (%(reasons)s)") % {"reasons": names},
        url=reverse(url_name, args=[desk.slug]),
        fields=(("barcode", barcode), *(("override", why.code.value) for why in against)),
        icon="shield-check",
        style="warning",
        key="Ctrl+Enter",
    )


def _reader_page(desk: Desk, reader: str) -> Link:
    return Link(
        label=_("To the reader's page"),
        url=reverse("patrons:patron", args=[desk.slug, reader]),
        icon="id-card",
    )


def _parts(words: str, parts: str) -> list[Line]:
    return [Line(icon="package", text=words % {"parts": parts})] if parts else []


def _notes(notes: Iterable[str], belongs_to: str, goes: Goes = SHELF) -> list[Line]:
    words = {
        "was_missing": ("search", _("It counted as missing; now it is in use again.")),
        "was_lost": ("search", _("It counted as lost; now it is in use again.")),
        "is_withdrawn": ("trash-2", _("It was withdrawn: put it aside.")),
        "belongs_elsewhere": ("store", _("Belongs to %(branch)s.") % {"branch": belongs_to}),
        "turned_up": ("package", _("It was on its way to another branch.")),
    }
    if goes.to == "branch":
        del words["belongs_elsewhere"]  # the name of the box says enough
    lines = [Line(icon=words[n][0], text=words[n][1]) for n in notes if n in words]
    where = goes_words(goes)
    return [*lines, Line(icon=goes_icon(goes), text=where)] if where else lines


def joined(words: Iterable[str], between: str | None = None) -> str:
    """Return words in a row, empty ones left out."""
    # Translators: what stands between the words of a list, such as 、
    return (between or _(", ")).join(word for word in words if word)
