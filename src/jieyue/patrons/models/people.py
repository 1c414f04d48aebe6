"""Readers of a library, the kinds of card, and the cards themselves."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.accounts.models import Account
from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch


class PatronCategory(LibraryOwned):
    """A kind of card (借阅卡类型). Its loans, days and renewals are rows of `LoanPolicy`."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=50)
    valid_months = models.PositiveSmallIntegerField(null=True, blank=True)  # null: no expiry
    queue_class = models.PositiveSmallIntegerField(default=5)  # 1 is served first among holds
    yearly_fee_cents = models.PositiveIntegerField(default=0)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            anchor("category"),
            Known("library", name="category_library_known"),
            models.UniqueConstraint(fields=["library", "code"], name="category_code_once"),
            models.UniqueConstraint(fields=["library", "name"], name="category_name_once"),
            models.UniqueConstraint(
                fields=["library"], condition=Q(is_default=True), name="category_one_default"
            ),
        ]


class Patron(LibraryOwned):
    """A person in one library (读者)."""

    public_id = models.CharField(max_length=12)
    name = models.CharField(max_length=100)
    name_key = models.CharField(max_length=400, default="", blank=True)  # see rules/names.py
    sort_key = models.CharField(max_length=400, default="", db_default="", blank=True)  # there, too
    category = InnerKey(PatronCategory)
    branch = InnerKey(Branch)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    student_number = models.CharField(max_length=40, default="", blank=True)
    group_name = models.CharField(max_length=60, default="", blank=True)  # class or department
    phone = EncryptedField(default="", blank=True)
    phone_hash = models.CharField(max_length=64, default="", blank=True)
    email = EncryptedField(default="", blank=True)
    email_hash = models.CharField(max_length=64, default="", blank=True)
    note = models.TextField(default="", blank=True)  # for staff only
    born_on = EncryptedField(default="", blank=True)  # 2015-04-30
    expires_on = models.DateField(null=True, blank=True)  # last valid day; null: no expiry
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_reason = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("patron"),
            SameLibrary("category", name="patron_category_same_library"),
            SameLibrary("branch", name="patron_branch_same_library"),
            Known("account", name="patron_account_known"),
            models.UniqueConstraint(fields=["library", "public_id"], name="patron_public_id_once"),
            models.UniqueConstraint(
                fields=["library", "student_number"],
                condition=~Q(student_number=""),
                name="patron_student_number_once",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="patron_has_a_name"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "name_key"], name="patron_name_key"),
            models.Index(fields=["library", "sort_key", "name"], name="patron_in_order"),
            models.Index(fields=["library", "phone_hash"], name="patron_phone"),
            models.Index(fields=["library", "email_hash"], name="patron_email"),
            models.Index(fields=["library", "group_name"], name="patron_group"),
            models.Index(fields=["library", "expires_on"], name="patron_expires"),
        ]


class Card(LibraryOwned):
    """A card (借阅卡). Barcodes are never used twice, not even after a card is lost."""

    patron = InnerKey(Patron)
    barcode = models.CharField(max_length=40)
    issued_at = models.DateTimeField()
    lost_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # replaced or withdrawn

    class Meta:
        constraints: ClassVar = [
            SameLibrary("patron", name="card_patron_same_library"),
            models.UniqueConstraint(fields=["library", "barcode"], name="card_barcode_once"),
            models.UniqueConstraint(
                fields=["library", "patron"],
                condition=Q(ended_at=None),
                name="card_one_current_per_patron",
            ),
            models.CheckConstraint(condition=~Q(barcode=""), name="card_has_a_barcode"),
        ]
        # SQLite looks nothing up in an index with a condition, unless a literal repeats it.
        indexes: ClassVar = [models.Index(fields=["library", "patron"], name="card_of_patron")]
