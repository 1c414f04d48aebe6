"""Last days of term (学期末还书日): days no loan made before them may pass."""

from datetime import date

from jieyue.circulation.models import TermEnd
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.changes import Trouble, name_trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.libraries.versions import rules_changed
from jieyue.patrons.models import PatronCategory


@action(needs=Permission.SETTINGS, whole_library=True)
def add_term_end(desk: Desk, *, name: str, on: date, card_type: str = "") -> Saved | NotSaved:
    """Add one for a card type (its code) or all. Open loans keep the dates they were given."""
    name = name.strip()
    trouble = name_trouble(name)
    if trouble is not None:
        return not_saved(trouble)
    category = PatronCategory.objects.filter(code=card_type).first() if card_type else None
    if card_type and category is None:
        return not_saved(Trouble.UNKNOWN)
    if TermEnd.objects.filter(on=on, category=category).exists():
        return not_saved(Trouble.DAYS_THERE_ALREADY)
    TermEnd.objects.create(library_id=desk.library_id, name=name, on=on, category=category)
    rules_changed(desk.library_id)
    return saved(days=name, **{"from": on.isoformat()}, card_type=card_type)


@action(needs=Permission.SETTINGS, whole_library=True)
def delete_term_end(desk: Desk, *, on: date, card_type: str = "") -> Saved | NotSaved:
    """Delete the one of this day and card type (its code, empty for all)."""
    rows = TermEnd.objects.filter(on=on)
    rows = rows.filter(category__code=card_type) if card_type else rows.filter(category=None)
    if not rows.delete()[0]:
        return not_saved(Trouble.UNKNOWN)
    rules_changed(desk.library_id)
    return saved(**{"from": on.isoformat()}, card_type=card_type)
