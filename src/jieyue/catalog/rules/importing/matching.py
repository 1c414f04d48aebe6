"""Whether two descriptions are of one book, though written by different people.

By number where both have one, else by title, volume, author, publisher and year, compared in one
script, width and case. Volumes of a set are different books. Missing parts are no contradiction,
but they are no agreement either.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from jieyue.catalog.rules.descriptions import Description, is_nameless
from jieyue.catalog.rules.finding.text import joined, plain
from jieyue.catalog.rules.volumes import volume_in, volume_key

_FEW: Final = 2  # of author, publisher and year must agree
_MOST: Final = 200  # different books of one name; further ones are compared by number alone


@dataclass(frozen=True, slots=True)
class Identity:
    """What a book is told by; texts as they are compared. `name` is "" for a draft.

    A volume that lists glue to the name is taken off it.
    """

    isbn13: str
    unified_number: str
    name: str
    volume: str
    author: str
    publisher: str
    year: int | None

    @property
    def key(self) -> str:
        """Sixteen letters that all books of one name and volume share, to look them up; or ""."""
        if not self.name:
            return ""
        text = f"{self.name}\n{self.volume}" if self.volume else self.name
        return blake2b(text.encode(), digest_size=8).hexdigest()


def identity_of(book: Description) -> Identity:
    """Return what a book is told by. Of several authors the first counts: lists cut the others."""
    is_draft = is_nameless(book)
    name, volume = volume_in(book.name)
    if book.volume and volume_key(book.volume) != volume:
        name, volume = joined(plain(book.name)) or plain(book.name), volume_key(book.volume)
    return Identity(
        isbn13=book.isbn13,
        unified_number=joined(plain(book.unified_number)),
        name="" if is_draft else name,
        volume="" if is_draft else volume,
        author=joined(plain(book.authors.split(" / ")[0])),
        publisher=joined(plain(book.publisher)),
        year=book.year,
    )


def are_one(one: Identity, other: Identity) -> bool:
    """Say whether both are the same book.

    Without a number in common: the same name, nothing that differs, and two of author, publisher
    and year alike; or all of it alike, empty or not, as in a list of bare titles.
    """
    if one.isbn13 and other.isbn13:
        return one.isbn13 == other.isbn13
    if one.unified_number and other.unified_number and one.unified_number != other.unified_number:
        return False
    if not one.name or (one.name, one.volume) != (other.name, other.volume):
        return False
    pairs = (
        (one.author, other.author),
        (one.publisher, other.publisher),
        (one.year, other.year),
    )
    if all(mine == theirs for mine, theirs in pairs):
        return True
    if any(mine and theirs and mine != theirs for mine, theirs in pairs):
        return False
    has_number = bool(one.unified_number) and one.unified_number == other.unified_number
    return has_number or sum(bool(mine and theirs) for mine, theirs in pairs) >= _FEW


@dataclass(slots=True)
class Books:
    """The different books of a list so far, each known by the number of its first row."""

    _by_isbn: dict[str, int] = field(default_factory=dict)
    _by_key: dict[str, list[tuple[Identity, int]]] = field(default_factory=dict)

    def first_row(self, book: Description, number: int) -> int:
        """Return the number of the first row with the same book: `number` itself for a new one."""
        identity = identity_of(book)
        found = self._by_isbn.get(identity.isbn13) if identity.isbn13 else None
        alike = self._by_key.setdefault(identity.key, []) if identity.key else []
        if found is None:
            found = next((row for known, row in alike if are_one(identity, known)), None)
        first = number if found is None else found
        if identity.isbn13:
            self._by_isbn.setdefault(identity.isbn13, first)
        # A row that says more than the first lets later ones be told by that, too.
        if len(alike) < _MOST and all(known != identity for known, _ in alike):
            alike.append((identity, first))
        return first
