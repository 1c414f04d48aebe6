"""Who acts for whom (代借还), and which classes a colleague looks after."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import InnerKey, LibraryOwned
from jieyue.libraries.models import Staff
from jieyue.patrons.models.people import Patron


class PatronLink(LibraryOwned):
    """One reader acts for another: a parent, a teacher, a helper (家人与代办).

    Open until `ended_at`; it counts from `confirmed_at` to its last day `until`. A guardian who is
    no reader here has no `actor`, but a name and a phone number.
    """

    class Kind(models.TextChoices):
        """Who acts. Stored, and public API: never rename one."""

        GUARDIAN = "guardian"
        TEACHER = "teacher"
        HELPER = "helper"

    class Side(models.TextChoices):
        """Who asked for it, confirmed it or ended it."""

        ACTOR = "actor"
        READER = "reader"
        STAFF = "staff"

    public_id = models.CharField(max_length=12)
    actor = InnerKey(Patron, null=True)  # who acts
    reader = InnerKey(Patron)  # for whom
    kind = models.CharField(max_length=10, choices=Kind.choices)
    may_renew = models.BooleanField(default=True)
    may_reserve = models.BooleanField(default=True)
    may_borrow = models.BooleanField(default=False)
    may_settle = models.BooleanField(default=False)  # see what is owed, and deal with it
    shares_titles = models.BooleanField(null=True)  # as the reader said; null: the library's rule
    guardian_name = EncryptedField(default="", blank=True)
    guardian_phone = EncryptedField(default="", blank=True)
    guardian_phone_hash = models.CharField(max_length=64, default="", blank=True)
    asked_by = models.CharField(max_length=8, choices=Side.choices)
    asked_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=8, choices=Side.choices, default="", blank=True)
    confirmed_at = models.DateTimeField(null=True)
    until = models.DateField(null=True, blank=True)  # last day it counts; null: until it is ended
    ended_by = models.CharField(max_length=8, choices=Side.choices, default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("actor", name="patron_link_actor_same_library"),
            SameLibrary("reader", name="patron_link_reader_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="patron_link_public_id_once"
            ),
            models.UniqueConstraint(
                fields=["library", "actor", "reader"],
                condition=Q(ended_at=None, actor__isnull=False),
                name="patron_link_once_open",
            ),
            models.UniqueConstraint(
                fields=["library", "reader", "guardian_phone_hash"],
                condition=Q(ended_at=None, actor=None),
                name="patron_link_phone_once_open",
            ),
            models.CheckConstraint(
                condition=Q(actor=None) | ~Q(actor=F("reader")), name="patron_link_of_two"
            ),
            models.CheckConstraint(
                condition=Q(actor__isnull=False) | ~Q(guardian_phone_hash=""),
                name="patron_link_has_somebody",
            ),
        ]
        # SQLite looks nothing up in an index with a condition, unless a literal repeats it.
        indexes: ClassVar = [
            models.Index(fields=["library", "reader"], name="patron_link_of_reader"),
            models.Index(fields=["library", "actor"], name="patron_link_of_actor"),
            models.Index(fields=["library", "guardian_phone_hash"], name="patron_link_phone"),
            models.Index(
                fields=["library", "asked_at"],
                condition=Q(confirmed_at=None, ended_at=None),
                name="patron_link_waiting",
            ),
        ]


class FamilyRules(LibraryOwned):
    """What a library lets guardians see and hear. Without a row: rules/family.py's careful ones."""

    titles_until_age = models.PositiveSmallIntegerField()
    guardians_until_age = models.PositiveSmallIntegerField()
    reminds = models.CharField(max_length=10)
    readers_may_ask = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            Known("library", name="family_rules_library_known"),
            models.UniqueConstraint(fields=["library"], name="family_rules_one"),
        ]


class StaffGroup(LibraryOwned):
    """A class that a colleague looks after (班主任). Who has any sees only these as classes."""

    staff = InnerKey(Staff)
    group_name = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("staff", name="staff_group_staff_same_library"),
            models.UniqueConstraint(
                fields=["library", "staff", "group_name"], name="staff_group_once"
            ),
            models.CheckConstraint(condition=~Q(group_name=""), name="staff_group_has_a_name"),
        ]
