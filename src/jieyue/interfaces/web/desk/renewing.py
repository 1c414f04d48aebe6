"""What the desk answers to a renewal or a recall."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.circulation.actions.recall import NotRecalled, Recalled
from jieyue.circulation.actions.renew import NotRenewed, Renewals, Renewed
from jieyue.interfaces.web.desk.answers import Answer, Button, Line, joined
from jieyue.interfaces.web.desk.state import Undo
from jieyue.interfaces.web.saying import day_words
from jieyue.interfaces.web.words import reason_words
from jieyue.kit.money import yuan
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


def of_renewals(desk: Desk, outcome: Renewals, *, seen: bool = False) -> Answer:
    """Answer a renewal of one loan, or of several at once. `seen`: the copy is in our hands."""
    renewed = [r for r in outcome.results if isinstance(r, Renewed)]
    refused = [r for r in outcome.results if isinstance(r, NotRenewed)]
    if len(outcome.results) == 1:
        return _renewed(renewed[0]) if renewed else _not_renewed(desk, refused[0], seen=seen)
    done = ngettext("Renewed %(count)s book", "Renewed %(count)s books", len(renewed))
    return Answer(
        tone="look" if refused else "done",
        headline=done % {"count": len(renewed)},
        lines=tuple(
            Line(
                icon="circle-x",
                text=f"{r.title}: {joined(reason_words(why).text for why in r.reasons)}",
            )
            for r in refused
        ),
        due_on=min((r.due_on for r in renewed), default=None),
        status=200 if renewed else 409,
    )


def _renewed(result: Renewed) -> Answer:
    left = ngettext(
        "%(count)s renewal left", "%(count)s renewals left", result.renewals_left
    ) % {"count": result.renewals_left}  # fmt: skip
    return Answer(
        tone="done",
        headline=_("Renewed"),
        title=result.title,
        detail=joined([result.copy_barcode, left], " · "),
        due_on=result.due_on,
        lines=tuple(_late(result)),
        undo=Undo(step="renewal", loan=result.loan),
        loan=result.loan,
    )


def _late(result: Renewed) -> list[Line]:
    """Say what being late until now cost."""
    lines = []
    if result.fine_cents:
        text = _("¥%(sum)s charged for being late until now.") % {"sum": yuan(result.fine_cents)}
        lines.append(Line(icon="wallet", text=text))
    if result.suspended_until is not None:
        until = {"until": day_words(result.suspended_until)}
        text = _("No borrowing until %(until)s for being late.") % until
        lines.append(Line(icon="lock", text=text))
    return lines


def _not_renewed(desk: Desk, result: NotRenewed, *, seen: bool) -> Answer:
    buttons = []
    if result.can_be_overridden and desk.may(Permission.OVERRIDE):
        url = reverse("desk:renewal", args=[desk.slug, result.loan])
        buttons.append(
            Button(
                label=_("Renew all the same"),
                url=url,
                fields=(
                    *(("override", why.code.value) for why in result.reasons),
                    *((("seen", "1"),) if seen else ()),
                ),
                icon="shield-check",
                style="warning",
                key="Ctrl+Enter",
            )
        )
    return Answer(
        tone="refused",
        headline=_("Not renewed"),
        title=result.title,
        detail=result.copy_barcode,
        reasons=tuple(reason_words(why) for why in result.reasons),
        buttons=tuple(buttons),
        loan=result.loan,
        status=409,
    )


def of_recall(outcome: Recalled | NotRecalled) -> Answer:
    """Answer a recall."""
    if isinstance(outcome, NotRecalled):
        return Answer(
            tone="refused",
            headline=_("Not recalled"),
            title=outcome.title,
            detail=outcome.copy_barcode,
            reasons=tuple(reason_words(why) for why in outcome.reasons),
            loan=outcome.loan,
            status=409,
        )
    waiting = ngettext(
        "%(count)s reader waits for it.", "%(count)s readers wait for it.", outcome.waiting
    ) % {"count": outcome.waiting}  # fmt: skip
    told = _("The reader is told, and cannot renew it any more.")
    lines = [Line(icon="bell", text=f"{waiting} {told}")]
    if outcome.due_on == outcome.was_due_on:
        lines.append(Line(icon="clock", text=_("It was due as soon as that already.")))
    return Answer(
        tone="done",
        headline=_("Recalled"),
        icon="bell",
        title=outcome.title,
        detail=outcome.copy_barcode,
        due_on=outcome.due_on,
        lines=tuple(lines),
        undo=Undo(step="recall", loan=outcome.loan),
        loan=outcome.loan,
    )
