"""Who may bring what along: whoever may enter it by hand.

Loans come in past limits and blocks, so that is lending although a rule says no.
"""

from typing import Final

from jieyue.imports.rules.runs import Kind
from jieyue.libraries.rules.permissions import Permission

NEEDS: Final = {
    Kind.BOOKS: Permission.CATALOG_EDIT,
    Kind.MARC: Permission.CATALOG_EDIT,
    Kind.READERS: Permission.PATRON_EDIT,
    Kind.LOANS: Permission.OVERRIDE,
    Kind.HOLDS: Permission.HOLDS,
    Kind.DUES: Permission.FEES,
    Kind.DEPOSITS: Permission.FEES,
}
