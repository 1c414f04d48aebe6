"""Finding titles by what people type: words, pinyin, initials, numbers, and slips of all of them.

The order is the same on both engines: they only bring candidates, `rules/finding` ranks them.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from jieyue.catalog.rules.finding.certainty import GOOD
from jieyue.catalog.rules.finding.entry import features_in
from jieyue.catalog.rules.finding.plan import Query, query_of
from jieyue.catalog.rules.finding.ranking import fit
from jieyue.catalog.rules.isbn import isbn13_of
from jieyue.catalog.search.asking import candidates
from jieyue.catalog.search.ordering import Order, ordered
from jieyue.catalog.search.pages import MAX_LIMIT, MAX_OFFSET, TitlePage, hits_of
from jieyue.catalog.search.where import ANY, Where
from jieyue.kit import sql

ENOUGH: Final = 10  # titles that fit well; looser conditions bring nothing better
SURE: Final = 3  # titles that fit as if nothing else were meant: nor then
SURELY: Final = 91.0
GUESSED: Final = 93.0  # letters that fit better are a word, and may still be meant as pinyin
LEAST: Final = 40.0  # what fits less is not shown
BESIDE: Final = 60.0  # nor this, beside what was certainly meant
MEANT: Final = 60.0  # what fits as much is offered when nothing was certainly meant
EDITIONS: Final = 3  # of a name: more of them do not make it likelier
EDITION: Final = 0.4  # of fit
MAX_NUMBERED: Final = 50
MAX_COUNTED: Final = 2_000  # titles of a list
MAX_FEW: Final = 5_000  # titles of a branch that are looked up, not walked to
_NUMBER: Final = re.compile(r"(?=[^0-9]*[0-9])[0-9A-Za-z][0-9A-Za-z.·\-/=()+: ]{1,40}")
_CALL_NUMBER: Final = re.compile(r"[A-Za-z]{1,2}[0-9]|[0-9]+\.?[0-9]*/")
_LAST: Final = "\U0010ffff"  # after every number that begins the same
NONE: Final = _LAST  # no number begins with it


@dataclass(frozen=True, slots=True)
class _Found:
    """Row ids of titles, best first."""

    ids: list[int]
    has_more: bool = False
    meant: str = ""


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A candidate and how well it fits."""

    fit: float
    title_id: int
    name: str  # main part, joined
    size: int


def search_titles(
    text: str, *, where: Where = ANY, limit: int = 20, offset: int = 0, order: Order = "best"
) -> TitlePage:
    """Return the titles that fit `text`, best first; an empty one lists all, newest first.

    Two or three statements for an empty text. Else one for the page, one to six of the index
    (fewer the better the words fit), and two more first when the text looks like a number: ISBN in
    any form or its beginning, 统一书号, barcode, call number. Another order costs one more; a list
    of all knows `best` and `year` only.
    """
    if not text.strip():
        return _listed(where, limit, offset, order)
    found = _numbered(text.strip(), where) or _fitting(query_of(text), where)
    ids = ordered(found.ids, order)
    first = min(max(offset, 0), len(ids))
    shown = ids[first : first + min(max(limit, 1), MAX_LIMIT)]
    return TitlePage(
        hits=hits_of(shown) if shown else (),
        total=len(ids),
        has_more=found.has_more,
        did_you_mean=found.meant,
        found=tuple(ids),
    )


def _fitting(query: Query, where: Where) -> _Found:
    """Ask round by round until enough fit well, then put them in order."""
    seen: dict[int, _Fitting] = {}
    good, sure, top, has_more = 0, 0, 0.0, False
    for stages in query.rounds:
        if good >= ENOUGH or sure >= SURE:
            break
        wanted = [stage for stage in stages if top < stage.unless]
        if not wanted:
            continue
        brought = candidates(wanted, where)
        has_more = has_more or brought.has_more
        for row in brought.rows:
            title_id = row["title_id"]
            if title_id not in seen:
                score = fit(query, features_in(row))
                seen[title_id] = _Fitting(score, title_id, row["main"], len(row["whole"]))
                good += score >= GOOD
                if not query.is_one_word or score < GUESSED:
                    sure += score >= SURELY
                    top = max(top, score)
    least = BESIDE if good else LEAST
    kept = [one for one in seen.values() if one.fit >= least]
    editions = Counter(one.name for one in kept)

    def order(one: _Fitting) -> tuple[float, int, int]:
        return (-one.fit - EDITION * min(EDITIONS, editions[one.name]), one.size, one.title_id)

    kept.sort(key=order)
    meant = kept[0].name if kept and not good and kept[0].fit >= MEANT else ""
    is_said = query.text in meant
    return _Found([one.title_id for one in kept], has_more, "" if is_said else meant)


