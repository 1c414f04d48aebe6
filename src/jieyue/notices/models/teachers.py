"""The weekly message to whoever looks after classes (班主任周报)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import InnerKey, LibraryOwned
from jieyue.libraries.models import Staff


class TeacherDigest(LibraryOwned):
    """One week's e-mail to one colleague, and what became of it. Its text is never stored.

    A teacher is no reader, so it is no `Delivery`; it is handed over in the same way: the lease is
    committed before the network is touched, and `public_id` is the same each time.
    """

    class State(models.TextChoices):
        """What became of it. Stored: never rename one."""

        WAITING = "waiting"
        HANDED = "handed"  # the mail server has taken it
        DROPPED = "dropped"  # there was nothing to say, or nobody wants it any more
        GIVEN_UP = "given_up"  # it did not arrive: staff see it

    public_id = models.CharField(max_length=12)
    staff = InnerKey(Staff)
    week_on = models.DateField()  # the Monday
    state = models.CharField(max_length=10, choices=State.choices, default="waiting")
    due_at = models.DateTimeField()  # when it is tried next
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, default="", blank=True)  # why not
    detail = models.CharField(max_length=300, default="", blank=True)  # in the service's words
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            Known("library", name="teacher_digest_library_known"),
            SameLibrary("staff", name="teacher_digest_staff_same_library"),
            models.UniqueConstraint(
                fields=["library", "staff", "week_on"], name="teacher_digest_once_a_week"
            ),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="teacher_digest_public_id_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="teacher_digest_state_is_whole",
            ),
        ]
        indexes: ClassVar = [
            # SQLite looks nothing up in an index with a condition, unless a literal repeats it.
            models.Index(
                fields=["library", "due_at"], condition=Q(ended_at=None), name="teacher_digest_open"
            ),
            models.Index(fields=["library", "created_at"], name="teacher_digest_latest"),
        ]


class TeacherWish(LibraryOwned):
    """Where a colleague gets the weekly message, and whether they want it. No row: they do.

    An empty address means the one of their account, if that has one. `confirmed_hash` is the keyed
    hash of the address that they showed to be theirs; another one has to be shown anew.
    """

    staff = InnerKey(Staff)
    email = EncryptedField(default="", blank=True)
    confirmed_hash = models.CharField(max_length=64, default="", blank=True)
    is_off = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            Known("library", name="teacher_wish_library_known"),
            SameLibrary("staff", name="teacher_wish_staff_same_library"),
            models.UniqueConstraint(fields=["library", "staff"], name="teacher_wish_once"),
        ]
