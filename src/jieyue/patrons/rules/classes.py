"""Reading the names of classes: their grade, their place in a list, and their name next year.

Schools write 三年级2班, 3年级（2）班, 三(2)班, 初一(3)班, 302班, 2023级3班 and much else.
Only the grade is replaced, so the rest of the name stays as the school writes it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DIGITS: Final = "零一二三四五六七八九"
MAX_NAME: Final = 60  # characters of a class's name
LAST_GRADES: Final = frozenset({6, 9, 12})
PRIMARY: Final = 6
KINDERGARTEN: Final = "托小中大"
_CHINESE: Final = "十[一二]?|[一二三四五六七八九]"
_GRADE: Final = rf"(?P<grade>{_CHINESE}|1[0-2]|(?<!\d)[1-9])"
_NUMBER: Final = r"[一二三四五六七八九十\d]"
# (pattern, what its grade begins at, whether one may rely on it); the first that fits counts.
_STYLES: Final = (
    (re.compile(r"(?P<stage>初)中?(?P<grade>[一二三]|[1-3](?!\d))"), 6, True),
    (re.compile(r"(?P<stage>高)中?(?P<grade>[一二三]|[1-3](?!\d))"), 9, True),
    (re.compile(rf"(?<!\d){_GRADE}年(?:级|(?=[（(]?{_NUMBER}))"), 0, True),
    (re.compile(rf"^{_GRADE}(?=[（(\-.·]\s*{_NUMBER})"), 0, True),
    (re.compile(r"^(?P<grade>[一二三四五六七八九])(?=\d)"), 0, True),
    (re.compile(r"^(?P<grade>[一二三四五六七八九])(?=[一二三四五六七八九十]{1,2}班)"), 0, False),
    (re.compile(r"^(?P<grade>1[0-2]|[1-9])(?=[0-3]\d班?$)"), 0, False),
)
_YEAR: Final = re.compile(r"(?<!\d)(?P<year>20\d\d|\d\d)(?P<word>级|届)")
_LITTLE: Final = re.compile(rf"^(?P<age>[{KINDERGARTEN}])(?P<rest>.{{0,6}}班)$")
_LAST_NUMBER: Final = re.compile(r"(\d+|[一二三四五六七八九十]+)[)）]?班?$")


class Fate(StrEnum):
    """What becomes of a class when the school year ends."""

    MOVES = "moves"
    STAYS = "stays"  # its name says the year it began: it holds as long as it is here
    LEAVES = "leaves"
    UNKNOWN = "unknown"  # nothing of a grade in its name


@dataclass(frozen=True, slots=True)
class Next:
    """A class's name next year (empty when it leaves). `is_sure`: its name can be read one way."""

    fate: Fate
    name: str
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class _Read:
    grade: int
    start: int  # where the grade stands in the plain name
    end: int
    text: str  # as it is written
    is_sure: bool


def plain_class(name: str) -> str:
    """Return the name with full-width digits and letters made plain; brackets stay as written.

    >>> plain_class("３年级（2）班")
    '3年级（2）班'
    """
    return "".join(c if c in "（）" else unicodedata.normalize("NFKC", c) for c in name.strip())


def grade_of(name: str) -> int | None:
    """Return the grade from 1 to 12; None where the name has none.

    >>> [grade_of(n) for n in ("三年级2班", "初二(3)班", "高三1班", "302班", "2023级3班", "教师")]
    [3, 8, 12, 3, None, None]
    """
    found = _read(plain_class(name))
    return found.grade if found else None


def likely_age(name: str) -> int | None:
    """Return how old children of the class are for most of the year; None where unknown."""
    grade = grade_of(name)
    return grade + 6 if grade else None


def class_key(name: str) -> tuple[int, int, int, str]:
    """Return what sorts classes as a school lists them: by grade, then by number, then the rest."""
    plain = plain_class(name)
    little = _LITTLE.match(plain)
    found, year = _read(plain), _YEAR.search(plain)
    number = _LAST_NUMBER.search(plain)
    place = _number(number.group(1)) if number else 0
    if found is not None:
        return (1, found.grade, place, name)
    if little is not None:
        return (0, KINDERGARTEN.index(little["age"]), place, name)
    if year is not None:
        return (2, -_year(year["year"]), place, name)
    return (3, 0, 0, name)


