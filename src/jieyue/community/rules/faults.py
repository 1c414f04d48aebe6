"""What stands against it: stable codes, public API, with the figure that explains."""

from dataclasses import dataclass
from enum import StrEnum


class VoiceFault(StrEnum):
    """A reason against what a reader or staff asked. Never rename one."""

    UNKNOWN = "voice_unknown"  # it is not there (404 at a door)
    TEXT_MISSING = "text_missing"
    NAME_MISSING = "name_missing"
    TOO_LONG = "too_long"  # the value is the limit
    CHOICE_BAD = "choice_bad"  # not one of what there is to choose
    NOT_TAKEN = "not_taken"  # the library takes none
    TOO_MANY_SENT = "too_many_sent"
    FOLLOWED_UP = "followed_up"  # the one follow-up is written already
    NOT_ANSWERED = "not_answered"  # there is nothing to follow up yet
    CLOSED_ALREADY = "closed_already"
    ISBN_BAD = "isbn_bad"
    HAVE_IT = "have_it"  # the value is the title's public id
    SUPPORTED_ALREADY = "supported_already"  # the value is the wish
    WISH_LIMIT = "wish_limit"  # the value is the limit of a month
    WISH_ENDED = "wish_ended"
    REASON_MISSING = "reason_missing"
    TITLE_UNKNOWN = "title_unknown"
    ENDS_BEFORE_START = "ends_before_start"
    DAY_TOO_FAR = "day_too_far"
    TIME_SKIPPED = "time_skipped"  # the clock goes forward over it that night
    PUBLISHED_ALREADY = "published_already"
    ENDED_ALREADY = "ended_already"
    NUMBER_BAD = "number_bad"
    AGES_BAD = "ages_bad"
    PLACES_TAKEN = "places_taken"  # fewer places than readers who come; the value is how many
    NO_SIGN_UP = "no_sign_up"  # one just comes
    SIGN_UP_NOT_YET = "sign_up_not_yet"
    SIGN_UP_OVER = "sign_up_over"
    ACTIVITY_CANCELLED = "activity_cancelled"
    SIGNED_UP_ALREADY = "signed_up_already"
    FULL = "full"
    WRONG_AGE = "wrong_age"
    WRONG_CARD = "wrong_card"
    PATRON_UNKNOWN = "patron_unknown"
    BRANCH_UNKNOWN = "branch_unknown"
    NOBODY = "nobody"  # the filter finds no reader who agreed
    SENT_ALREADY = "sent_already"
    TIME_PAST = "time_past"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing against it: with which field, and the limit or public id that explains it."""

    code: VoiceFault
    field: str = ""
    value: str = ""
