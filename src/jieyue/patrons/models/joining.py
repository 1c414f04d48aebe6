"""How people become readers: the library's form, its invitations, and what was sent in."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.accounts.models import Account
from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch, Staff
from jieyue.patrons.models.people import Patron, PatronCategory

OPEN_STATES = ("sent", "asked")
DECIDED_STATES = ("approved", "refused", "withdrawn")


class JoiningForm(LibraryOwned):
    """What a library asks of who wants a card (办证申请表). Without a row it takes no applications.

    `fields` is {field: {"ask", "pattern", "hint"}}, `questions` a list of {"label", "ask", "hint"}:
    see rules/joining/form.py. `approves` names the rules that approve by themselves.
    """

    is_open = models.BooleanField(default=False)
    welcome = models.TextField(default="", blank=True)
    fields = models.JSONField(default=dict)
    questions = models.JSONField(default=list)
    category = InnerKey(PatronCategory, null=True)  # null: the library's default card type
    offered = models.JSONField(default=list)  # codes of card types one may choose from
    approves = models.JSONField(default=list)
    domains = models.JSONField(default=list)  # of e-mail addresses that approve
    roster_phone = models.BooleanField(default=True)  # a roster's row asks for its phone, too
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            Known("library", name="joining_form_library_known"),
            SameLibrary("category", name="joining_form_category_same_library"),
            models.UniqueConstraint(fields=["library"], name="joining_form_one"),
        ]


class Invitation(LibraryOwned):
    """A code, or a slip of paper for each of a class, that invites to apply (邀请).

    The codes follow from `prefix` and a number (joining/invitations.py); none is kept. With
    `is_slips` each of `places` numbers serves once, else number 0 serves `places` times.
    """

    public_id = models.CharField(max_length=12)
    prefix = models.CharField(max_length=5)
    name = models.CharField(max_length=100)  # what staff know it by
    places = models.PositiveIntegerField()
    is_slips = models.BooleanField(default=False)
    ends_on = models.DateField(null=True, blank=True)  # last day; null: until it is ended
    category = InnerKey(PatronCategory, null=True)
    branch = InnerKey(Branch, null=True)
    group_name = models.CharField(max_length=60, default="", blank=True)
    created_at = models.DateTimeField()
    created_by = InnerKey(Staff, null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("invitation"),
            Known("library", name="invitation_library_known"),
            SameLibrary("category", name="invitation_category_same_library"),
            SameLibrary("branch", name="invitation_branch_same_library"),
            SameLibrary("created_by", name="invitation_created_by_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="invitation_public_id_once"
            ),
            models.UniqueConstraint(fields=["library", "prefix"], name="invitation_prefix_once"),
            models.CheckConstraint(
                condition=Q(places__gte=1, places__lte=1000), name="invitation_places"
            ),
        ]


class Application(LibraryOwned):
    """Somebody asks for a card (办证申请). Answers are encrypted whole, and erased in time.

    Whoever holds the link may see where it stands; its token follows from the public id
    (joining/applications.py) and is not kept.
    """

    class State(models.TextChoices):
        """Where it stands. Stored, and public API: never rename one."""

        SENT = "sent"
        ASKED = "asked"  # staff want to know something more
        APPROVED = "approved"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    public_id = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    answers = EncryptedField(default="{}")  # JSON: field → text, see rules/joining/answers.py
    # Who it is, by name and number or phone: nobody has two open ones.
    who_hash = models.CharField(max_length=64)
    phone_hash = models.CharField(max_length=64, default="", blank=True)
    from_hash = models.CharField(max_length=64, default="", blank=True)  # the network address
    is_phone_verified = models.BooleanField(default=False)
    is_email_verified = models.BooleanField(default=False)
    is_child = models.BooleanField(default=False)  # under 14 when it was sent
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    category = InnerKey(PatronCategory, null=True)  # what they would like
    branch = InnerKey(Branch, null=True)
    invitation = InnerKey(Invitation, null=True)
    slip = models.PositiveIntegerField(null=True)  # which of its codes; null: the shared one
    sent_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    question = EncryptedField(default="", blank=True)  # what staff asked last
    reason = EncryptedField(default="", blank=True)  # why it was refused
    decided_at = models.DateTimeField(null=True)
    decided_by = InnerKey(Staff, null=True)
    decided_how = models.CharField(max_length=12, default="", blank=True)  # staff, or the rule
    patron = InnerKey(Patron, null=True)  # the reader they became
    password_set_at = models.DateTimeField(null=True)  # the one time the link may set one
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("application"),
            Known("library", name="application_library_known"),
            Known("account", name="application_account_known"),
            SameLibrary("category", name="application_category_same_library"),
            SameLibrary("branch", name="application_branch_same_library"),
            SameLibrary("invitation", name="application_invitation_same_library"),
            SameLibrary("decided_by", name="application_decided_by_same_library"),
            SameLibrary("patron", name="application_patron_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="application_public_id_once"
            ),
            models.UniqueConstraint(
                fields=["library", "who_hash"],
                condition=Q(state__in=OPEN_STATES),
                name="application_one_open_each",
            ),
            models.UniqueConstraint(
                fields=["library", "invitation", "slip"],
                condition=Q(slip__isnull=False) & ~Q(state__in=("refused", "withdrawn")),
                name="application_slip_once",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", patron__isnull=False)
                | (~Q(state="approved") & Q(patron=None)),
                name="application_approved_is_a_reader",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "state", "sent_at"], name="application_waiting"),
            models.Index(fields=["library", "who_hash"], name="application_of_person"),
            models.Index(fields=["library", "phone_hash", "sent_at"], name="application_phone"),
            models.Index(fields=["library", "from_hash", "sent_at"], name="application_from"),
            models.Index(fields=["library", "invitation"], name="application_invited"),
            models.Index(fields=["library", "patron"], name="application_became"),
        ]
