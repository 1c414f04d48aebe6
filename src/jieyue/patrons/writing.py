"""Checking and writing a reader's rows: shared by the actions here and those that also charge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from jieyue.accounts.models import Account
from jieyue.accounts.passwords import NewSecret
from jieyue.kit import sql
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.numbers import next_barcodes
from jieyue.patrons.models import Card, Patron, PatronCategory
from jieyue.patrons.queries import numbered
from jieyue.patrons.rules.births import is_birth_date
from jieyue.patrons.rules.membership import (
    Fault,
    PatronFault,
    contact_faults,
    is_card_barcode,
    text_faults,
    valid_until,
)
from jieyue.patrons.rules.names import name_key, normal_email, normal_phone, sort_key

# The two tables cannot share a unique constraint; a label is printed once, so asking is enough.
COPIES_WITH_BARCODE: Final = """
SELECT barcode FROM catalog_copy
 WHERE library_id = <library:bigint> AND barcode = <barcode:text>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is entered of a reader; codes for card type and branch, empty branch: the desk's.

    `born_on` is `2015-04-30`, or empty for a day not known; None leaves what is on record.
    """

    name: str
    category: str
    branch: str = ""
    student_number: str = ""
    group_name: str = ""
    phone: str = ""
    email: str = ""
    note: str = ""
    born_on: str | None = None

    def texts(self) -> list[tuple[str, str]]:
        """Return the free texts by field."""
        return [
            ("name", self.name),
            ("student_number", self.student_number),
            ("group_name", self.group_name),
            ("phone", self.phone),
            ("email", self.email),
            ("note", self.note),
        ]


def detail_faults(
    desk: Desk, details: Details, *, patron_id: int = 0, may_be_same: bool = False
) -> tuple[list[Fault], PatronCategory | None, Branch | None]:
    """Check everything that can be, and find the card type and branch. At most four statements."""
    faults = text_faults(details.texts()) + contact_faults(details.phone, details.email)
    if details.born_on and not is_birth_date(details.born_on, desk.today):
        faults.append(Fault("born_on", PatronFault.DATE_BAD))
    category = PatronCategory.objects.filter(code=details.category, is_active=True).first()
    if category is None and patron_id:  # a card type that is no longer given out may be kept
        category = PatronCategory.objects.filter(code=details.category).first()
    if category is None:
        faults.append(Fault("category", PatronFault.CATEGORY_UNKNOWN))
    chosen = {"code": details.branch} if details.branch else {"pk": desk.branch_id}
    branch = Branch.objects.filter(**chosen).first()
    if branch is None:
        faults.append(Fault("branch", PatronFault.BRANCH_UNKNOWN))
    others = Patron.objects.exclude(pk=patron_id)
    if number := details.student_number.strip():
        other = numbered([number[:40]]).exclude(pk=patron_id).first()
        if other is not None:
            fault = Fault("student_number", PatronFault.STUDENT_NUMBER_TAKEN, other.public_id)
            faults.append(fault)
    if not patron_id and not may_be_same and (phone := normal_phone(details.phone)):
        same = others.filter(name=tidy(details.name), phone_hash=keyed_hash(phone)).first()
        if same is not None:
            faults.append(Fault("name", PatronFault.MAYBE_SAME, same.public_id))
    return faults, category, branch


def tidy(name: str) -> str:
    """Return a name as stored: single spaces, none around it."""
    return " ".join(name.split())


def values_of(details: Details) -> dict[str, Any]:
    """Return the columns of a reader's details, normalised."""
    phone, email = normal_phone(details.phone), normal_email(details.email)
    name = tidy(details.name)
    born_on = {} if details.born_on is None else {"born_on": details.born_on}
    return {
        "name": name,
        "name_key": name_key(name),
        "sort_key": sort_key(name),
        "student_number": details.student_number.strip(),
        "group_name": details.group_name.strip(),
        "phone": phone,
        "phone_hash": keyed_hash(phone),
        "email": email,
        "email_hash": keyed_hash(email),
        "note": details.note.strip(),
        **born_on,
    }


def card_fault(barcode: str) -> Fault | None:
    """Say why a scanned card number cannot be given out. At most two statements."""
    if not is_card_barcode(barcode):
        return Fault("card_barcode", PatronFault.CARD_BAD)
    if Card.objects.filter(barcode=barcode).exists():
        return Fault("card_barcode", PatronFault.CARD_TAKEN)
    if sql.rows(COPIES_WITH_BARCODE, barcode=barcode):
        return Fault("card_barcode", PatronFault.CARD_IS_COPY)
    return None


def issue_card(desk: Desk, patron_id: int, barcode: str) -> str:
    """Give a reader a card: the scanned one, or the next free number of the library's range."""
    while not barcode:
        [number] = next_barcodes("card", 1)
        barcode = "" if card_fault(number) else number
    Card.objects.create(
        library_id=desk.library_id, patron_id=patron_id, barcode=barcode, issued_at=desk.now
    )
    return barcode


def create_patron(
    desk: Desk,
    values: Mapping[str, Any],
    *,
    category: PatronCategory,
    branch: Branch,
    expires_on: date | None,
    password: NewSecret | None,
) -> Patron:
    """Write a new reader, with a login of their own if they get a password."""
    patron = Patron(
        library_id=desk.library_id,
        public_id=public_id(),
        category=category,
        branch=branch,
        expires_on=expires_on or valid_until(desk.today, category.valid_months),
        created_at=desk.now,
        **values,
    )
    if password is not None:
        patron.account = create_account(desk, patron, password)
    patron.save(force_insert=True)
    return patron


def create_account(desk: Desk, patron: Patron, password: NewSecret) -> Account:
    """Write a login for a reader; they sign in with their card or phone number."""
    return Account.objects.create(name=patron.name, password=password.stored, created_at=desk.now)
