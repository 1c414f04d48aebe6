"""What a library has: titles one searches, copies one lends."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from jieyue.catalog.call_key_field import CallKeyField
from jieyue.catalog.token_field import TokensField
from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch


class ItemType(LibraryOwned):
    """A kind of thing that is lent under its own terms (图书, 期刊, 工具书 …)."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=50)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    floats = models.BooleanField(db_default=False)  # stays at the branch where it came back

    class Meta:
        constraints: ClassVar = [
            anchor("item_type"),
            Known("library", name="item_type_library_known"),
            models.UniqueConstraint(fields=["library", "code"], name="item_type_code_once"),
            models.UniqueConstraint(fields=["library", "name"], name="item_type_name_once"),
            models.UniqueConstraint(
                fields=["library"], condition=Q(is_default=True), name="item_type_one_default"
            ),
        ]


# Not Substr, which has another name on each engine: an index answers only what is said as in it.
_MAIN_CLASS = models.Func("clc", 1, 1, function="substr")


class Title(LibraryOwned):
    """A bibliographic record (书目)."""

    class State(models.TextChoices):
        """How sure the library is of the record. All of them can be lent."""

        CONFIRMED = "confirmed"
        DOUBTFUL = "doubtful"  # found, but something about it wants a look
        DRAFT = "draft"  # nobody knew the ISBN; looked up again at night

    public_id = models.CharField(max_length=12)
    isbn13 = models.CharField(max_length=13, default="", blank=True)
    unified_number = models.CharField(max_length=40, default="", blank=True)  # 统一书号, pre-1987
    name = models.CharField(max_length=300)
    subtitle = models.CharField(max_length=300, default="", blank=True)
    authors = models.CharField(max_length=300, default="", blank=True)  # joined with " / "
    translators = models.CharField(max_length=200, default="", blank=True)
    publisher = models.CharField(max_length=200, default="", blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    price_cents = models.PositiveIntegerField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    place = models.CharField(max_length=100, db_default="", blank=True)  # of publication
    edition = models.CharField(max_length=60, db_default="", blank=True)  # "第 3 版"
    volume = models.CharField(max_length=60, db_default="", blank=True)  # "上册", "第 2 卷"
    series = models.CharField(max_length=200, default="", blank=True)
    subjects = models.CharField(max_length=400, db_default="", blank=True)  # joined with " / "
    clc = models.CharField(max_length=40, default="", blank=True)  # 中图法 class number
    language = models.CharField(max_length=10, default="", blank=True)
    audience = models.CharField(max_length=10, default="", blank=True)  # early child teen adult
    summary = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CONFIRMED)
    doubts = models.JSONField(default=list)  # codes of rules/records.py
    source = models.CharField(max_length=40, default="", blank=True)  # who described it
    provenance = models.JSONField(db_default={})  # field → who said it, where not `source`
    match_key = models.CharField(max_length=16, db_default="", blank=True)  # see importing/matching
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("title"),
            Known("library", name="title_library_known"),
            models.UniqueConstraint(fields=["library", "public_id"], name="title_public_id_once"),
            # One title, one record: two desks that scan a new book at once make one.
            models.UniqueConstraint(
                fields=["library", "isbn13"], condition=~Q(isbn13=""), name="title_isbn_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="title_has_a_name"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["library", "state"],
                condition=~Q(state="confirmed"),
                name="title_unsure",
            ),
            # SQLite looks nothing up in an index with a condition, unless a literal repeats it.
            models.Index(fields=["library", "isbn13"], name="title_isbn"),
            models.Index(fields=["library", "clc", "id"], name="title_class"),
            # Lists without words: the newest of a kind, and the newest years.
            models.Index("library", _MAIN_CLASS, "id", name="title_newest_of_class"),
            models.Index(fields=["library", "language", "id"], name="title_newest_in_language"),
            models.Index(fields=["library", "audience", "id"], name="title_newest_for_age"),
            models.Index("library", Coalesce("year", 0), "id", name="title_newest_year"),
            models.Index(fields=["library", "match_key"], name="title_match_key"),
            models.Index(fields=["library", "unified_number"], name="title_unified_number"),
        ]


class TitleRecord(LibraryOwned):
    """The MARC record a title came with, whole: what we do not model goes out again as it came."""

    title = InnerKey(Title, on_delete=models.CASCADE)
    format = models.CharField(max_length=10)  # see rules/marc/formats.py
    content = models.BinaryField()  # ISO 2709 in UTF-8, or MARCXML where it does not fit
    source = models.CharField(max_length=40, default="", blank=True)  # who gave it
    kept_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("title", name="title_record_same_library"),
            models.UniqueConstraint(fields=["library", "title"], name="title_record_once"),
        ]