def last_grades(names: Iterable[str], *, primary_years: int = PRIMARY) -> frozenset[int]:
    """Return the grades that leave: 9 and 12, and the last of a primary school.

    Where a school counts on (七年级), its sixth grade stays.
    """
    grades = {grade for name in names if (grade := _counted(name))}
    goes_on = any(grade > primary_years for grade in grades)
    return frozenset({9, 12} if goes_on else {primary_years, 9, 12})


def next_name(
    name: str, *, year: int, last: frozenset[int] = LAST_GRADES, school_years: int | None = None
) -> Next:
    """Return what becomes of a class in the summer of `year`.

    A class named by the year it began leaves after `school_years`; None: it stays.

    >>> next_name("三年级2班", year=2026)
    Next(fate=<Fate.MOVES: 'moves'>, name='四年级2班', is_sure=True)
    """
    plain = plain_class(name)
    found = _read(plain)
    if found is not None:
        return _moved(plain, found, last)
    if named := _YEAR.search(plain):
        begun = _year(named["year"])
        if named["word"] == "届":  # the year it leaves, or has left
            return Next(Fate.LEAVES, "") if begun == year else Next(Fate.STAYS, name)
        leaves = school_years is not None and begun + school_years <= year
        return Next(Fate.LEAVES, "") if leaves else Next(Fate.STAYS, name)
    if little := _LITTLE.match(plain):
        at = KINDERGARTEN.index(little["age"])
        if at == len(KINDERGARTEN) - 1:
            return Next(Fate.LEAVES, "", is_sure=False)
        return Next(Fate.MOVES, KINDERGARTEN[at + 1] + little["rest"], is_sure=False)
    return Next(Fate.UNKNOWN, name)


def name_of_leavers(name: str, year: int) -> str:
    """Return what a class is called once it has left, so that the next may have its name.

    >>> name_of_leavers("六年级1班", 2026)
    '2026届六年级1班'
    """
    named = _YEAR.search(plain_class(name))
    return name if named else f"{year}届{name}"[:MAX_NAME]


def _moved(plain: str, found: _Read, last: frozenset[int]) -> Next:
    if found.grade in last or found.grade >= 12:
        return Next(Fate.LEAVES, "", found.is_sure)
    grown = found.grade + 1
    text = _written(grown, like=found.text)
    return Next(Fate.MOVES, plain[: found.start] + text + plain[found.end :], found.is_sure)


def _read(plain: str) -> _Read | None:
    named = _YEAR.search(plain)
    if named and (named["word"] == "届" or "年级" not in plain):
        return None
    for pattern, begins, is_sure in _STYLES:
        if match := pattern.search(plain):
            grade = begins + _number(match["grade"])
            start = match.start("stage") if begins else match.start("grade")
            end = match.end("grade")
            return _Read(grade, start, end, plain[start:end], is_sure)
    return None


def _counted(name: str) -> int:
    """Return the grade of a class that is counted from 1 on, 0 for 初一 and 高一."""
    found = _read(plain_class(name))
    return found.grade if found and found.text[0] not in "初高" else 0


def _written(grade: int, *, like: str) -> str:
    """Write a grade as the former one was: in digits or characters, as 初二 or counted on."""
    write: Callable[[int], str] = str if like[-1].isdecimal() else _characters
    if like[0] not in "初高":
        return write(grade)
    middle = "中" if "中" in like else ""
    return f"高{middle}{write(grade - 9)}" if grade > 9 else f"初{middle}{write(grade - 6)}"


def _characters(number: int) -> str:
    return DIGITS[number] if number < 10 else "十" + (DIGITS[number - 10] if number > 10 else "")


def _number(text: str) -> int:
    """Read 3, 三, 十, 十二 and 二十三."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(DIGITS.index(one)) for one in text))
    return (DIGITS.index(tens[-1]) if tens else 1) * 10 + (DIGITS.index(ones[0]) if ones else 0)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)
