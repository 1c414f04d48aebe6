"""Feedback (意见反馈) with what was said of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.community.rules.feedback import FeedbackKind, FeedbackState
from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch, Staff
from jieyue.patrons.models import Patron


class Feedback(LibraryOwned):
    """What somebody wrote to the library. Without a patron it was a visitor.

    `about` is what it speaks of: `title:<public id>` or `page:<path>`; empty for the library or
    the branch. `branch` is the one it is about, else the reader's own, else none.
    """

    public_id = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in FeedbackKind])
    about = models.CharField(max_length=120, default="", blank=True)
    branch = InnerKey(Branch, null=True)
    patron = InnerKey(Patron, null=True)
    contact = EncryptedField(default="", blank=True)  # of a visitor who wants an answer
    sender_hash = models.CharField(max_length=64, default="", blank=True)  # forgotten after a day
    text = models.TextField()
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in FeedbackState], default="new"
    )
    assigned_to = InnerKey(Staff, null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("feedback"),
            Known("library", name="feedback_library_known"),
            SameLibrary("branch", name="feedback_branch_same_library"),
            SameLibrary("patron", name="feedback_patron_same_library"),
            SameLibrary("assigned_to", name="feedback_assigned_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="feedback_id_once"),
            models.CheckConstraint(condition=~Q(text=""), name="feedback_says_something"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "state", "changed_at"], name="feedback_in_state"),
            models.Index(fields=["library", "patron", "created_at"], name="feedback_of_patron"),
            models.Index(fields=["library", "sender_hash"], name="feedback_sender"),
        ]


class FeedbackLine(LibraryOwned):
    """Something said of feedback afterwards: an answer, the reader's follow-up, an internal note.

    Never changed. `staff` is empty for the reader's.
    """

    class Kind(models.TextChoices):
        """Who said it to whom. Stored: never rename one."""

        ANSWER = "answer"
        FOLLOW_UP = "follow_up"  # by the reader, once
        NOTE = "note"  # among staff

    feedback = InnerKey(Feedback)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField()
    staff = InnerKey(Staff, null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("feedback", name="feedback_line_same_library"),
            SameLibrary("staff", name="feedback_line_staff_same_library"),
            models.UniqueConstraint(
                fields=["library", "feedback"],
                condition=Q(kind="follow_up"),
                name="feedback_one_follow_up",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "feedback"], name="feedback_line_of"),
        ]


class FeedbackPicture(LibraryOwned):
    """The picture that came with feedback, drawn anew in two sizes as covers are."""

    feedback = InnerKey(Feedback)
    digest = models.CharField(max_length=16)
    large = models.BinaryField()
    small = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("feedback", name="feedback_picture_same_library"),
            models.UniqueConstraint(fields=["library", "feedback"], name="feedback_one_picture"),
        ]
