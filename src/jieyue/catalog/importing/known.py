"""What the library has of a batch of rows, and what the rows before them add to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jieyue.catalog.models import Copy, ItemType, Title
from jieyue.catalog.queries import CARDS_WITH_BARCODES
from jieyue.catalog.rules.copies import consecutive
from jieyue.catalog.rules.descriptions import FIELDS, Description
from jieyue.catalog.rules.finding.text import plain
from jieyue.catalog.rules.importing.matching import Identity, are_one, identity_of
from jieyue.catalog.rules.importing.rows import BookRow
from jieyue.catalog.rules.importing.verdicts import There
from jieyue.kit import sql
from jieyue.kit.transactions import lock_all
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch

_BESIDES: Final = ("public_id", "state", "source", "provenance")
_ALIKE: Final = 200  # titles of one name that are looked at


@dataclass(slots=True, eq=False)
class KnownTitle:
    """A title of the library, or one that an earlier row makes (`id` is None until it is made)."""

    id: int | None
    book: Description
    identity: Identity
    public_id: str = ""
    state: str = ""
    source: str = ""
    provenance: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Places:
    """Branches and item types by code and by name; None is what the row leaves open."""

    branches: dict[str, int]
    item_types: dict[str, int]

    def branch(self, text: str) -> int | None:
        """Return the branch with this code or name."""
        return self.branches.get(place_key(text))

    def item_type(self, text: str) -> int | None:
        """Return the item type with this code or name."""
        return self.item_types.get(place_key(text))


def place_key(text: str) -> str:
    """Return a branch's or item type's name or code as it is compared."""
    return plain(text).replace(" ", "")


def places_of(desk: Desk, options: Mapping[str, Any]) -> Places:
    """Return where copies can go, the desk's own branch where nothing is said. Two statements."""
    branches: dict[str, int] = {}
    for pk, code, name in Branch.objects.filter(is_open=True).values_list("id", "code", "name"):
        if desk.works_at(pk):
            branches |= {place_key(name): pk, place_key(code): pk}
    item_types: dict[str, int] = {}
    default = ItemType.objects.filter(is_active=True).order_by("is_default", "-id")
    for pk, code, name in default.values_list("id", "code", "name"):
        item_types |= {place_key(name): pk, place_key(code): pk, "": pk}
    if desk.works_at(desk.branch_id):
        branches[""] = desk.branch_id
    for name, found in (("branch", branches), ("item_type", item_types)):
        if chosen := options.get(name):
            found.pop("", None)
            if place_key(chosen) in found:
                found[""] = found[place_key(chosen)]
    return Places(branches, item_types)


@dataclass(slots=True)
class Known:
    """The library as a batch of rows finds it. `learn` adds what a row brings."""

    places: Places
    by_id: dict[int, KnownTitle] = field(default_factory=dict)
    by_isbn: dict[str, KnownTitle] = field(default_factory=dict)
    by_key: dict[str, list[KnownTitle]] = field(default_factory=dict)
    by_first: dict[int, KnownTitle] = field(default_factory=dict)  # row that is the book's first
    owners: dict[str, "int | KnownTitle"] = field(default_factory=dict)  # of barcodes
    accessions: dict[str, str] = field(default_factory=dict)  # the barcode of who has it
    cards: frozenset[str] = frozenset()

    def title_of(self, row: BookRow, identity: Identity, first_row: int) -> KnownTitle | None:
        """Return the title a row belongs to."""
        if found := self.by_isbn.get(identity.isbn13):
            return found
        if found := self.by_first.get(first_row):
            return found
        alike = self.by_key.get(identity.key, ())
        return next((one for one in alike if are_one(identity, one.identity)), None)

    def there(self, row: BookRow, title: KnownTitle | None) -> There:
        """Return what the library has of what a row names."""
        copies = row.copies
        owners = {code: self.owners[code] for code in copies.barcodes if code in self.owners}
        own = {
            code
            for code, owner in owners.items()
            if title is not None and (owner is title or owner == title.id)
        }
        missing = set()
        if copies.count and self.places.branch(copies.branch) is None:
            missing.add("branch")
        if copies.count and self.places.item_type(copies.item_type) is None:
            missing.add("item_type")
        return There(
            book=title.book if title else None,
            own_barcodes=frozenset(own),
            other_barcodes=frozenset(owners) - own,
            cards=self.cards.intersection(copies.barcodes),
            accessions=frozenset(
                number
                for number in copies.accessions
                if number in self.accessions and self.accessions[number] not in own
            ),
            places_missing=frozenset(missing),
        )

    def remember(self, title: KnownTitle) -> None:
        """Let later rows find a title, by what it says now."""
        if title.identity.isbn13:
            self.by_isbn.setdefault(title.identity.isbn13, title)
        if title.identity.key:
            alike = self.by_key.setdefault(title.identity.key, [])
            if title not in alike:
                alike.append(title)

    def brought(self, title: KnownTitle, row: BookRow, first_row: int) -> None:
        """Note a row that comes in: its title, and the numbers of its copies."""
        self.remember(title)
        if first_row:
            self.by_first.setdefault(first_row, title)
        self.owners.update(dict.fromkeys(row.copies.barcodes, title))
        codes = row.copies.barcodes or ("",)
        self.accessions.update(dict.fromkeys(row.copies.accessions, codes[0]))