class Cover(LibraryOwned):
    """A title's cover (封面), resized by us and served by us (docs/decisions/0009)."""

    title = InnerKey(Title, on_delete=models.CASCADE)
    digest = models.CharField(max_length=16)  # of the pictures: stands in their address
    large = models.BinaryField()  # WebP, at most 480 × 720
    small = models.BinaryField()  # WebP, at most 120 × 180
    source = models.CharField(max_length=40, default="", blank=True)  # who gave it
    kept_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("title", name="cover_same_library"),
            models.UniqueConstraint(fields=["library", "title"], name="cover_once"),
        ]


class TitleIndex(LibraryOwned):
    """What a title is found by (rules/finding/entry.py), written with it by search/indexing.py.

    On SQLite triggers keep a full-text table of the tokens beside it (migration 0003).
    """

    title = InnerKey(Title, on_delete=models.CASCADE)
    main = models.TextField()
    whole = models.TextField()
    more = models.TextField(blank=True)
    people = models.TextField(blank=True)
    reading = models.TextField(blank=True)
    people_readings = models.TextField(blank=True)
    tokens = TokensField()
    version = models.SmallIntegerField(null=True)  # see rules/finding/keeping.py; null: the first

    class Meta:
        constraints: ClassVar = [
            SameLibrary("title", name="title_index_same_library"),
            models.UniqueConstraint(fields=["library", "title"], name="title_index_once"),
        ]


class Copy(LibraryOwned):
    """One barcoded thing (馆藏). It stores what staff say of it; loans are asked of their rows."""

    class Standing(models.TextChoices):
        """What staff say of a copy."""

        IN_USE = "in_use"
        REFERENCE = "reference"  # read here, not lent
        REPAIR = "repair"
        MISSING = "missing"
        LOST = "lost"
        WITHDRAWN = "withdrawn"

    public_id = models.CharField(max_length=12)
    title = InnerKey(Title)
    barcode = models.CharField(max_length=40)
    branch = InnerKey(Branch)
    item_type = InnerKey(ItemType)
    shelf = models.CharField(max_length=60, default="", blank=True)
    call_number = models.CharField(max_length=60, default="", blank=True)  # 索书号
    call_key = CallKeyField()  # what it stands by on the shelf, see rules/call_order.py
    accession_number = models.CharField(max_length=40, default="", blank=True)
    price_cents = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=60, default="", blank=True)  # bought, given, …
    supplier = models.CharField(max_length=60, db_default="", blank=True)  # of whom
    parts = models.CharField(max_length=200, default="", blank=True)  # "CD 1 张"
    note = models.CharField(max_length=300, default="", blank=True)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.IN_USE)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("copy"),
            SameLibrary("title", name="copy_title_same_library"),
            SameLibrary("branch", name="copy_branch_same_library"),
            SameLibrary("item_type", name="copy_item_type_same_library"),
            models.UniqueConstraint(fields=["library", "barcode"], name="copy_barcode_once"),
            models.UniqueConstraint(fields=["library", "public_id"], name="copy_public_id_once"),
            models.UniqueConstraint(
                fields=["library", "accession_number"],
                condition=~Q(accession_number=""),
                name="copy_accession_once",
            ),
            models.CheckConstraint(condition=~Q(barcode=""), name="copy_has_a_barcode"),
            models.CheckConstraint(
                condition=Q(standing="withdrawn") ^ Q(withdrawn_at=None),
                name="copy_withdrawn_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "title"], name="copy_title"),
            models.Index(fields=["library", "accession_number"], name="copy_accession"),
            models.Index(fields=["library", "branch", "title"], name="copy_titles_of_branch"),
            models.Index(fields=["library", "call_number"], name="copy_call_number"),
            models.Index(fields=["library", "call_key"], name="copy_in_order"),
            models.Index(fields=["library", "shelf", "branch", "standing"], name="copy_shelves"),
        ]


