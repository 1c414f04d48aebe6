"""Words of joining: fields, what is wrong with an answer, and how an application stands."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jieyue.patrons.rules.joining.form import Fault, Form, JoiningFault, example_of

FIELD_WORDS: Final[dict[str, Any]] = {
    "name": lazy("Name"),
    "born_on": lazy("Date of birth"),
    "under_14": lazy("How old is the reader?"),
    "student_number": lazy("Student or staff number"),
    "group_name": lazy("Class or department"),
    "phone": lazy("Mobile number"),
    "email": lazy("E-mail address"),
    "address": lazy("Address"),
    "guardian_name": lazy("Guardian’s name"),
    "guardian_phone": lazy("Guardian’s mobile number"),
    "remark": lazy("Anything we should know"),
}
CONSENT_WORDS: Final[dict[str, Any]] = {
    "privacy": lazy("Privacy notice"),
    "guardian": lazy("A guardian’s consent"),
    "messages": lazy("News of activities and new books"),
    "history": lazy("Keeping the books I have returned"),
}
STATE_WORDS: Final[dict[str, Any]] = {
    "sent": lazy("Waiting for an answer"),
    "asked": lazy("Asked for more"),
    "approved": lazy("Approved"),
    "refused": lazy("Refused"),
    "withdrawn": lazy("Taken back"),
}
HOW_WORDS: Final[dict[str, Any]] = {
    "roster": lazy("by itself: on the roster"),
    "invited": lazy("by itself: invited"),
    "domain": lazy("by itself: e-mail address of ours"),
    "everybody": lazy("by itself: nobody needs approval"),
}
SAME_WORDS: Final[dict[str, Any]] = {
    "name": lazy("same name"),
    "phone": lazy("same phone number"),
    "student_number": lazy("same number"),
    "account": lazy("same sign-in"),
}


def fault_words(fault: Fault, form: Form | None = None) -> str:
    """Say what is wrong with an answer and what to do. A test walks every code."""
    found = _WORDS[fault.code]
    text = str(found)
    if fault.code is JoiningFault.PATTERN_WRONG and form is not None:
        example = example_of(form.ask(fault.field).pattern)
        return _("This does not look as expected, for example %(example)s. Please check it.") % {
            "example": example
        }
    if fault.code in {JoiningFault.TOO_LONG, JoiningFault.NUMBER_BAD}:
        return text % {"most": fault.value}
    return text


_WORDS: Final[dict[JoiningFault, Any]] = {
    JoiningFault.FORM_CLOSED: lazy(
        "This library takes no applications here right now. Please ask at the desk."
    ),
    JoiningFault.MISSING: lazy("Please fill this in."),
    JoiningFault.TOO_LONG: lazy("Too long: at most %(most)s characters."),
    JoiningFault.PATTERN_WRONG: lazy("This does not look as expected. Please check it."),
    JoiningFault.PHONE_BAD: lazy("This is no phone number. Please check its digits."),
    JoiningFault.EMAIL_BAD: lazy("This is no e-mail address. Please check it."),
    JoiningFault.DATE_BAD: lazy("This cannot be a date of birth. Please check it."),
    JoiningFault.NOT_VERIFIED: lazy(
        "Please have a code sent and type it, so that we know the number is yours."
    ),
    JoiningFault.CATEGORY_UNKNOWN: lazy("This card type is not offered. Please choose another."),
    JoiningFault.BRANCH_UNKNOWN: lazy("This branch is not open. Please choose another."),
    JoiningFault.CONSENT_MISSING: lazy(
        "Please read this and tick it. Without it we may not keep your answers."
    ),
    JoiningFault.WORDS_CHANGED: lazy("These words have changed meanwhile. Please read them again."),
    JoiningFault.INVITATION_UNKNOWN: lazy(
        "We do not know this code. Please check it, or go on without one."
    ),
    JoiningFault.INVITATION_OVER: lazy(
        "This invitation has ended. Go on without it, or ask for a new one."
    ),
    JoiningFault.INVITATION_USED: lazy(
        "This invitation is used up. Go on without it, or ask for a new one."
    ),
    JoiningFault.SENT_ALREADY: lazy(
        "Somebody of this name and number has applied already and waits for an answer. Use the "
        "link you got then, or ask at the desk."
    ),
    JoiningFault.TOO_MANY: lazy(
        "There were many applications from here just now. Please try again later, or come to the "
        "desk."
    ),
    JoiningFault.APPLICATION_UNKNOWN: lazy("This application is not there."),
    JoiningFault.DECIDED_ALREADY: lazy("Somebody has decided this application meanwhile."),
    JoiningFault.TEXT_MISSING: lazy("Please say why or what, so that the applicant knows."),
    JoiningFault.STUDENT_NUMBER_TAKEN: lazy(
        "A reader has this number already. If it is the same person, give them that reader; if "
        "not, ask the applicant for the right number."
    ),
    JoiningFault.MAYBE_SAME: lazy(
        "A reader of this name has this phone number already. Look whether they are the same."
    ),
    JoiningFault.ROSTER_TAKEN: lazy(
        "That reader signs in already, so nobody else gets their place. If the person stands "
        "before you, give them a new password on the reader’s page."
    ),
    JoiningFault.ROSTER_UNKNOWN: lazy("That reader is not there any more. Please look again."),
    JoiningFault.GUARDIAN_MISSING: lazy(
        "Under 14, and no guardian has agreed. Please ask the applicant for it."
    ),
    JoiningFault.LINK_USED: lazy(
        "A password was set with this link before. Please sign in, or ask at the desk for help."
    ),
    JoiningFault.CARD_BAD: lazy("This cannot be a card number."),
    JoiningFault.CARD_TAKEN: lazy("This card belongs to somebody else."),
    JoiningFault.CARD_IS_COPY: lazy("This is the barcode of a book."),
    JoiningFault.PASSWORD_SHORT: lazy("At least 8 characters, please."),
    JoiningFault.DOMAIN_BAD: lazy("Domains look like example.org, one on a line."),
    JoiningFault.NUMBER_BAD: lazy("A number from 1 to %(most)s, please."),
    JoiningFault.DATE_PAST: lazy("This day is past. Please choose a later one."),
    JoiningFault.NOTHING_CHOSEN: lazy("Please choose at least one."),
}
