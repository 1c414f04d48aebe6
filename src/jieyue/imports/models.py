"""What a library brings along: a file, its rows, and what became of each."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.imports.rules.runs import AT_WORK, Kind, RowState, State
from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import InnerKey, LibraryOwned, anchor


def _choices(kinds: type[Kind] | type[State] | type[RowState]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kinds]


class Import(LibraryOwned):
    """A file on its way in (导入). The worker goes through it step by step, each a transaction.

    `rows_read` is the number of rows judged so far, `last_row` the number of the last one, by which
    a step goes on (an undo goes from the last row to the first); `rows_done` those settled by the
    import or, later, by its undo.
    """

    public_id = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, choices=_choices(Kind))
    state = models.CharField(max_length=10, choices=_choices(State), default=State.UPLOADED.value)
    problem = models.CharField(max_length=40, default="", blank=True)  # why it failed
    file_name = models.CharField(max_length=200)
    file_bytes = models.BigIntegerField()
    shape = models.JSONField(default=dict)  # how the file is read, kit.tables or marc
    columns = models.JSONField(default=list)  # what each column holds, "" to leave it out
    samples = EncryptedField(default="")  # JSON: some texts of each column
    options = models.JSONField(default=dict)  # of the kind: which fields replace ours, …
    again_of = InnerKey("self", null=True)  # the import whose rejected rows these are, put right
    rows_guessed = models.PositiveIntegerField(default=0)  # for the progress bar while checking
    rows_read = models.PositiveIntegerField(default=0)
    last_row = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)  # verdict or row state → rows
    covers = models.JSONField(default=dict, db_default={})  # how far the search for them is
    steps = models.PositiveIntegerField(default=0)  # each step does its work once
    staff_id = models.BigIntegerField(null=True)  # in whose name the worker goes on
    token_id = models.BigIntegerField(null=True)  # or by which program's token
    branch_id = models.BigIntegerField()  # where it was begun
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # imported as far as it goes
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("import"),
            Known("library", name="import_library_known"),
            SameLibrary("again_of", name="import_again_of_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="import_public_id_once"),
            # Two at once would judge against each other's half.
            models.UniqueConstraint(
                fields=["library"],
                condition=Q(state__in=[state.value for state in AT_WORK]),
                name="import_one_at_work",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "created_at"], name="import_latest"),
        ]


class ImportPart(LibraryOwned):
    """A piece of the file, so that any worker can read it and the nightly copy holds it.

    Of a file about people `sealed` holds it in base64, and `content` is empty.
    """

    run = InnerKey(Import, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    content = models.BinaryField(default=b"")
    sealed = EncryptedField(default="")

    class Meta:
        constraints: ClassVar = [
            SameLibrary("run", name="import_part_same_library"),
            models.UniqueConstraint(
                fields=["library", "run", "number"], name="import_part_number_once"
            ),
        ]


class ImportRow(LibraryOwned):
    """A row of the file, its verdict, and what became of it.

    `number` is the one a spreadsheet shows, or a record's place in its file. `made` holds what is
    needed to take it back: row ids that were made, fields as they were before. Of a file about
    people `sealed` holds cells, reading, faults, doubts and made, and these are empty.
    """

    run = InnerKey(Import, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=list)  # as in the file; of a record, what a person knows it by
    original = models.BinaryField(null=True)  # a MARC record's bytes
    reading = models.JSONField(default=dict)  # the row as understood
    first_row = models.PositiveIntegerField(default=0)  # the first row of the same book or reader
    verdict = models.CharField(max_length=10)  # of the kind: new, update, duplicate, wrong
    faults = models.JSONField(default=list)  # [code, field, value], …
    doubts = models.JSONField(default=list)  # the same
    is_doubtful = models.BooleanField(default=False)  # comes in, but without something
    changed = models.JSONField(default=list)  # names of fields that an update changes
    state = models.CharField(
        max_length=10, choices=_choices(RowState), default=RowState.WAITING.value
    )
    made = models.JSONField(default=dict)
    sealed = EncryptedField(default="")

    class Meta:
        constraints: ClassVar = [
            SameLibrary("run", name="import_row_same_library"),
            models.UniqueConstraint(
                fields=["library", "run", "number"], name="import_row_number_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["library", "run", "number"],
                condition=Q(state="waiting"),
                name="import_row_waiting",
            ),
            models.Index(fields=["library", "run", "verdict", "number"], name="import_row_verdict"),
            models.Index(
                fields=["library", "run", "number"],
                condition=Q(is_doubtful=True),
                name="import_row_doubtful",
            ),
        ]
