"""What one scan may mean, as a list to choose from: by mouse, or by typing its number."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.catalog.search import TitleHit
from jieyue.circulation.queries.desk import CopySeen, IsCard
from jieyue.interfaces.web.saying import day_words
from jieyue.patrons.queries import PatronHit


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One row: `value` is what the form sends as `pick`; `tone` colours the badge."""

    value: str
    title: str
    detail: str = ""
    badge: str = ""
    tone: Literal["ok", "soon", "over", "plain"] = "plain"
    icon: str = ""

    @property
    def badge_classes(self) -> str:
        """How the badge looks."""
        colours = {"ok": "success", "soon": "warning", "over": "error"}
        name = colours.get(self.tone)
        return f"badge-{name} badge-soft" if name else "badge-ghost"


def copy_choices(copies: Iterable[CopySeen], *, with_names: bool) -> tuple[Choice, ...]:
    """Offer copies: barcode, branch, shelf and state; borrowers' names only to who may see them."""
    return tuple(
        Choice(
            value=f"copy:{copy.barcode}",
            title=f"{copy.barcode}",
            detail=" · ".join(t for t in (copy.branch, copy.shelf, copy.call_number) if t),
            badge=copy_state(copy, with_name=with_names),
            tone=_tone(copy),
            icon="book-open",
        )
        for copy in copies
    )


def copy_state(copy: CopySeen, *, with_name: bool = False) -> str:
    """Say in a few words where a copy is."""
    if copy.loan and copy.due_on:
        words = _("on loan, due %(on)s") % {"on": day_words(copy.due_on)}
        return f"{copy.borrower_name} · {words}" if with_name else words
    return {
        "in_use": _("on the shelf"),
        "reference": _("for reading here"),
        "repair": _("in repair"),
        "missing": _("missing"),
        "lost": _("lost"),
        "withdrawn": _("withdrawn"),
    }[copy.standing]


def _tone(copy: CopySeen) -> Literal["ok", "soon", "over", "plain"]:
    if copy.loan:
        return "over" if copy.is_overdue else "plain"
    return "ok" if copy.standing == "in_use" else "soon"


def card_choices(cards: Iterable[IsCard]) -> tuple[Choice, ...]:
    """Offer readers' cards."""
    return tuple(
        Choice(
            value=f"card:{card.card}",
            title=card.patron_name,
            detail=_("card %(card)s") % {"card": card.card},
            icon="id-card",
        )
        for card in cards
    )


def patron_choices(patrons: Iterable[PatronHit]) -> tuple[Choice, ...]:
    """Offer readers found by words."""
    return tuple(
        Choice(
            value=f"patron:{hit.public_id}",
            title=hit.name,
            detail=" · ".join(
                t for t in (hit.category, hit.group_name, hit.student_number, hit.card) if t
            ),
            badge=_("suspended") if hit.is_frozen else "",
            tone="over",
            icon="user",
        )
        for hit in patrons
    )


def title_choices(titles: Iterable[TitleHit]) -> tuple[Choice, ...]:
    """Offer titles found by words."""
    return tuple(
        Choice(
            value=f"title:{hit.public_id}",
            title=hit.name,
            detail=" · ".join(str(t) for t in (hit.authors, hit.publisher, hit.year) if t),
            badge=ngettext("%(count)s copy", "%(count)s copies", hit.copies)
            % {"count": hit.copies},
            icon="book-open",
        )
        for hit in titles
    )
