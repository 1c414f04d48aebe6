"""What the index keeps of a title: features that ranking compares, and tokens to find it by.

A token is a sign for its kind and a text:

    =三体    the whole name, its main part, a person, a publisher
    .三  .三体    a Han character, two neighbours
    :linux  'lin    a word of other writing, three neighbours of its letters; "li its first two
    ~san ti    two neighbouring syllables of pinyin, or the only one
    #bngd  ;bng    the initials of a name, three neighbours of them

It is kept as a number made of library and token, so that libraries share an index without seeing
each other and both engines keep the same. Two tokens with one number do no harm: ranking looks
at the features.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from zlib import crc32

from jieyue.catalog.rules.finding.readings import Syllables, initials, name_readings, syllables
from jieyue.catalog.rules.finding.text import is_han, joined, main_part, plain, runs

MAX_FIELD: Final = 300  # characters of a field that are looked at
MAX_PEOPLE: Final = 12
MAX_TOKENS: Final = 400
GRAM: Final = 3
_IN_BRACKETS: Final = re.compile(r"[(\[【〔][^)\]】〕]*[)\]】〕]")
_BETWEEN: Final = re.compile(r"[/;,、|]")
_ROLE: Final = re.compile(r"(编著|主编|译注|口述|原著|改编|编译|绘图|校注|译|著|编|绘|等)$")
_HOUSE: Final = re.compile(r"(出版社|出版公司|出版有限公司|书店|书局)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What of a title can be found. Several people or subjects are joined with " / "."""

    name: str
    subtitle: str = ""
    series: str = ""
    authors: str = ""
    translators: str = ""
    publisher: str = ""
    volume: str = ""
    subjects: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What ranking compares, all of it plain and joined."""

    main: str
    whole: str
    more: str  # words of subtitle, series, subjects and publisher
    people: tuple[str, ...]
    reading: Syllables  # of the main part
    people_readings: tuple[Syllables, ...]


def features_of(fields: Fields) -> Features:
    """Return what ranking compares of a title."""
    name = plain(_name(fields))
    people = people_of(f"{fields.authors[:MAX_FIELD]}/{fields.translators[:MAX_FIELD]}")
    main = main_part(plain(fields.name[:MAX_FIELD]))
    more = [*_beside(fields), *runs(plain(fields.publisher[:MAX_FIELD]))]
    return Features(
        main=joined(main) or name.strip(),
        whole=joined(name) or name.strip(),
        more=" ".join(more),
        people=people,
        reading=syllables(main),
        people_readings=tuple(read for name in people for read in name_readings(name)),
    )


def _name(fields: Fields) -> str:
    return f"{fields.name[:MAX_FIELD]} {fields.volume[:MAX_FIELD]}".rstrip()


def _beside(fields: Fields) -> list[str]:
    texts = (fields.subtitle, fields.series, fields.subjects)
    return runs(plain(" ".join(text[:MAX_FIELD] for text in texts)))


def people_of(text: str) -> tuple[str, ...]:
    """Return the names in a statement of responsibility, without nationality and role."""
    found = []
    for part in _BETWEEN.split(plain(text)):
        name = joined(_ROLE.sub("", _IN_BRACKETS.sub("", part).strip())) or part.strip()
        if name:
            found.append(name)
    return tuple(dict.fromkeys(found))[:MAX_PEOPLE]


def tokens_of(fields: Fields, features: Features) -> list[str]:
    """Return the tokens a title is found by, each once."""
    name = plain(_name(fields))
    house = joined(plain(fields.publisher[:MAX_FIELD]))
    wholes = (features.whole, features.main, *features.people, house, _HOUSE.sub("", house))
    found = {f"={whole}" for whole in wholes if whole}
    beside = _beside(fields)
    texts = [*runs(name), *beside, *features.people]
    for text in texts:
        for run in runs(text):
            found.update(run_tokens(run))
    readings = [syllables(name), features.reading, *features.people_readings]
    if beside:
        readings.append(syllables(" ".join(beside)))
    for reading in readings:
        found.update(reading_tokens(reading))
    return sorted(found)[:MAX_TOKENS]


def run_tokens(run: str) -> Iterator[str]:
    """Yield the tokens of one run of a plain text."""
    if is_han(run):
        yield from (f".{character}" for character in run)
        yield from pairs(run)
        return
    yield f":{run}"
    if len(run) > 2:
        yield f'"{run[:2]}'
        yield from grams(run, "'")


def reading_tokens(reading: Syllables) -> Iterator[str]:
    """Yield the tokens of how a name is read."""
    if not reading:
        return
    yield from syllable_pairs(reading)
    letters = initials(reading)
    yield f"#{letters}"
    yield from grams(letters, ";")


def pairs(run: str) -> list[str]:
    """Return the tokens that find a run of Han characters within a longer one."""
    return [f".{run[n : n + 2]}" for n in range(len(run) - 1)] or [f".{run}"]


def syllable_pairs(reading: Syllables) -> list[str]:
    """Return the tokens that find syllables within a longer reading."""
    if len(reading) == 1:
        return [f"~{reading[0]}"]
    return [f"~{a} {b}" for a, b in pairwise(reading)]


def grams(letters: str, sign: str) -> list[str]:
    """Return each three neighbours of letters."""
    return [f"{sign}{letters[n : n + GRAM]}" for n in range(len(letters) - GRAM + 1)]


def kept_of(fields: Fields, library_id: int) -> dict[str, Any]:
    """Return the columns of a title's index; `features_in` reads them."""
    features = features_of(fields)
    return {
        "main": features.main,
        "whole": features.whole,
        "more": features.more,
        "people": "|".join(features.people),
        "reading": " ".join(features.reading),
        "people_readings": "|".join(" ".join(one) for one in features.people_readings),
        "tokens": numbers_of(tokens_of(fields, features), library_id),
    }


def features_in(row: Mapping[str, Any]) -> Features:
    """Return the features as they were kept."""
    return Features(
        main=row["main"],
        whole=row["whole"],
        more=row["more"],
        people=tuple(row["people"].split("|")) if row["people"] else (),
        reading=tuple(row["reading"].split()),
        people_readings=tuple(
            tuple(one.split()) for one in row["people_readings"].split("|") if one
        ),
    )


def numbers_of(tokens: Iterable[str], library_id: int) -> list[int]:
    """Return the tokens as they are kept, unsigned 32 bits, in order."""
    start = crc32(f"{library_id}:".encode())
    return sorted({crc32(token.encode(), start) for token in tokens})
