"""Readers' voice in words: kinds, states, and why something was refused."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from jieyue.community.rules.faults import Fault, VoiceFault

KINDS: Final[dict[str, Any]] = {
    "problem": lazy("Something is wrong"),
    "idea": lazy("An idea"),
    "praise": lazy("Praise"),
    "complaint": lazy("A complaint"),
}
KIND_ICONS: Final = {
    "problem": "triangle-alert", "idea": "star", "praise": "heart", "complaint": "circle-x",
}  # fmt: skip
FEEDBACK_STATES: Final[dict[str, Any]] = {
    "new": lazy("waiting for the library"),
    "answered": lazy("answered"),
    "closed": pgettext_lazy("feedback", "closed"),
}
WISH_STATES: Final[dict[str, Any]] = {
    "wished": lazy("wished for"),
    "considered": lazy("being considered"),
    "ordered": lazy("on order"),
    "arrived": lazy("arrived"),
    "declined": lazy("cannot be got"),
}
NEWS_STATES: Final[dict[str, Any]] = {
    "draft": lazy("draft"),
    "coming": lazy("coming up"),
    "shown": lazy("shown now"),
    "over": lazy("over"),
    "ended": lazy("ended"),
    "cancelled": lazy("cancelled"),
}
MESSAGE_STATES: Final[dict[str, Any]] = {
    "draft": lazy("draft"),
    "scheduled": lazy("to be sent later"),
    "sending": lazy("being sent"),
    "sent": lazy("sent"),
    "stopped": lazy("stopped"),
}

_FAULTS: Final[dict[VoiceFault, Any]] = {
    VoiceFault.UNKNOWN: lazy("This is not there any more."),
    VoiceFault.TEXT_MISSING: lazy("Please write something."),
    VoiceFault.NAME_MISSING: lazy("Please give it a name."),
    VoiceFault.TOO_LONG: lazy("This is too long: at most %(value)s characters."),
    VoiceFault.CHOICE_BAD: lazy("Please choose one of those offered."),
    VoiceFault.NOT_TAKEN: lazy("The library does not offer this. Please ask at the desk."),
    VoiceFault.TOO_MANY_SENT: lazy(
        "Much came from here in a short time. Please try again in an hour, or ask at the desk."
    ),
    VoiceFault.FOLLOWED_UP: lazy("You have written once more already. Start a new one instead."),
    VoiceFault.NOT_ANSWERED: lazy("There is no answer yet. You will be told."),
    VoiceFault.CLOSED_ALREADY: lazy("It is closed already."),
    VoiceFault.ISBN_BAD: lazy("This is not an ISBN. Check the 13 digits, or leave it empty."),
    VoiceFault.HAVE_IT: lazy("The library has this book. Reserve it instead."),
    VoiceFault.SUPPORTED_ALREADY: lazy("You wish for this book already."),
    VoiceFault.WISH_LIMIT: lazy(
        "You have made your %(value)s wishes of this month. You can still support those of others."
    ),
    VoiceFault.WISH_ENDED: lazy("This wish is decided. Wish for it anew if you still want it."),
    VoiceFault.REASON_MISSING: lazy("Please give the reason: readers are told it."),
    VoiceFault.TITLE_UNKNOWN: lazy("There is no such book in the catalogue."),
    VoiceFault.ENDS_BEFORE_START: lazy("The end lies before the beginning."),
    VoiceFault.DAY_TOO_FAR: lazy("This day is too far away, or it lasts too long."),
    VoiceFault.TIME_SKIPPED: lazy(
        "The clock goes forward that night: this hour does not exist. Choose another."
    ),
    VoiceFault.PUBLISHED_ALREADY: lazy("It is published already."),
    VoiceFault.ENDED_ALREADY: lazy("It has ended. Write a new one."),
    VoiceFault.NUMBER_BAD: lazy("This number is not possible: at most %(value)s."),
    VoiceFault.AGES_BAD: lazy("These ages are not possible: the lower one comes first."),
    VoiceFault.PLACES_TAKEN: lazy("%(value)s readers have a place already. Cancel some first."),
    VoiceFault.NO_SIGN_UP: lazy("No sign-up is needed: just come."),
    VoiceFault.SIGN_UP_NOT_YET: lazy("Sign-up has not begun yet."),
    VoiceFault.SIGN_UP_OVER: lazy("Sign-up is over. Ask at the desk whether you can still come."),
    VoiceFault.ACTIVITY_CANCELLED: lazy("This activity is cancelled."),
    VoiceFault.SIGNED_UP_ALREADY: lazy("You are signed up already."),
    VoiceFault.FULL: lazy("Every place is taken. Look again later: somebody may cancel."),
    VoiceFault.WRONG_AGE: lazy("This activity is for another age (%(value)s)."),
    VoiceFault.WRONG_CARD: lazy("This activity is for readers with another kind of card."),
    VoiceFault.PATRON_UNKNOWN: lazy("There is no such reader."),
    VoiceFault.BRANCH_UNKNOWN: lazy("There is no such branch."),
    VoiceFault.NOBODY: lazy(
        "Nobody whom this finds has agreed to be written to. Choose a wider group."
    ),
    VoiceFault.SENT_ALREADY: lazy("It has been sent already. Write a new one."),
    VoiceFault.TIME_PAST: lazy("This moment is past."),
}


def fault_words(fault: Fault) -> str:
    """Return why not, and what to do. Total over `VoiceFault`: a test walks them."""
    return str(_FAULTS[fault.code]) % {"value": fault.value}


def show_faults(form: forms.Form, faults: Iterable[Fault]) -> list[str]:
    """Put faults beside their fields; return the words of those without one."""
    loose = []
    for fault in faults:
        if fault.field in form.fields:
            form.add_error(fault.field, fault_words(fault))
        else:
            loose.append(fault_words(fault))
    return loose


def picture_trouble() -> str:
    """Return what is said of a file that is no picture we can show."""
    return _("This picture cannot be shown. Send a JPEG, PNG or WebP of at most 16 MB.")
