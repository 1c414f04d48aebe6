"""Background tasks in plain words: what each was to do, and what went wrong."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.parked import parked_count

TASKS: Final[dict[str, Any]] = {
    "circulation.abolish_deposits": lazy("Give deposits back"),
    "catalog.fetch_cover": lazy("Fetch the cover of a book"),
    "catalog.find_covers": lazy("Look for covers of imported books"),
    "catalog.look_up": lazy("Ask the book sources about a book"),
    "circulation.calendar_changed": lazy("Move due dates off closed days"),
    "circulation.change_pile": lazy("Change a pile of copies"),
    "circulation.recall_awaited": lazy("Ask for a book back that others wait for"),
    "imports.books": lazy("Bring in a list of books"),
    "imports.marc": lazy("Bring in a list of MARC records"),
    "imports.deposits": lazy("Bring in a list of deposits"),
    "imports.dues": lazy("Bring in a list of what readers owe"),
    "imports.holds": lazy("Bring in a list of reservations"),
    "imports.loans": lazy("Bring in a list of loans"),
    "imports.readers": lazy("Bring in a list of readers"),
    "community.reserve_wished": lazy("Reserve a wished book that arrived"),
    "community.send_message": lazy("Send a message to the next readers of a group"),
    "notices.activity": lazy("Tell readers about an activity"),
    "notices.feedback_answered": lazy("Tell a reader that feedback was answered"),
    "notices.message": lazy("Send a message to a group of readers"),
    "notices.wish_answered": lazy("Tell readers what became of a purchase wish"),
    "notices.forget": lazy("Forget what readers were told of books they brought back"),
    "notices.code": lazy("Send somebody a one-time code"),
    "notices.hold_ready": lazy("Tell a reader that a reserved book waits"),
    "notices.hold_passed_on": lazy("Tell a reader that a reserved book went to the next"),
    "notices.pickup_moved": lazy("Tell a reader of another place to fetch a book"),
    "notices.loan_renewed": lazy("Tell a reader that a loan was renewed"),
    "notices.loan_recalled": lazy("Tell a reader that others wait for a book"),
    "notices.date_moved": lazy("Tell readers that dates have moved"),
    "notices.receipt": lazy("Give a reader a receipt"),
    "notices.loan_lost": lazy("Tell a reader that a book counts as lost"),
    "notices.application_answered": lazy("Tell somebody that they are a reader now"),
    "notices.link_asked": lazy("Tell a reader that somebody asks to act for them"),
    "patrons.promotion": lazy("Move readers up to their next classes"),
    "notices.suspended": lazy("Tell a reader that borrowing is suspended"),
}
_BUSY: Final = ("OperationalError", "InterfaceError", "DatabaseError")
_OUTSIDE: Final = ("OSError", "ConnectionError", "TimeoutError", "PermissionError")


def task_words(kind: str) -> str:
    """Say what a kind of background task does. A test walks every kind."""
    return str(TASKS.get(kind, _("A task of another version of the program")))


def trouble_of(last_error: str) -> str:
    """Say in words what went wrong; `last_error` is kind and place of the error, never its text."""
    what = last_error.split(" ", 1)[0]
    if not what:
        return _("The program was stopped each time before it was done.")
    if what in _BUSY:
        return _("The database was busy or could not be reached.")
    if what in _OUTSIDE:
        return _("The network or the disk did not answer.")
    if what == "UnknownKindError":
        return _("The program that runs in the background is of another version.")
    return _("The program met an error that it did not expect.")


def background_trouble(desk: Desk) -> int:
    """Return how many tasks were given up on, for who may do something about it. One statement."""
    may = desk.may(Permission.SETTINGS) and desk.works_at(None)
    return parked_count(desk.now) if may else 0
