"""Titles from the curated list, and the copies a library would have of each."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from jieyue.catalog.pool import BOOKS, CURATED
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.importing.matching import identity_of
from jieyue.catalog.search.indexing import index_again
from jieyue.interfaces.cli.demo.plans import LibraryPlan
from jieyue.kit.ids import ALPHABET
from jieyue.kit.loading import insert
from jieyue.libraries.numbers import barcode

SHELVES: Final = {
    "A": "A 架", "B": "B 哲学", "C": "C 社科", "D": "D 政法", "F": "F 经济", "G": "G 教育",
    "H": "H 语言", "I": "I 文学", "J": "J 艺术", "K": "K 史地", "N": "N 科普",
    "O": "O 数理", "P": "P 天文地学", "Q": "Q 生物", "R": "R 医学", "T": "T 技术",
    "X": "X 环境", "Z": "Z 综合",
}  # fmt: skip
DEFAULT_PRICE_CENTS: Final = 3200


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A copy that can be lent, with what the made-up readers go by."""

    id: int
    title_id: int
    branch_id: int
    item_type_id: int
    audience: str
    weight: float  # how much it is asked for
    added_at: datetime


def public_id(random: Random) -> str:
    """Return a public id that is the same in every demo."""
    return "".join(random.choices(ALPHABET, k=10))


def curated(audiences: frozenset[str]) -> list[dict[str, str]]:
    """Return the rows of the curated list for these readers."""
    with BOOKS.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["audience"] in audiences]


def insert_titles(
    random: Random, books: list[dict[str, str]], added_at: dict[str, datetime]
) -> list[int]:
    """Insert the titles; `added_at` is by ISBN. Returns their ids in the same order."""
    rows = [_title(random, row, added_at[row["isbn"]]) for row in books]
    title_ids = insert("catalog.Title", rows)
    index_again(title_ids)
    return title_ids


def _title(random: Random, row: dict[str, str], at: datetime) -> dict[str, Any]:
    said = Description(
        name=row["title"], isbn13=row["isbn"], subtitle=row["subtitle"], authors=row["author"]
    )
    return {
        "public_id": public_id(random),
        "match_key": identity_of(said).key,
        "isbn13": row["isbn"],
        "name": row["title"],
        "subtitle": row["subtitle"],
        "authors": row["author"],
        "publisher": row["publisher"],
        "year": _number(row["year"]),
        "price_cents": _number(row["price_cents"]),
        "pages": _number(row["pages"]),
        "clc": row["clc"],
        "language": "zh",
        "audience": row["audience"],
        "summary": row["line"],
        "source": CURATED,
        "created_at": at,
        "updated_at": at,
    }


def _number(text: str) -> int | None:
    return int(text) if text else None


def insert_copies(
    random: Random,
    plan: LibraryPlan,
    books: list[dict[str, str]],
    *,
    title_ids: list[int],
    branch_ids: dict[str, int],
    item_type_ids: dict[str, int],
    added_at: dict[str, datetime],
) -> tuple[list[Shelved], int]:
    """Insert one to six copies of each title; return those in use, and how many there are."""
    rows: list[dict[str, Any]] = []
    liked: list[tuple[float, str]] = []
    in_class: dict[str, int] = defaultdict(int)
    for book, title_id in zip(books, title_ids, strict=True):
        popularity = min(random.paretovariate(1.3), 12.0)
        in_class[book["clc"]] += 1
        call_number = f"{book['clc']}/{in_class[book['clc']]}" if book["clc"] else ""
        for _ in range(_copies(random, plan, popularity)):
            at = added_at[book["isbn"]] + timedelta(minutes=random.randrange(60))
            row = _copy(random, plan, book, len(rows) + 1, at)
            row["title_id"] = title_id
            row["call_number"] = call_number
            row["branch_id"] = branch_ids[row.pop("branch")]
            row["item_type_id"] = item_type_ids[row.pop("item_type")]
            rows.append(row)
            liked.append((popularity, book["audience"]))
    ids = insert("catalog.Copy", rows)
    in_use = [
        Shelved(
            id=key,
            title_id=row["title_id"],
            branch_id=row["branch_id"],
            item_type_id=row["item_type_id"],
            audience=audience,
            weight=weight,
            added_at=row["added_at"],
        )
        for key, row, (weight, audience) in zip(ids, rows, liked, strict=True)
        if row["standing"] == "in_use"
    ]
    return in_use, len(rows)


def _copies(random: Random, plan: LibraryPlan, popularity: float) -> int:
    wanted = plan.copies_per_title * (0.55 + 0.45 * min(popularity, 4.0) / 1.8)
    return max(1, min(6, int(wanted + random.random())))


def _copy(
    random: Random, plan: LibraryPlan, book: dict[str, str], number: int, at: datetime
) -> dict[str, Any]:
    fitting = [b.code for b in plan.branches if book["audience"] in b.audiences]
    weights = [b.loans_a_day for b in plan.branches if book["audience"] in b.audiences]
    codes = {kind["code"] for kind in plan.item_types}
    item_type = "book"
    if book["audience"] == "early" and "picture" in codes:
        item_type = "picture"
    elif book["clc"].startswith(("Z", "H16")) and "reference" in codes:
        item_type = "reference"
    return {
        "public_id": public_id(random),
        "barcode": barcode("copy", number),
        "branch": random.choices(fitting, weights)[0] if fitting else plan.branches[0].code,
        "item_type": item_type,
        "shelf": SHELVES.get(book["clc"][:1], "新书架"),
        "accession_number": f"{number:06d}",
        "price_cents": _number(book["price_cents"]) or DEFAULT_PRICE_CENTS,
        "source": random.choices(("购入", "捐赠", "调拨"), (8, 1, 1))[0],
        "parts": "CD 1 张" if book["clc"].startswith("H") and random.random() < 0.5 else "",
        "standing": _standing(random),
        "added_at": at,
    }


def _standing(random: Random) -> str:
    return random.choices(("in_use", "missing", "repair", "lost", "reference"), (975, 8, 7, 4, 6))[
        0
    ]
