"""The readers, card types and branches that the words of rows mean, found set-based."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jieyue.imports.works import Run
from jieyue.kit.transactions import lock_all
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.patrons.models import Card, Patron, PatronCategory
from jieyue.patrons.queries import numbered
from jieyue.patrons.rules.importing.cells import plain
from jieyue.patrons.rules.importing.matching import Known, Named, plain_name
from jieyue.patrons.rules.names import name_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The library's card types and branches, by code and by name as they are compared.

    Options of the import: `category` and `branch`, codes for rows that say nothing; `categories`,
    what the list's own words for card types mean (`{"学生": code}`).
    """

    categories: dict[str, PatronCategory]
    branches: dict[str, Branch]
    default_category: PatronCategory | None
    default_branch: Branch | None
    said: Mapping[str, str]

    @classmethod
    def read(cls, desk: Desk, run: Run) -> "Places":
        """Read them. Two statements."""
        types = list(PatronCategory.objects.order_by("is_active", "-id"))
        branches = list(Branch.objects.order_by("-id"))
        usual, here = run.options.get("category", ""), run.options.get("branch", "")
        first = [one for one in types if one.code == usual] or [t for t in types if t.is_default]
        places = [b for b in branches if b.code == here or (not here and b.pk == desk.branch_id)]
        return cls(
            categories={plain(text): one for one in types for text in (one.name, one.code)},
            branches={plain(text): one for one in branches for text in (one.name, one.code)},
            default_category=first[0] if first else None,
            default_branch=places[0] if places else None,
            said={plain(text): code for text, code in run.options.get("categories", {}).items()},
        )

    def category_id(self, text: str) -> int | None:
        """Return the card type of a row's words."""
        word = plain(self.said.get(plain(text), text))
        found = self.categories.get(word) if word else self.default_category
        return found.pk if found else None

    def branch_id(self, text: str) -> int | None:
        """Return the branch of a row's words."""
        found = self.branches.get(plain(text)) if text else self.default_branch
        return found.pk if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """The library's readers that rows may mean, by everything they can be told by."""

    by_card: dict[str, Known]
    by_number: dict[str, Known]
    by_name: defaultdict[str, list[Known]]

    @classmethod
    def read(cls, given: Iterable[Named], *, is_locked: bool = False) -> "Readers":
        """Read those that rows may mean. Five statements, one more to lock them first."""
        asked = list(given)
        ids = ids_of(asked)
        if is_locked:
            lock_all(Patron.objects.filter(pk__in=ids))
        return cls.of(ids)

    @classmethod
    def of(cls, ids: Iterable[int]) -> "Readers":
        """Read these readers with their cards. Two statements."""
        keys = list(ids)
        held: defaultdict[int, list[Card]] = defaultdict(list)
        for card in Card.objects.filter(patron_id__in=keys).order_by("id"):
            held[card.patron_id].append(card)
        found = [
            _known(row, held[row.pk]) for row in Patron.objects.filter(pk__in=keys).order_by("id")
        ]
        by_name: defaultdict[str, list[Known]] = defaultdict(list)
        for known in found:
            by_name[plain_name(known.name)].append(known)
        return cls(
            by_card={code: known for known in found for code in known.cards},
            by_number={known.student_number: known for known in found if known.student_number},
            by_name=by_name,
        )


def _known(row: Patron, cards: Sequence[Card]) -> Known:
    return Known(
        id=row.pk,
        name=row.name,
        student_number=row.student_number,
        group_name=row.group_name,
        phone=row.phone,
        email=row.email,
        note=row.note,
        category_id=row.category_id,
        branch_id=row.branch_id,
        expires_on=row.expires_on,
        card=next((card.barcode for card in cards if card.ended_at is None), ""),
        cards=frozenset(card.barcode for card in cards),
    )


def ids_of(asked: Sequence[Named]) -> set[int]:
    """Return the row ids of all readers that rows may mean. Three statements."""
    cards = {row.card for row in asked} - {""}
    numbers = {row.student_number for row in asked} - {""}
    keys = {name_key(row.name) for row in asked if row.name}
    ids = set(Card.objects.filter(barcode__in=cards).values_list("patron_id", flat=True))
    ids.update(numbered(numbers).values_list("pk", flat=True))
    ids.update(Patron.objects.filter(name_key__in=keys).values_list("pk", flat=True))
    return ids
