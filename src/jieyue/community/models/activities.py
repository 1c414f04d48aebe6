"""Activities (活动), and who comes."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch
from jieyue.patrons.models import Patron


class Activity(LibraryOwned):
    """Something that happens at the library. Its row is locked while somebody signs up.

    `taken` are its sign-ups with a place: the database lets it never exceed `places`.
    """

    public_id = models.CharField(max_length=12)
    name = models.CharField(max_length=100)
    text = models.TextField(default="", blank=True)
    branch = InnerKey(Branch, null=True)
    place = models.CharField(max_length=100, default="", blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    needs_sign_up = models.BooleanField(default=True)
    places = models.PositiveIntegerField(null=True, blank=True)  # null: as many as come
    taken = models.PositiveIntegerField(default=0)
    has_waiting_list = models.BooleanField(default=True)
    min_age = models.PositiveSmallIntegerField(null=True, blank=True)  # years, on the day
    max_age = models.PositiveSmallIntegerField(null=True, blank=True)
    categories = models.JSONField(default=list)  # codes of card types; empty: all
    sign_up_from = models.DateTimeField(null=True, blank=True)
    sign_up_until = models.DateTimeField(null=True, blank=True)  # null: until it starts
    published_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, default="", blank=True)
    reminded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("activity"),
            Known("library", name="activity_library_known"),
            SameLibrary("branch", name="activity_branch_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="activity_id_once"),
            models.CheckConstraint(condition=~Q(name=""), name="activity_has_a_name"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="activity_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(places=None) | Q(taken__lte=F("places")), name="activity_never_overfull"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "starts_at"], name="activity_when"),
        ]


class SignUp(LibraryOwned):
    """A reader who comes, waits for a place, or does not come after all."""

    class State(models.TextChoices):
        """Stored: never rename one."""

        COMES = "comes"
        WAITS = "waits"
        CANCELLED = "cancelled"

    public_id = models.CharField(max_length=12)
    activity = InnerKey(Activity)
    patron = InnerKey(Patron)
    state = models.CharField(max_length=10, choices=State.choices)
    asked_at = models.DateTimeField()
    moved_up_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    came = models.BooleanField(null=True)  # null: nobody ticked it

    class Meta:
        constraints: ClassVar = [
            anchor("sign_up"),
            SameLibrary("activity", name="sign_up_activity_same_library"),
            SameLibrary("patron", name="sign_up_patron_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="sign_up_id_once"),
            models.UniqueConstraint(
                fields=["library", "activity", "patron"],
                condition=~Q(state="cancelled"),
                name="sign_up_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "activity", "state", "id"], name="sign_up_of"),
            models.Index(fields=["library", "patron"], name="sign_up_of_patron"),
        ]
