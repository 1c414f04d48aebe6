"""What approves an application by itself, and who of a roster it is.

Who could steal whose place? Names and student numbers are known to every classmate, so they alone
prove little: as the library starts out, the phone on the roster must be the one that was verified
by a code (a pupil's own or the guardian's). A reader who has a sign-in is never handed over by a
rule: that goes to staff with a warning. And nobody learns from the form whether a number is on the
roster: an application that does not match is simply looked at by a person.
"""

from dataclasses import dataclass
from enum import StrEnum

from jieyue.patrons.rules.joining.form import Form, Rule


class Match(StrEnum):
    """How an application meets the reader who has its student number."""

    NONE = "none"  # nobody has it
    SURE = "sure"  # same name, no sign-in yet, and the phone is theirs where that is asked
    NAME_ONLY = "name_only"  # same name, but the phone on record is another or none
    OTHER_NAME = "other_name"
    TAKEN = "taken"  # they sign in already
    STOPPED = "stopped"  # frozen, or their card is over


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRoster:
    """The reader who has the applicant's student number."""

    is_same_name: bool
    has_account: bool
    is_stopped: bool
    is_same_phone: bool  # verified, and the one on record


def match_of(found: OnRoster | None, *, needs_phone: bool) -> Match:
    """Say how sure it is that the applicant is this reader."""
    if found is None:
        return Match.NONE
    if found.has_account:
        return Match.TAKEN
    if not found.is_same_name:
        return Match.OTHER_NAME
    if found.is_stopped:
        return Match.STOPPED
    if needs_phone and not found.is_same_phone:
        return Match.NAME_ONLY
    return Match.SURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a decision by rule depends on."""

    match: Match
    is_invited: bool
    is_of_domain: bool  # the e-mail address was verified, and is of a domain of ours
    is_maybe_same: bool  # a reader of this name has this phone number already


def rule_for(form: Form, case: Case) -> Rule | None:
    """Return the rule that approves it; None: a person looks.

    Whatever meets a reader who is there already is for a person, unless it is surely them.
    """
    if case.match is Match.SURE:
        return Rule.ROSTER if Rule.ROSTER in form.rules else None
    if case.match is not Match.NONE or case.is_maybe_same:
        return None
    if case.is_invited and Rule.INVITED in form.rules:
        return Rule.INVITED
    if case.is_of_domain and Rule.DOMAIN in form.rules:
        return Rule.DOMAIN
    return Rule.EVERYBODY if Rule.EVERYBODY in form.rules else None
