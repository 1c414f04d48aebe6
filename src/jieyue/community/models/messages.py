"""Messages to a group of readers, and what came of them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch, Staff
from jieyue.patrons.models import Patron


class GroupMessage(LibraryOwned):
    """A message to those readers whom its filter finds and who agreed to be written to.

    `filters` is as rules/audience.py reads it. Sent in steps by the worker; `last_patron` is how
    far it came, so that one that was stopped or killed goes on where it was.
    """

    class State(models.TextChoices):
        """Stored: never rename one."""

        DRAFT = "draft"
        SCHEDULED = "scheduled"
        SENDING = "sending"
        SENT = "sent"
        STOPPED = "stopped"

    public_id = models.CharField(max_length=12)
    name = models.CharField(max_length=60)  # its subject
    text = models.TextField()
    branch = InnerKey(Branch, null=True)  # readers of this one only
    filters = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    send_at = models.DateTimeField(null=True)
    last_patron = models.PositiveBigIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)  # when it was sent
    without_consent = models.PositiveIntegerField(default=0)
    over_limit = models.PositiveIntegerField(default=0)  # had their messages of the month
    sent = models.PositiveIntegerField(default=0)
    created_by = InnerKey(Staff, null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("group_message"),
            Known("library", name="group_message_library_known"),
            SameLibrary("branch", name="group_message_branch_same_library"),
            SameLibrary("created_by", name="group_message_staff_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="group_message_id_once"),
            models.CheckConstraint(condition=~Q(name=""), name="group_message_has_a_name"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "created_at"], name="group_message_made"),
        ]


class MessageRecipient(LibraryOwned):
    """A reader a message was for, and what came of it. `step` is the step that wrote it."""

    public_id = models.CharField(max_length=12)
    message = InnerKey(GroupMessage)
    patron = InnerKey(Patron)
    step = models.PositiveIntegerField()
    at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("message", name="message_recipient_message_same_library"),
            SameLibrary("patron", name="message_recipient_patron_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="recipient_id_once"),
            models.UniqueConstraint(
                fields=["library", "message", "patron"], name="message_received_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "message", "step"], name="recipient_of_step"),
            models.Index(fields=["library", "patron", "at"], name="recipient_of_patron"),
        ]
