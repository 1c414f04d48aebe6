"""Plain words for who acts for whom, for classes, and for the school year's change."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jieyue.interfaces.web.journal.action_words import ActionWords, words_of
from jieyue.libraries.rules.behalf import Behalf

BEHALF: Final[dict[str, ActionWords]] = {
    **words_of(
        "readers",
        make_link=(lazy("Family link made"), "users-round"),
        ask_link=(lazy("Asked to act for a reader"), "users-round"),
        answer_link=(lazy("Family link answered"), "users-round"),
        change_link=(lazy("Rights of a family link changed"), "users-round"),
        end_link=(lazy("Family link ended"), "users-round"),
        share_titles=(lazy("Showing of titles changed"), "users-round"),
        begin_promotion=(lazy("School year changed"), "graduation-cap"),
        step_promotion=(lazy("Classes moved up"), "graduation-cap"),
        undo_promotion=(lazy("School year's change undone"), "undo-2"),
    ),
    **words_of("settings", set_family_rules=(lazy("Family rules changed"), "users-round")),
    **words_of("people", set_staff_groups=(lazy("Colleague's classes changed"), "graduation-cap")),
}
BEHALF_FAULTS: Final[dict[str, Any]] = {
    "link_unknown": lazy("link unknown"),
    "reader_unknown": lazy("no such reader"),
    "link_of_self": lazy("link with oneself"),
    "linked_already": lazy("linked already"),
    "too_many_links": lazy("too many links"),
    "tried_too_often": lazy("tried too often"),
    "staff_confirm": lazy("staff have to confirm"),
    "not_asked": lazy("nothing to answer"),
    "asking_off": lazy("not offered here"),
    "last_day_past": lazy("last day is past"),
    "age_impossible": lazy("ages impossible"),
    "nothing_moves": lazy("no class moves"),
    "class_unknown": lazy("class unknown"),
    "class_twice": lazy("class twice"),
    "class_name_missing": lazy("class without a name"),
    "class_name_too_long": lazy("class's name too long"),
    "two_into_one": lazy("two classes into one"),
    "promotion_at_work": lazy("still at work, or undone"),
    "promotion_unknown": lazy("change unknown"),
    "undo_too_late": lazy("too long ago to undo"),
    "colleague_unknown": lazy("colleague unknown"),
    "too_many_classes": lazy("too many classes"),
}
WHY: Final[dict[str, Any]] = {
    Behalf.BY_NAME: lazy("by name, without the card"),
    Behalf.FORGOT_CARD: lazy("forgot the card"),
    Behalf.PHONED: lazy("phoned"),
    Behalf.CLASSMATE: lazy("somebody fetches it for them"),
    Behalf.CLASS: lazy("in class"),
    Behalf.GUARDIAN: lazy("guardian"),
    Behalf.TEACHER: lazy("teacher"),
    Behalf.HELPER: lazy("helper"),
}


def behalf_words(on_behalf: str) -> str:
    """Say why somebody else did it, or it was done without the card; "" if neither."""
    if not on_behalf:
        return ""
    return _("on behalf: %(why)s") % {"why": WHY.get(on_behalf, on_behalf)}
