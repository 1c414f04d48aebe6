"""What an entry's data says beyond its action: which branch, whose role, from what to what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from jieyue.circulation.queries.journal import JournalRow
from jieyue.circulation.queries.policies import rule_table
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.interfaces.web.journal.words import ACTIONS
from jieyue.interfaces.web.saying import day_words, moment_words
from jieyue.interfaces.web.settings.background_words import task_words
from jieyue.interfaces.web.settings.rule_words import term_name, term_words
from jieyue.interfaces.web.settings.words import RIGHTS
from jieyue.interfaces.web.words import ReasonWords, reason_words
from jieyue.kit.money import yuan
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.queries import colleagues, roles

NAMED_GROUPS: Final = {"settings", "people"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names by code, for entries that name codes."""

    branch: dict[str, str] = field(default_factory=dict)
    card_type: dict[str, str] = field(default_factory=dict)
    item_type: dict[str, str] = field(default_factory=dict)
    role: dict[str, str] = field(default_factory=dict)
    colleague: dict[int, str] = field(default_factory=dict)


def names_of(rows: Iterable[JournalRow]) -> Names:
    """Return the names that the rows may need. Eight statements, none without such a row.

    One where something only travelled.
    """
    if not any(row.action in ACTIONS and ACTIONS[row.action].group in NAMED_GROUPS for row in rows):
        if not any(row.data.get("to_branch") or row.data.get("left") for row in rows):
            return Names()
        return Names(branch={b.code: b.name for b in branches(open_only=False)})
    table = rule_table()
    return Names(
        branch={choice.code: choice.name for choice in table.branches},
        card_type={choice.code: choice.name for choice in table.card_types},
        item_type={choice.code: choice.name for choice in table.item_types},
        role={role.code: role.name for role in roles()},
        colleague={person.id: person.name for person in colleagues()},
    )


def detail_words(row: JournalRow, names: Names, zone: ZoneInfo) -> str:
    """Return what the data says, in one line; empty when there is nothing to add."""
    data = row.data
    parts = [
        names.colleague.get(data.get("colleague", 0), ""),
        *(_named(getattr(names, key), data.get(key)) for key in ("branch", "card_type")),
        _named(names.item_type, data.get("item_type")),
        _named(names.role, data.get("role")),
        task_words(data["task"]) if "task" in data else "",
        str(data.get("days", "")),
        _span(data),
        _way(data, names),
        str(data.get("source", "")),
        str(data.get("token", "")),
        str(data.get("barcode", "")) if not row.barcode else "",
        _amount(data.get("amount_cents")),
        *_late(data, zone),
        _rights(data),
        _terms(data),
    ]
    return " · ".join(part for part in parts if part)


def refusal_words(row: JournalRow) -> list[ReasonWords]:
    """Return every reason against it in full, from the figures kept with it; empty without any."""
    kept = row.data.get("why")
    if not isinstance(kept, dict):
        return []
    return [
        reason_words(Why(Reason(code), kept.get(code, {})))
        for code in row.reasons
        if code in set(Reason)
    ]


def _named(names: dict[str, str], code: Any) -> str:
    return names.get(code, code) if isinstance(code, str) else ""


def _way(data: dict[str, Any], names: Names) -> str:
    """Say where a copy went, where it belonged before, and on which manifest."""
    to, left, number = data.get("to_branch"), data.get("left"), data.get("manifest")
    parts = (
        f"→ {_named(names.branch, to)}" if to else "",
        _("belonged to %(branch)s until now") % {"branch": _named(names.branch, left)}
        if left
        else "",
        _("manifest %(number)s") % {"number": number} if number else "",
    )
    return " · ".join(part for part in parts if part)


def _late(data: dict[str, Any], zone: ZoneInfo) -> list[str]:
    """Say as of when a copy came back, what being late cost or would have, and what forgave it."""
    said = []
    if back := data.get("returned_at"):
        said.append(_("as of %(moment)s") % {"moment": _moment(back, zone)})
        if was := data.get("was"):
            said.append(_("before: %(moment)s") % {"moment": _moment(was, zone)})
    if fine := data.get("fine_cents"):
        said.append(_("late: %(sum)s") % {"sum": _amount(fine)})
    if until := data.get("suspended_until"):
        day = day_words(date.fromisoformat(until))
        said.append(_("no borrowing until %(day)s") % {"day": day})
    if why := data.get("amnesty"):
        said.append(_("forgiven: %(why)s") % {"why": why})
    if data.get("waived"):
        said.append(_("what being late cost was let off again"))
    return said


def _moment(kept: str, zone: ZoneInfo) -> str:
    return moment_words(datetime.fromisoformat(kept), zone)


def _span(data: dict[str, Any]) -> str:
    first, last = data.get("from", ""), data.get("to", "")
    return first if first == last else f"{first} – {last}"


def _amount(cents: Any) -> str:
    return f"¥{yuan(cents)}" if isinstance(cents, int) else ""


def _rights(data: dict[str, Any]) -> str:
    given = _listed("+ ", data.get("given"))
    return " ".join(part for part in (given, _listed("− ", data.get("taken"))) if part)


def _listed(sign: str, codes: Any) -> str:
    known = {permission.value: permission for permission in Permission}
    words = [str(RIGHTS[known[c]]) for c in codes or () if c in known and known[c] in RIGHTS]
    return sign + _(", ").join(words) if words else ""


def _terms(data: dict[str, Any]) -> str:
    was, now = data.get("was"), data.get("terms")
    if not isinstance(now, dict):
        return ""
    before = was if isinstance(was, dict) else {}
    return _(", ").join(
        f"{term_name(term)} {term_words(term, before.get(term)) or '—'} → "
        f"{term_words(term, value) or '—'}"
        for term, value in now.items()
    )
