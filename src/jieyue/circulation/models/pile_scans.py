"""The pile that somebody scans, book by book, before saying what shall be changed."""

from typing import ClassVar

from django.db import models

from jieyue.catalog.models import Copy
from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned
from jieyue.libraries.models import Staff


class PileScan(LibraryOwned):
    """A copy that somebody scanned onto their pile; a change may be chosen for all of them.

    Each of the staff has one such pile, on whatever device. Beginning a change takes them off.
    """

    staff = InnerKey(Staff, on_delete=models.CASCADE)
    copy = InnerKey(Copy, on_delete=models.CASCADE)
    scanned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("staff", name="pile_scan_staff_same_library"),
            SameLibrary("copy", name="pile_scan_copy_same_library"),
            models.UniqueConstraint(
                fields=["library", "staff", "copy"], name="pile_scan_copy_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "copy"], name="pile_scan_copy"),
        ]
