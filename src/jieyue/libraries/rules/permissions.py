"""What a person or a program may do; roles and API tokens are sets of these."""

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """One right. The values are stored and are public API: never rename one."""

    CHECKOUT = "checkout"
    CHECKIN = "checkin"
    RENEW = "renew"
    OVERRIDE = "override"  # lend although a rule says no, bring in loans; always journalled by name
    UNDO = "undo"
    RECALL = "recall"  # ask for a book back sooner because others wait
    BACKDATE = "backdate"  # take a book back as of an earlier day than the last closing
    AMNESTY = "amnesty"  # take a late book back without a fine
    HOLDS = "holds"  # reserve for a reader, cancel, and reorder a queue
    CLASSES = "classes"  # lend to the classes one looks after, and nothing else; CHECKOUT has it
    PATRON_VIEW = "patron_view"
    PATRON_EDIT = "patron_edit"
    CATALOG_VIEW = "catalog_view"
    CATALOG_EDIT = "catalog_edit"
    COPY_SHELVE = "copy_shelve"  # where a copy stands, and whether it is missing or damaged
    COPY_WITHDRAW = "copy_withdraw"
    TRANSIT = "transit"  # pack, send and receive what travels between branches
    FEES = "fees"
    MESSAGES = "messages"  # write to readers, answer them, and see what became of messages
    JOURNAL_VIEW = "journal_view"
    SETTINGS = "settings"
    STAFF = "staff"
    # A reader's own, never part of a role:
    OWN_LOANS = "own_loans"
    OWN_HOLDS = "own_holds"
    OWN_CHECKOUT = "own_checkout"  # borrow without staff; where and when is the library's rule
    OWN_CHECKIN = "own_checkin"


HELPER: Final = frozenset(
    {
        Permission.CHECKIN,
        Permission.COPY_SHELVE,
        Permission.TRANSIT,
        Permission.CATALOG_VIEW,
    }
)
LIBRARIAN: Final = HELPER | {
    Permission.CHECKOUT,
    Permission.RENEW,
    Permission.OVERRIDE,
    Permission.UNDO,
    Permission.RECALL,
    Permission.BACKDATE,
    Permission.AMNESTY,
    Permission.HOLDS,
    Permission.CLASSES,
    Permission.PATRON_VIEW,
    Permission.PATRON_EDIT,
    Permission.CATALOG_EDIT,
    Permission.COPY_WITHDRAW,
    Permission.FEES,
    Permission.MESSAGES,
    Permission.JOURNAL_VIEW,
}
OWNER: Final = LIBRARIAN | {Permission.SETTINGS, Permission.STAFF}
# What CLASSES lets one do to the readers of one's own classes.
IN_CLASS: Final = frozenset({Permission.CHECKOUT, Permission.CHECKIN, Permission.UNDO})
READER: Final = frozenset(
    {
        Permission.OWN_LOANS,
        Permission.OWN_HOLDS,
        Permission.OWN_CHECKOUT,
        Permission.OWN_CHECKIN,
    }
)