def known_of(
    desk: Desk,
    options: Mapping[str, Any],
    rows: Sequence[tuple[BookRow, Identity]],
    *,
    titles: Iterable[int] = (),
    is_locking: bool = False,
) -> Known:
    """Read what the library has of these rows. Eight statements, one more to lock.

    `titles` are ids of titles that rows before brought. Locks the titles that may be changed,
    in order of id, in a statement of its own.
    """
    isbns = {identity.isbn13 for _, identity in rows if identity.isbn13}
    keys = {identity.key for _, identity in rows if identity.key}
    # Each by an index of its own: SQLite would read the whole library through for an OR of them.
    ids = set(titles)
    ids.update(Title.objects.filter(isbn13__in=isbns).values_list("pk", flat=True))
    ids.update(Title.objects.filter(match_key__in=keys).values_list("pk", flat=True))
    if is_locking:
        lock_all(Title.objects.filter(pk__in=ids).only("pk"))
    found = Title.objects.filter(pk__in=ids).order_by("pk")
    known = Known(places_of(desk, options))
    for row in found.values("pk", *FIELDS, *_BESIDES):
        title = _known_title(row)
        known.by_id[row["pk"]] = title
        if len(known.by_key.get(title.identity.key, ())) < _ALIKE:
            known.remember(title)
    _read_numbers(known, [row for row, _ in rows])
    return known


def _known_title(row: dict[str, Any]) -> KnownTitle:
    book = Description(**{name: row[name] for name in FIELDS})
    return KnownTitle(
        id=row["pk"], book=book, identity=identity_of(book),
        **{name: row[name] for name in _BESIDES},
    )  # fmt: skip


def _read_numbers(known: Known, rows: Sequence[BookRow]) -> None:
    barcodes = [code for row in rows for code in row.copies.barcodes]
    numbers = [number for row in rows for number in row.copies.accessions]
    columns = ("barcode", "accession_number", "title_id")
    for copies in (
        Copy.objects.filter(barcode__in=barcodes),
        Copy.objects.filter(accession_number__in=numbers),
    ):
        for barcode, number, title_id in copies.values_list(*columns):
            known.owners[barcode] = title_id
            if number:
                known.accessions[number] = barcode
    cards = sql.rows(CARDS_WITH_BARCODES, barcodes=barcodes) if barcodes else []
    known.cards = frozenset(row["barcode"] for row in cards)


def numbered(row: BookRow) -> tuple[str, ...]:
    """Return all accession numbers of a row: of one for the first copy, those that follow it."""
    numbers, count = row.copies.accessions, row.copies.count
    if len(numbers) == 1 < count and numbers[0][-1:].isdigit():
        return tuple(consecutive(numbers[0], count))
    return numbers[:count]
