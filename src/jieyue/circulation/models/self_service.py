"""Lending without staff: where it is allowed, what proves it happened, and what came back."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jieyue.catalog.models import Copy
from jieyue.circulation.models.loans import Loan
from jieyue.kit.constraints import SameLibrary
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch, Staff
from jieyue.patrons.models import Patron


class SelfService(LibraryOwned):
    """What readers may do by themselves at a branch (自助借还). No row: nothing.

    `by_…` are the ways to prove that one stands in the library. `secret` signs the codes at the
    door and on signs; `sign_number` and `display_number` count up to make old ones worthless.
    """

    class When(models.TextChoices):
        """At which hours. Stored: never rename one."""

        OPEN = "open"  # while the branch is open
        WINDOWS = "windows"  # at hours of its own, such as after closing
        ALWAYS = "always"

    public_id = models.CharField(max_length=12)
    branch = InnerKey(Branch)
    may_borrow = models.BooleanField(default=False)
    may_return = models.BooleanField(default=False)
    by_door = models.BooleanField(default=True)
    by_network = models.BooleanField(default=False)
    by_sign = models.BooleanField(default=False)
    networks = models.JSONField(default=list)  # in CIDR notation
    minutes = models.PositiveSmallIntegerField(default=30)  # how long a scanned code counts
    when = models.CharField(max_length=10, choices=When.choices, default=When.OPEN)
    windows = models.JSONField(default=list)  # of [weekday, "18:00", "21:00"], 0 is Monday
    most = models.PositiveSmallIntegerField(null=True, blank=True)  # copies a visit; null: any
    not_for = models.JSONField(default=list)  # codes of card types
    secret = EncryptedField()
    sign_number = models.PositiveIntegerField(default=1)
    display_number = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("branch", name="self_service_branch_same_library"),
            models.UniqueConstraint(fields=["library", "branch"], name="self_service_once"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="self_service_public_id_once"
            ),
        ]


class ReturnPoint(LibraryOwned):
    """A marked place where readers return by scanning its code and then the book (还书点)."""

    public_id = models.CharField(max_length=12)
    branch = InnerKey(Branch)
    name = models.CharField(max_length=60)
    says = models.CharField(max_length=200, default="", blank=True)  # where to put the book
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("return_point"),
            SameLibrary("branch", name="return_point_branch_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="return_point_public_id_once"
            ),
            models.UniqueConstraint(
                fields=["library", "branch", "name"], name="return_point_name_once"
            ),
        ]


class ReceiptKey(LibraryOwned):
    """The key that signs a library's receipts (ECDSA P-256), so that a gate checks them offline.

    `public_key` is base64 of its SubjectPublicKeyInfo. A retired one signs no more.
    """

    public_id = models.CharField(max_length=12)
    private_key = EncryptedField()  # PEM
    public_key = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["library", "public_id"], name="receipt_key_public_id_once"
            ),
            models.UniqueConstraint(
                fields=["library"], condition=Q(retired_at=None), name="one_receipt_key"
            ),
        ]


class Receipt(LibraryOwned):
    """What a reader borrowed by themselves in one visit, for a guard or a gate (凭条)."""

    public_id = models.CharField(max_length=12)
    patron = InnerKey(Patron, on_delete=models.CASCADE)
    branch = InnerKey(Branch)
    made_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)  # at the gate: the next loan begins another

    class Meta:
        constraints: ClassVar = [
            anchor("receipt"),
            SameLibrary("patron", name="receipt_patron_same_library"),
            SameLibrary("branch", name="receipt_branch_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="receipt_public_id_once"),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("made_at")), name="receipt_valid_after_made"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "patron", "valid_until"], name="receipt_of_patron"),
            models.Index(fields=["library", "valid_until"], name="receipt_ends"),
        ]


class ReceiptLine(LibraryOwned):
    """A loan on a receipt."""

    receipt = InnerKey(Receipt, on_delete=models.CASCADE)
    loan = InnerKey(Loan, on_delete=models.CASCADE)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("receipt", name="receipt_line_receipt_same_library"),
            SameLibrary("loan", name="receipt_line_loan_same_library"),
            models.UniqueConstraint(fields=["library", "loan"], name="receipt_line_loan_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "receipt"], name="receipt_line_of_receipt"),
        ]


class GateReport(LibraryOwned):
    """Something at the gate that staff look into: other books than the receipt says (待核对)."""

    class Kind(models.TextChoices):
        """What was wrong. Stored: never rename one."""

        MORE = "more"  # books than the receipt says
        FEWER = "fewer"
        OTHER = "other"  # other books
        NO_RECEIPT = "no_receipt"

    public_id = models.CharField(max_length=12)
    branch = InnerKey(Branch)
    receipt = InnerKey(Receipt, on_delete=models.CASCADE, null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.CharField(max_length=200, default="", blank=True)
    reported_by = InnerKey(Staff, null=True)
    reported_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = InnerKey(Staff, null=True)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("branch", name="gate_report_branch_same_library"),
            SameLibrary("receipt", name="gate_report_receipt_same_library"),
            SameLibrary("reported_by", name="gate_report_reported_by_same_library"),
            SameLibrary("settled_by", name="gate_report_settled_by_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="gate_report_public_id_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["library", "branch", "reported_at"],
                condition=Q(settled_at=None),
                name="gate_report_open",
            ),
        ]


class ToShelve(LibraryOwned):
    """A copy a reader returned by themselves, until staff have put it away (待上架)."""

    class Ending(models.TextChoices):
        """How that ended. Stored: never rename one."""

        SHELVED = "shelved"
        ELSEWHERE = "elsewhere"  # lent again, returned once more or seen at the desk

    copy = InnerKey(Copy, on_delete=models.CASCADE)
    branch = InnerKey(Branch)
    point = InnerKey(ReturnPoint, null=True)
    returned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, null=True)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("copy", name="to_shelve_copy_same_library"),
            SameLibrary("branch", name="to_shelve_branch_same_library"),
            SameLibrary("point", name="to_shelve_point_same_library"),
            models.UniqueConstraint(
                fields=["library", "copy"], condition=Q(ended_at=None), name="to_shelve_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending=None)
                | Q(ended_at__isnull=False, ending__isnull=False),
                name="to_shelve_ended_says_how",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["library", "branch", "returned_at"],
                condition=Q(ended_at=None),
                name="to_shelve_open",
            ),
        ]
