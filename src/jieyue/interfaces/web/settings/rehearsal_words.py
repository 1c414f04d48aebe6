"""A rehearsal of changed rules in sentences."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.circulation.queries.rehearsed import Example, Moves, Rehearsal
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.saying import day_words
from jieyue.interfaces.web.settings.rule_words import term_name
from jieyue.interfaces.web.words import reason_name
from jieyue.kit.money import yuan

_REASONS: Final = set(Reason)


def rehearsal_words(found: Rehearsal) -> dict[str, Any]:
    """Return what the page shows: what was looked at, what would change, by whom, examples."""
    return {
        "looked_at": _looked_at(found),
        "lines": _changes(found) or [_("Nothing would have been different.")],
        "limits": _limits(found),
        "groups": [
            {
                "name": f"{group.card_type} × {group.item_type}",
                "loans": group.loans,
                "refused": group.refused,
                "lent": group.lent,
                "earlier": group.earlier,
                "later": group.later,
                "money": _money(group.old_cents, group.new_cents),
            }
            for group in found.groups
        ],
        "examples": [
            {
                "title": one.title,
                "patron": one.patron,
                "patron_name": one.patron_name,
                "lent_on": day_words(one.lent_on, with_year=True),
                "words": example_words(one),
            }
            for one in found.examples
        ],
    }


def _looked_at(found: Rehearsal) -> str:
    return _(
        "Of the last %(days)s days: %(loans)s loans made; %(open)s are out today. All of them were "
        "gone through with the rules as they are, and as they would be."
    ) % {"days": found.days, "loans": found.loans, "open": found.open_loans}


def _changes(found: Rehearsal) -> list[str]:
    """Return a sentence for everything that changes."""
    said = []
    if found.refused:
        why = _(", ").join(f"{_reason(code)} {count}" for code, count in found.reasons)
        said.append(
            ngettext(
                "%(n)s loan would not have been made (%(why)s).",
                "%(n)s loans would not have been made (%(why)s).",
                found.refused,
            ) % {"n": found.refused, "why": why}
        )  # fmt: skip
    more = found.lent + found.turned_away
    if more:
        said.append(
            ngettext(
                "%(n)s refusal would have been a loan.",
                "%(n)s refusals would have been loans.",
                more,
            ) % {"n": more}
        )  # fmt: skip
    if found.earlier.loans:
        said.append(
            ngettext(
                "%(n)s due date would have been earlier, by %(days)s.",
                "%(n)s due dates would have been earlier, by %(days)s.",
                found.earlier.loans,
            ) % {"n": found.earlier.loans, "days": _days(found.earlier)}
        )  # fmt: skip
    if found.later.loans:
        said.append(
            ngettext(
                "%(n)s due date would have been later, by %(days)s.",
                "%(n)s due dates would have been later, by %(days)s.",
                found.later.loans,
            ) % {"n": found.later.loans, "days": _days(found.later)}
        )  # fmt: skip
    if found.old_cents != found.new_cents:
        said.append(_("Charges for being late: %(money)s.") % {
            "money": _money(found.old_cents, found.new_cents)
        })  # fmt: skip
    if found.old_days != found.new_days:
        said.append(_("Days without loans for being late: %(old)s → %(new)s.") % {
            "old": found.old_days, "new": found.new_days
        })  # fmt: skip
    return said + _renewals(found)


def _renewals(found: Rehearsal) -> list[str]:
    said = _past_renewals(found)
    if found.fewer_renewals:
        said.append(
            ngettext(
                "%(n)s loan that is out could not be renewed again.",
                "%(n)s loans that are out could not be renewed again.",
                found.fewer_renewals,
            ) % {"n": found.fewer_renewals}
        )  # fmt: skip
    if found.more_renewals:
        said.append(
            ngettext(
                "%(n)s loan that is out could be renewed again.",
                "%(n)s loans that are out could be renewed again.",
                found.more_renewals,
            ) % {"n": found.more_renewals}
        )  # fmt: skip
    return said


def _past_renewals(found: Rehearsal) -> list[str]:
    """Say what becomes of the renewals that were made."""
    said = []
    if found.renewals_refused:
        said.append(
            ngettext(
                "Of %(all)s renewals %(n)s would have been refused.",
                "Of %(all)s renewals %(n)s would have been refused.",
                found.renewals_refused,
            ) % {"n": found.renewals_refused, "all": found.renewals}
        )  # fmt: skip
    if found.renewals_earlier.loans:
        said.append(
            ngettext(
                "%(n)s renewal would have led to an earlier date, by %(days)s.",
                "%(n)s renewals would have led to an earlier date, by %(days)s.",
                found.renewals_earlier.loans,
            ) % {"n": found.renewals_earlier.loans, "days": _days(found.renewals_earlier)}
        )  # fmt: skip
    if found.renewals_later.loans:
        said.append(
            ngettext(
                "%(n)s renewal would have led to a later date, by %(days)s.",
                "%(n)s renewals would have led to a later date, by %(days)s.",
                found.renewals_later.loans,
            ) % {"n": found.renewals_later.loans, "days": _days(found.renewals_later)}
        )  # fmt: skip
    return said


def _limits(found: Rehearsal) -> list[str]:
    """Return what the rehearsal could not look at."""
    said = [_("Loans already made keep their dates.")]
    if found.is_sample:
        said.append(_("There are more loans; these are the newest."))
    if found.nameless:
        said.append(
            _("%(n)s loans are left out: whose they were is no longer kept.")
            % {"n": found.nameless}
        )
    if found.unseen:
        names = _(", ").join(term_name(term) for term in found.unseen)
        said.append(_("Past loans do not show what changes with: %(terms)s.") % {"terms": names})
    return said


def example_words(one: Example) -> str:
    """Say what would have been otherwise with one loan."""
    said = []
    if one.reasons and one.old_due_on:
        why = _(", ").join(_reason(code) for code in one.reasons)
        said.append(_("not lent: %(why)s") % {"why": why})
    elif one.old_due_on is None and one.new_due_on is not None:
        said.append(_("lent until %(day)s") % {"day": day_words(one.new_due_on)})
    elif one.old_due_on and one.new_due_on and one.old_due_on != one.new_due_on:
        old, new = day_words(one.old_due_on), day_words(one.new_due_on)
        said.append(_("due %(old)s → %(new)s") % {"old": old, "new": new})
    if one.old_cents != one.new_cents:
        said.append(_money(one.old_cents, one.new_cents))
    if one.old_days != one.new_days:
        said.append(
            _("days without loans %(old)s → %(new)s") % {"old": one.old_days, "new": one.new_days}
        )
    return " · ".join(said)


def _days(moves: Moves) -> str:
    if moves.least == moves.most:
        return ngettext("%(n)s day", "%(n)s days", moves.most) % {"n": moves.most}
    return _("%(least)s to %(most)s days") % {"least": moves.least, "most": moves.most}


def _money(old: int, new: int) -> str:
    return "" if old == new else f"¥{yuan(old)} → ¥{yuan(new)}"


def _reason(code: str) -> str:
    return reason_name(Reason(code)) if code in _REASONS else code
