"""What readers, or their guardians, have agreed to, each with the words they agreed to."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Staff
from jieyue.patrons.models.joining import Application
from jieyue.patrons.models.people import Patron


class ConsentText(LibraryOwned):
    """A version of the words of one kind of consent. Never changed: new words are a new version."""

    class Kind(models.TextChoices):
        """What is agreed to. Stored: never rename one."""

        PRIVACY = "privacy"  # the library keeps what the form asks for
        GUARDIAN = "guardian"  # a guardian agrees for a child under 14
        MESSAGES = "messages"  # news of activities, invitations; nothing that lending needs
        HISTORY = "history"  # what was borrowed and returned is kept for the reader

    kind = models.CharField(max_length=12, choices=Kind.choices)
    version = models.PositiveIntegerField()
    words_zh = models.TextField()
    words_en = models.TextField()
    is_built_in = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = InnerKey(Staff, null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("consent_text"),
            Known("library", name="consent_text_library_known"),
            SameLibrary("created_by", name="consent_text_created_by_same_library"),
            models.UniqueConstraint(
                fields=["library", "kind", "version"], name="consent_text_version_once"
            ),
        ]


class Consent(LibraryOwned):
    """One consent (同意记录): given once, withdrawn once, never deleted or changed otherwise.

    Given with an application it belongs to nobody yet; the reader is filled in when they are one.
    """

    class Giver(models.TextChoices):
        """Who agreed."""

        SELF = "self"
        GUARDIAN = "guardian"

    public_id = models.CharField(max_length=12)
    patron = InnerKey(Patron, null=True)
    application = InnerKey(Application, null=True)
    kind = models.CharField(max_length=12, choices=ConsentText.Kind.choices)
    text = InnerKey(ConsentText)
    language = models.CharField(max_length=10)  # in which it was read
    giver = models.CharField(max_length=10, choices=Giver.choices, default=Giver.SELF)
    guardian_name = EncryptedField(default="", blank=True)
    guardian_phone = EncryptedField(default="", blank=True)  # verified by a code
    given_at = models.DateTimeField()
    door = models.CharField(max_length=10)
    staff = InnerKey(Staff, null=True)  # who noted it, when it was given on paper
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_door = models.CharField(max_length=10, default="", blank=True)
    withdrawn_staff = InnerKey(Staff, null=True)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("patron", name="consent_patron_same_library"),
            SameLibrary("application", name="consent_application_same_library"),
            SameLibrary("text", name="consent_text_same_library"),
            SameLibrary("staff", name="consent_staff_same_library"),
            SameLibrary("withdrawn_staff", name="consent_withdrawn_staff_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="consent_public_id_once"),
            models.UniqueConstraint(
                fields=["library", "patron", "kind"],
                condition=Q(withdrawn_at=None, patron__isnull=False),
                name="consent_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(patron__isnull=False) | Q(application__isnull=False),
                name="consent_is_somebodys",
            ),
        ]
        # SQLite looks nothing up in an index with a condition, unless a literal repeats it.
        indexes: ClassVar = [
            models.Index(fields=["library", "patron", "kind"], name="consent_of_patron"),
            models.Index(fields=["library", "application"], name="consent_of_application"),
        ]
