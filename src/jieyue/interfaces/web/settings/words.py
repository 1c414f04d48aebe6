"""Plain words for rights, refusals, rules and book sources."""

from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as lazy

from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission

WEEKDAYS: Final = (
    lazy("Monday"),
    lazy("Tuesday"),
    lazy("Wednesday"),
    lazy("Thursday"),
    lazy("Friday"),
    lazy("Saturday"),
    lazy("Sunday"),
)

RIGHTS: Final = {
    Permission.CHECKIN: lazy("Take books back"),
    Permission.CHECKOUT: lazy("Lend books"),
    Permission.RENEW: lazy("Renew loans"),
    Permission.UNDO: lazy("Undo a step"),
    Permission.RECALL: lazy("Recall books that others wait for"),
    Permission.BACKDATE: lazy("Correct the day of a return"),
    Permission.AMNESTY: lazy("Take late books back without a fine"),
    Permission.HOLDS: lazy("Reserve for readers and order queues"),
    Permission.CLASSES: lazy("Lend to their own classes, and see no other reader"),
    Permission.OVERRIDE: lazy(
        "Lend although a rule says no, and import lists of loans (written down by name)"
    ),
    Permission.PATRON_VIEW: lazy("See readers"),
    Permission.PATRON_EDIT: lazy("Add and change readers"),
    Permission.FEES: lazy("Take payments and waive them"),
    Permission.CATALOG_VIEW: lazy("See the catalogue"),
    Permission.CATALOG_EDIT: lazy("Add and change books"),
    Permission.COPY_SHELVE: lazy("Say where a copy stands, or that it is missing"),
    Permission.COPY_WITHDRAW: lazy("Take copies out of the library for good"),
    Permission.TRANSIT: lazy("Send books to other branches and receive them"),
    Permission.MESSAGES: lazy("Write to readers, answer them, and see whether messages arrived"),
    Permission.JOURNAL_VIEW: lazy("See what happened"),
    Permission.SETTINGS: lazy("Change settings and rules"),
    Permission.STAFF: lazy("Manage colleagues and their rights"),
}

TROUBLES: Final = {
    Trouble.UNKNOWN: lazy("This is no longer here."),
    Trouble.NAME_MISSING: lazy("Please give it a name."),
    Trouble.TOO_LONG: lazy("One of the texts is too long."),
    Trouble.NAME_TAKEN: lazy("There is one with this name already. Please choose another name."),
    Trouble.NUMBER_BAD: lazy("One of the numbers is too small or too large."),
    Trouble.ZONE_UNKNOWN: lazy("We do not know this time zone."),
    Trouble.ONLY_OPEN_BRANCH: lazy("This is the only open branch. Open another one first."),
    Trouble.SOMEBODY_WORKS_ONLY_HERE: lazy(
        "A colleague works at this branch only. Give them another branch first."
    ),
    Trouble.STILL_AWAITED_HERE: lazy(
        "Readers fetch books here, or books are on their way here. "
        "Please choose the branch that takes over."
    ),
    Trouble.HOURS_OVERLAP: lazy("Two times of one day overlap."),
    Trouble.HOURS_BAD: lazy("Please give each time a beginning and a different end, as 18:00."),
    Trouble.NETWORK_BAD: lazy(
        "Please write networks such as 192.168.1.0/24, one a line. "
        "One that holds every address proves nothing."
    ),
    Trouble.NO_WAY_CHOSEN: lazy(
        "Please choose at least one way to prove that the reader is in the library."
    ),
    Trouble.CLOSES_BEFORE_OPENING: lazy("A closing time is not after its opening time."),
    Trouble.ENDS_BEFORE_START: lazy("The last day is before the first."),
    Trouble.SPAN_TOO_LONG: lazy("More than a year at once is not possible."),
    Trouble.DAY_TOO_FAR: lazy("Choose days from 1970 to 2999."),
    Trouble.DAYS_THERE_ALREADY: lazy("These days are in the list already."),
    Trouble.UNDONE_ALREADY: lazy("This was put back already."),
    Trouble.RETURNS_BEFORE_END: lazy(
        "The new date lies inside the vacation. Choose a day after its last one."
    ),
    Trouble.WHEN_MISSING: lazy(
        "Please say when the loans that move are due: a fixed day, or a number of open days after."
    ),
    Trouble.DEFAULT_STAYS: lazy("One is always the default. Make another one the default first."),
    Trouble.RULE_EXISTS: lazy("There is a row for this already. Change that one."),
    Trouble.RULE_EMPTY: lazy("Please fill in at least one column; an empty row says nothing."),
    Trouble.DEFAULT_RULE_STAYS: lazy("The last row is for everything else; it cannot be deleted."),
    Trouble.DEFAULT_RULE_COMPLETE: lazy("The last row needs a value in every column."),
    Trouble.LOGIN_BAD: lazy("A sign-in name has 2 to 60 letters or digits, without spaces."),
    Trouble.LOGIN_TAKEN: lazy("This sign-in name is taken. Please choose another."),
    Trouble.RIGHTS_EXCEED_YOURS: lazy("That takes a right or a branch that you do not have."),
    Trouble.NOT_YOURSELF: lazy("You cannot shut yourself out. Ask another owner."),
    Trouble.LAST_OWNER: lazy(
        "This is the only owner of the whole library. Make somebody else an owner first."
    ),
    Trouble.OWNER_KEEPS_RIGHTS: lazy(
        "Owners keep the settings and the colleagues; otherwise nobody could change anything."
    ),
    Trouble.BRANCHES_MISSING: lazy("Please choose at least one branch."),
    Trouble.WORKS_ELSEWHERE: lazy(
        "This person also works at another library, so only they can change their password."
    ),
    Trouble.ONLY_PRACTICE: lazy("This is practice: real sign-ins are not made or changed here."),
    Trouble.KIND_UNKNOWN: lazy("We do not know this kind of source."),
    Trouble.KEY_MISSING: lazy("Please give the key (again, if the address changed)."),
    Trouble.URL_MISSING: lazy("Please give the address of the service."),
    Trouble.URL_BAD: lazy("This is not a web address. It begins with https://."),
    Trouble.TIMEOUT_BAD: lazy("Please wait between 1 and 15 seconds."),
    Trouble.CODE_WRONG: lazy(
        "This is not the code that was sent to the address. Look at the latest message there."
    ),
    Trouble.PARAMS_BAD: lazy("The description of the service is not complete."),
}