def _numbered(text: str, where: Where) -> _Found | None:
    """Return the titles that a number is of, or the beginning of one; None if there are none."""
    isbn13 = isbn13_of(text)
    if isbn13 is None and not _NUMBER.fullmatch(text):
        return None
    digits = re.sub(r"[\s-]", "", text)
    begun = isbn13 or (digits if digits.isdecimal() and len(digits) > 5 else NONE)
    shelved = text.upper() if _CALL_NUMBER.match(text) else NONE
    rows = sql.rows(
        _OF_NUMBER,
        number=text,
        isbn=begun,
        isbn_end=begun + _LAST,
        shelved=shelved,
        shelved_end=shelved + _LAST,
        most=MAX_NUMBERED,
    )
    ids = list(dict.fromkeys(row["title_id"] for row in rows))
    if ids and where.text:
        met = {row["id"] for row in sql.rows(_MEETING + where.text, titles=ids, **where.params)}
        ids = [title_id for title_id in ids if title_id in met]
    return _Found(ids) if ids else None


# Each part by an index of its own, which also has its order: an OR of them would read everything,
# and a million titles have 80,000 whose class begins with I2.
_OF_NUMBER: Final = """
SELECT * FROM (
    SELECT id AS title_id, 0 AS place, isbn13 AS number FROM catalog_title
     WHERE library_id = <library:bigint> AND isbn13 >= <isbn:text> AND isbn13 < <isbn_end:text>
     ORDER BY isbn13, id LIMIT <most:bigint>) n
UNION ALL
SELECT id, 1, '' FROM catalog_title
 WHERE library_id = <library:bigint> AND unified_number = <number:text>
UNION ALL
SELECT title_id, 1, '' FROM catalog_copy
 WHERE library_id = <library:bigint> AND barcode = <number:text>
UNION ALL
SELECT title_id, 1, '' FROM catalog_copy
 WHERE library_id = <library:bigint> AND accession_number = <number:text>
UNION ALL
SELECT * FROM (
    SELECT title_id, 2 AS place, call_number AS number FROM catalog_copy
     WHERE library_id = <library:bigint> AND call_number >= <shelved:text>
       AND call_number < <shelved_end:text>
     ORDER BY call_number, title_id LIMIT <most:bigint>) n
UNION ALL
SELECT * FROM (
    SELECT id AS title_id, 3 AS place, clc AS number FROM catalog_title
     WHERE library_id = <library:bigint> AND clc >= <shelved:text> AND clc < <shelved_end:text>
     ORDER BY clc, id LIMIT <most:bigint>) n
 ORDER BY place, number, title_id LIMIT <most:bigint>
"""
_MEETING: Final = """
SELECT t.id FROM catalog_title t
 WHERE t.library_id = <library:bigint> AND t.id = ANY(<titles:bigint[]>)
"""
_LISTED: Final = "FROM catalog_title t WHERE t.library_id = <library:bigint>"
_YEAR: Final = "coalesce(t.year, 0)"
_ORDERS: Final = {"best": "ORDER BY t.id DESC", "year": f"ORDER BY {_YEAR} DESC, t.id DESC"}
_PAGE: Final = "LIMIT <most:bigint> OFFSET <first:bigint>"


def _listed(where: Where, limit: int, offset: int, order: Order) -> TitlePage:
    """All titles, newest first. Two statements, three if there are very many, four of a branch.

    The first brings those that meet the condition by the index that fits it best, MAX_COUNTED at
    most. Are there more, then they are found soon by walking in the order asked for.
    """
    where = _of_few(where)
    some = sql.rows(
        f"SELECT t.id, {_YEAR} AS year {_LISTED} {where.text} LIMIT <most:bigint>",
        most=MAX_COUNTED + 1,
        **where.params,
    )
    has_more = len(some) > MAX_COUNTED
    most, first = min(max(limit, 1), MAX_LIMIT), min(max(offset, 0), MAX_OFFSET)
    if has_more:
        in_order, text = _ORDERS["year"], where.text
        if order != "year":  # nor may the years' index be walked and all of it put in order
            in_order, text = _ORDERS["best"], text.replace(_YEAR, f"+{_YEAR}")
        shown = sql.rows(
            f"SELECT t.id {_LISTED} {text} {in_order} {_PAGE}",
            most=most,
            first=first,
            **where.params,
        )
    else:
        some.sort(key=lambda row: (row["year"] if order == "year" else 0, row["id"]), reverse=True)
        shown = some[first : first + most]
    return TitlePage(
        hits=hits_of([row["id"] for row in shown]) if shown else (),
        total=min(len(some), MAX_COUNTED),
        has_more=has_more,
    )


def _of_few(where: Where) -> Where:
    """Add the titles themselves if `where` knows that there can only be a few of them."""
    if not where.few:
        return where
    few = sql.rows(f"{where.few} LIMIT <most:bigint>", most=MAX_FEW + 1, **where.params)
    if len(few) > MAX_FEW:
        return where
    titles = [row["title_id"] for row in few]
    return where + Where("AND t.id = ANY(<few:bigint[]>)", {"few": titles})
