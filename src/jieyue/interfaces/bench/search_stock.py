"""The library that a search bench looks through, made once for a folder that is kept."""

import json
from itertools import islice
from typing import Any, Final
from zlib import crc32

from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from jieyue.interfaces.bench.plan import Sizes
from jieyue.interfaces.bench.search_titles import Book, parted
from jieyue.interfaces.bench.stock import stock
from jieyue.kit import clock, sql
from jieyue.kit.ids import public_id
from jieyue.kit.loading import insert
from jieyue.kit.scope import library_scope

BATCH: Final = 10_000
CLASSES: Final = (
    "I247.5", "I247.57", "I561.45", "I712.45", "I313.45", "K248.09", "K825.6", "B848.4", "B223.1",
    "D926", "F830.91", "G624.3", "H319.4", "J292.1", "N49", "O13", "P1-49", "Q95", "R161", "S68",
    "TP312", "TS972.12", "X-49", "Z228.1",
)  # fmt: skip
AUDIENCES: Final = ("", "", "", "adult", "teen", "child", "early")
ONE_IN: Final = 5  # titles has a copy
KEPT: Final = "bench.json"  # names the library and its token beside the database


def library_with(titles: int) -> tuple[int, str]:
    """Return the library's id and a token of it; it has the titles, and one of the stock."""
    kept = settings.DATA_DIR / KEPT
    if kept.exists():
        said = json.loads(kept.read_text(encoding="utf-8"))
        if said["titles"] != titles:
            raise SystemExit(f"bench: the folder has {said['titles']} titles, not {titles}")
        call_command("migrate", verbosity=0)
        return said["library"], said["token"]
    made = stock(Sizes(titles=1, copies=1, readers=1, ended=0, lent=0))
    with library_scope(made.library_id):
        _put_in(titles)
    said = {"titles": titles, "library": made.library_id, "token": made.token}
    kept.write_text(json.dumps(said), encoding="utf-8")
    return made.library_id, made.token


def _put_in(titles: int) -> None:
    """Insert the titles, and copies of some of those without a number behind."""
    known, multiplied = parted(titles)
    branch, item_type = (
        apps.get_model(label).objects.get().pk for label in ("libraries.Branch", "catalog.ItemType")
    )
    waiting = iter(known)
    while batch := list(islice(waiting, BATCH)):
        ids = insert("catalog.Title", [_row(book) for book in batch])
        copies = [
            {
                "public_id": public_id(), "title_id": title_id, "barcode": f"9{title_id:09d}",
                "branch_id": branch, "item_type_id": item_type, "added_at": clock.now(),
                "call_number": f"{_class(book)}/{title_id}",
            }
            for title_id, book in zip(ids[::ONE_IN], batch[::ONE_IN], strict=True)
        ]  # fmt: skip
        insert("catalog.Copy", copies)
    first = ids[-1] - len(known)
    for number, size in multiplied:
        _multiply(first, first + size, number)


def _multiply(first: int, last: int, number: int) -> None:
    """Insert the titles after `first` to `last` once more, with a number behind."""
    new = {
        "public_id": "public_id || <tag:text>",
        "name": "substr(name, 1, 290) || ' ' || <number:text>",
        "isbn13": "''",
        "series": "''",
    }
    title = apps.get_model("catalog.Title")
    fields = [field.attname for field in title._meta.concrete_fields[1:]]
    values = ", ".join(new.get(name, name) for name in fields)
    text = f"""
    INSERT INTO catalog_title ({", ".join(fields)}) SELECT {values} FROM catalog_title
     WHERE library_id = <library:bigint> AND id > <first:bigint> AND id <= <last:bigint>
    """
    sql.write([text], first=first, last=last, number=str(number), tag=str(number))


def _row(book: Book) -> dict[str, Any]:
    now = clock.now()
    return {
        "public_id": public_id(), "name": book.name, "authors": book.authors,
        "publisher": book.publisher, "series": book.series, "isbn13": book.isbn13,
        "year": book.year, "clc": _class(book), "language": "en" if book.name.isascii() else "zh",
        "audience": AUDIENCES[crc32(book.authors.encode()) % len(AUDIENCES)],
        "created_at": now, "updated_at": now,
    }  # fmt: skip


def _class(book: Book) -> str:
    return CLASSES[crc32(book.name.encode()) % len(CLASSES)]