TOKEN_TROUBLES: Final = {
    "name_taken": lazy("There is one with this name already. Please choose another name."),
    "name_missing": lazy("Please give it a name."),
    "branch_unknown": lazy("Please choose a branch."),
    "rights_exceed_yours": lazy("That takes a right or a branch that you do not have."),
}


class SourceWords(NamedTuple):
    """What a kind of source is called and what it is good for."""

    name: Any
    text: Any


SOURCES: Final = {
    "openlibrary": SourceWords("Open Library", lazy("Free. Strong in foreign books, few Chinese.")),
    "juhe": SourceWords(lazy("Juhe"), lazy("Chinese books; paid by the call.")),
    "tanshu": SourceWords(lazy("Tanshu"), lazy("Chinese books; paid by the call.")),
    "jike": SourceWords(lazy("Jike"), lazy("Chinese books; paid by the call.")),
    "isbn_work": SourceWords("isbn.work", lazy("Chinese books with class numbers; paid.")),
    "showapi": SourceWords(lazy("ShowAPI"), lazy("Chinese books; paid by the call.")),
    "google_books": SourceWords("Google Books", lazy("Free with a key; not reachable everywhere.")),
    "dnb": SourceWords(lazy("German National Library"), lazy("Free. German books.")),
    "loc": SourceWords(lazy("Library of Congress"), lazy("Free. American books and many others.")),
    "bnf": SourceWords(lazy("National Library of France"), lazy("Free. French books.")),
    "bnu": SourceWords(lazy("Strasbourg University Library"), lazy("Free. European books.")),
    "json": SourceWords(lazy("A service of your own (JSON)"), lazy("For whoever runs a server.")),
    "sru": SourceWords(lazy("A library of your choice (SRU)"), lazy("For whoever knows SRU.")),
}

TRIED: Final = {
    "not_found": lazy("It answered, but does not know this book."),
    "unusable": lazy("It answered, but the record cannot be used."),
    "timeout": lazy("It did not answer in time. Try again, or allow more seconds."),
    "unreachable": lazy("It cannot be reached. Is this computer online, and the address right?"),
    "address_refused": lazy("The address is inside a private network, which is not allowed here."),
    "http_status": lazy("It answered with an error. Try again later."),
    "bad_answer": lazy("It answered something we cannot read. Is the address right?"),
    "wrong_isbn": lazy("It answered with another book; such answers are never used."),
    "quota": lazy("Your contingent there is used up. Top it up, or wait until tomorrow."),
    "key_refused": lazy("It does not accept the key. Copy it again from the service's page."),
    "no_time": lazy("It did not answer in time. Try again, or allow more seconds."),
    "resting": lazy("It failed several times and is left alone for a minute."),
}


def trouble_words(trouble: Trouble) -> str:
    """Return a refusal in words."""
    return str(TROUBLES[trouble])


def right_words(permission: Permission) -> str:
    """Return a right in words."""
    return str(RIGHTS[permission])


def source_name(kind: str) -> str:
    """Return what a kind of source is called."""
    return str(SOURCES[kind].name) if kind in SOURCES else kind