class MergedTitle(LibraryOwned):
    """A title that became one with another (合并): its public id leads there from then on.

    `left` is what taking it back needs (circulation/rules/merging.py): what both said, what moved.
    A title others were merged into, or copies were split from or to, is not deleted.
    """

    public_id = models.CharField(max_length=12)
    into = InnerKey(Title)
    name = models.CharField(max_length=300)
    left = models.JSONField(default=dict)
    record = models.BinaryField(null=True)  # its TitleRecord and Cover, where the other's stayed
    cover_large = models.BinaryField(null=True)
    cover_small = models.BinaryField(null=True)
    staff_id = models.BigIntegerField(null=True)
    merged_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("into", name="merged_title_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="merged_title_public_id_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "into"], name="merged_title_into"),
            models.Index(fields=["library", "merged_at"], name="merged_title_latest"),
        ]


class SplitTitle(LibraryOwned):
    """Copies of a title that were another book (拆分): from which record, and where they went.

    `left` is what taking it back needs (circulation/actions/splitting.py): what moved.
    """

    public_id = models.CharField(max_length=12)
    title = InnerKey(Title)
    into = InnerKey(Title)
    left = models.JSONField(default=dict)
    staff_id = models.BigIntegerField(null=True)
    split_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("title", name="split_title_same_library"),
            SameLibrary("into", name="split_into_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="split_title_public_id_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "title"], name="split_title_title"),
            models.Index(fields=["library", "into"], name="split_title_into"),
            models.Index(fields=["library", "split_at"], name="split_title_latest"),
        ]


class DifferentTitles(LibraryOwned):
    """Two records that look like one book, and which staff said are not (不是重复)."""

    one = InnerKey(Title, on_delete=models.CASCADE)  # the older one
    other = InnerKey(Title, on_delete=models.CASCADE)
    staff_id = models.BigIntegerField(null=True)
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("one", name="different_titles_one_same_library"),
            SameLibrary("other", name="different_titles_other_same_library"),
            models.UniqueConstraint(
                fields=["library", "one", "other"], name="different_titles_once"
            ),
            models.CheckConstraint(
                condition=Q(one__lt=models.F("other")), name="different_titles_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "other"], name="different_titles_other"),
            models.Index(fields=["library", "said_at"], name="different_titles_latest"),
        ]


class ShelvingScheme(LibraryOwned):
    """How call numbers are made (排架方案): for the library, or for a branch that differs."""

    branch = InnerKey(Branch, null=True)  # null: every branch without a row of its own
    kind = models.CharField(max_length=10)  # see rules/shelving.py

    class Meta:
        constraints: ClassVar = [
            Known("library", name="shelving_scheme_library_known"),
            SameLibrary("branch", name="shelving_scheme_branch_same_library"),
            models.UniqueConstraint(
                fields=["library", "branch"],
                condition=Q(branch__isnull=False),
                name="shelving_scheme_once",
            ),
            models.UniqueConstraint(
                fields=["library"], condition=Q(branch=None), name="shelving_scheme_one_default"
            ),
        ]


class Location(LibraryOwned):
    """Where a room or shelf of a branch is, in words, as a map link, or both (架位指引).

    It holds for every copy whose `shelf` begins with the name (rules/locations.py).
    """

    public_id = models.CharField(max_length=12)
    branch = InnerKey(Branch)
    name = models.CharField(max_length=60)
    directions = models.CharField(max_length=200, blank=True)
    map_url = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("branch", name="location_branch_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="location_public_id_once"
            ),
            models.UniqueConstraint(
                fields=["library", "branch", "name"], name="location_name_once"
            ),
        ]


class SourceConfig(LibraryOwned):
    """An online book source that a library has switched on."""

    kind = models.CharField(max_length=20)  # see sources/registry.py
    name = models.CharField(max_length=60)
    base_url = models.CharField(max_length=300, default="", blank=True)
    secret = EncryptedField(default="", blank=True)
    params = models.JSONField(default=dict)
    timeout_seconds = models.PositiveSmallIntegerField(default=4)
    position = models.PositiveSmallIntegerField(default=1)
    is_enabled = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            Known("library", name="source_config_library_known"),
            models.UniqueConstraint(fields=["library", "name"], name="source_config_name_once"),
        ]


class SourceAnswer(models.Model):
    """What a source said of an ISBN: the installation's shared pool of records, and its cache.

    Belongs to no library: records are facts about books. Readers, copies and prices paid never
    come here. The curated list is the source `curated`.
    """

    source = models.CharField(max_length=60)
    isbn13 = models.CharField(max_length=13)
    record = models.JSONField(null=True)  # null: asked, and it does not know the book
    asked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["isbn13", "source"], name="source_answer_once"),
        ]
