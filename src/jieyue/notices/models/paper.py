"""Sheets by which a class is told on paper, and what each says."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Staff
from jieyue.notices.models.deliveries import Delivery
from jieyue.notices.models.notices import Notice


class ClassSheet(LibraryOwned):
    """What a class is told on paper at one time: a list for the teacher, a slip for each reader.

    While it is `made`, its deliveries name it as their `reference` and wait; later notices do not
    join them. Given out they count as handed over; withdrawn they wait for another sheet.
    """

    class State(models.TextChoices):
        """What became of it. Stored: never rename one."""

        MADE = "made"
        GIVEN = "given"  # handed out to the class
        WITHDRAWN = "withdrawn"

    public_id = models.CharField(max_length=12)
    group_name = models.CharField(max_length=60)  # the class, as it was called then
    state = models.CharField(max_length=10, choices=State.choices, default="made")
    made_by = InnerKey(Staff, null=True)  # null: a program
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # given out or withdrawn

    class Meta:
        constraints: ClassVar = [
            anchor("class_sheet"),
            Known("library", name="class_sheet_library_known"),
            SameLibrary("made_by", name="class_sheet_maker_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="class_sheet_public_id_once"
            ),
            models.CheckConstraint(
                condition=Q(state="made", ended_at=None)
                | (~Q(state="made") & Q(ended_at__isnull=False)),
                name="class_sheet_state_is_whole",
            ),
            models.CheckConstraint(condition=~Q(group_name=""), name="class_sheet_has_a_class"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "ended_at", "made_at"], name="class_sheet_latest"),
            models.Index(fields=["library", "group_name"], name="class_sheet_of_class"),
        ]


class ClassSheetLine(LibraryOwned):
    """A notice as it was printed on a sheet; what was settled before is on none."""

    sheet = InnerKey(ClassSheet)
    delivery = InnerKey(Delivery)
    notice = InnerKey(Notice)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("sheet", name="class_sheet_line_sheet_same_library"),
            SameLibrary("delivery", name="class_sheet_line_delivery_same_library"),
            SameLibrary("notice", name="class_sheet_line_notice_same_library"),
            models.UniqueConstraint(
                fields=["library", "sheet", "notice"], name="class_sheet_line_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "delivery"], name="class_sheet_line_delivery"),
            models.Index(fields=["library", "notice"], name="class_sheet_line_notice"),
        ]
