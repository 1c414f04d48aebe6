"""One normalised text per title that substring search works on, and the terms of a query.

The key has one segment per kind of field, each behind a sign that no term can hold:

    ^title$subtitle,series@authors&publisher=numbers~pinyin*initials

so that where a term was found says how well it fits (issue 4 brings full text).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from jieyue.catalog.rules.isbn import isbn10_of, isbn13_of

TITLE: Final = "^"
MORE: Final = "$"
AUTHORS: Final = "@"
PUBLISHER: Final = "&"
NUMBERS: Final = "="
PINYIN: Final = "~"
INITIALS: Final = "*"
BETWEEN: Final = ","
_SIGNS: Final = frozenset(TITLE + MORE + AUTHORS + PUBLISHER + NUMBERS + PINYIN + INITIALS + ",")

MAX_QUERY: Final = 200  # characters of a query that are looked at
MAX_TERMS: Final = 8
MAX_FIELD: Final = 300

_HAN: Final = re.compile(r"[㐀-鿿豈-﫿𠀀-𱍊]")
_LABEL: Final = re.compile(r"^\s*isbn(?:[- ]?1[03])?[\s:：-]*(?=\d)", re.IGNORECASE)
_SIGNIFICANT: Final = frozenset("+#")  # C++ and C# are not C
# Read differently as a family name; both readings are kept (the dictionary knows only one).
_SURNAMES: Final = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "盖": "ge", "朴": "piao", "查": "zha",
    "区": "ou", "翟": "zhai", "任": "ren", "宁": "ning", "缪": "miao", "覃": "qin", "冼": "xian",
    "乐": "yue", "牟": "mou", "员": "yun", "尉迟": "yuchi", "万俟": "moqi", "重": "chong",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFields:
    """What of a title can be searched. `authors` and `translators` are joined with " / "."""

    name: str
    subtitle: str = ""
    authors: str = ""
    translators: str = ""
    publisher: str = ""
    series: str = ""
    isbn13: str = ""
    unified_number: str = ""


def search_key(fields: KeyFields) -> str:
    """Return the text that `LIKE '%term%'` is asked of. Terms come from `terms_of`."""
    people = [
        name
        for joined in (fields.authors, fields.translators)
        for name in joined[:MAX_FIELD].split(" / ")
        if name.strip()
    ]
    numbers = [fields.isbn13, isbn10_of(fields.isbn13) or "", fields.unified_number]
    spoken = [
        *_spoken(fields.name),
        *(reading for text in (fields.subtitle, fields.series) for reading in _spoken(text)),
        *(reading for name in people for reading in _spoken_name(name)),
    ]
    return "".join(
        (
            TITLE,
            compact(fields.name),
            MORE,
            _listed(fields.subtitle, fields.series),
            AUTHORS,
            _listed(*people),
            PUBLISHER,
            _listed(fields.publisher),
            NUMBERS,
            _listed(*numbers),
            PINYIN,
            _listed(*(full for full, _ in spoken)),
            INITIALS,
            _listed(*(initials for _, initials in spoken)),
        )
    )


def terms_of(text: str) -> tuple[str, ...]:
    """Return what must all be found for `text`: words in compact form, at most eight.

    A complete ISBN in any form becomes its 13 digits. Nothing searchable: no terms.
    """
    text = text[:MAX_QUERY]
    if isbn13 := isbn13_of(text):
        return (isbn13,)
    label = _LABEL.match(text)
    if label:
        text = re.sub(r"[\s-]", "", text[label.end() :])
    words = (compact(word) for word in unicodedata.normalize("NFKC", text).split())
    return tuple(dict.fromkeys(word for word in words if word))[:MAX_TERMS]


def compact(text: str) -> str:
    """Return `text` in lower case without spaces and punctuation: `哈利·波特` is `哈利波特`.

    Text that is nothing but punctuation keeps it, so that a book called `?!` can be found.
    """
    plain = unicodedata.normalize("NFKC", text[:MAX_FIELD]).lower()
    kept = "".join(c for c in plain if c.isalnum() or c in _SIGNIFICANT)
    # Marks are kept only with letters: an isolated emoji is as searchable as a word.
    return kept or "".join(c for c in plain if not c.isspace() and c not in _SIGNS)


def _listed(*values: str) -> str:
    return "".join(f"{short}{BETWEEN}" for value in values if (short := compact(value)))


def _spoken(text: str) -> list[tuple[str, str]]:
    """The toneless pinyin and the initials of a text with Han characters; none without."""
    if not _HAN.search(text):
        return []
    syllables = _syllables(text)
    return [("".join(syllables), "".join(s if s.isdigit() else s[:1] for s in syllables))]


def _spoken_name(name: str) -> list[tuple[str, str]]:
    """The readings of a person's name, also with its first characters read as a family name."""
    readings = _spoken(name)
    for length in (2, 1):
        surname = _SURNAMES.get(name[:length])
        if surname and readings:
            given = _syllables(name[length:])
            start = surname[0] if length == 1 else "".join(s[0] for s in _syllables(name[:2]))
            readings.append((surname + "".join(given), start + "".join(s[:1] for s in given)))
            break
    return list(dict.fromkeys(readings))


def _syllables(text: str) -> list[str]:
    """Pinyin syllables; other writing as words. Loading the dictionary takes 0.2 s, so late."""
    from pypinyin import lazy_pinyin

    plain = unicodedata.normalize("NFKC", text[:MAX_FIELD]).lower()
    parts = (re.sub(r"[^\w+#]|_", " ", part) for part in lazy_pinyin(plain))
    return [word for part in parts for word in part.split()]
