"""Cells of a list of readers, read into plain values."""

import re
import unicodedata
from datetime import date, datetime, time
from typing import Final, Literal

from jieyue.kit.tables.cells import day_of, is_rounded
from jieyue.patrons.rules.names import normal_phone

Status = Literal["active", "lost", "frozen"]

_MIN_DIGITS: Final = 5
_MAX_DIGITS: Final = 20
_PHONES: Final = re.compile(r"[/;,，；、|\\]+|\s+(?=\+?\d)|或")
_TIME: Final = re.compile(r"[ T](\d{1,2}):(\d\d)(?::(\d\d))?")
_NEVER: Final = re.compile(r"长期|永久|无限|不限|永远|终身|never|permanent|unlimited|lifetime")
_STATUSES: Final[tuple[tuple[Status, re.Pattern[str]], ...]] = (
    ("lost", re.compile(r"挂失|遗失|丢失|补办中|lost")),
    (
        "frozen",
        re.compile(r"停|冻结|注销|作废|失效|无效|禁|退证|退卡|毕业|离校|离职|转学|暂|inactive|"
                   r"suspend|block|frozen|cancel|disabled|closed|expired"),
    ),
    ("active", re.compile(r"正常|有效|可借|启用|激活|在读|在校|在职|在籍|使用|开通|active|ok|"
                          r"valid|normal")),
)  # fmt: skip
_DIGIT_GRADE: Final = re.compile(r"(\d{1,2})")
_ENTRY_YEAR: Final = re.compile(r"((?:19|20)\d\d)[级届]?")
_DIGIT_CLASS: Final = re.compile(r"[(]?(\d{1,4})[)]?班?")
_HAN_CLASS: Final = re.compile(r"[(]?([一二三四五六七八九十]{1,3})[)]?班?")
_WHOLE_CLASS: Final = re.compile(r".*(年级|级|初|高|小|届|幼|大班|中班|小班).*")
_HAN_DIGITS: Final = "零一二三四五六七八九十"


def phone_of(text: str) -> tuple[str, bool]:
    """Return the first usable number of a cell, and whether there were more of them.

    A number that a spreadsheet keeps as one, `13800138000.0`, is read; `1.38E+10` is not.
    """
    if is_rounded(text):
        return "", False
    plain = re.sub(r"(?<=\d)\.0+\b", "", unicodedata.normalize("NFKC", text))
    parts = [part for part in _PHONES.split(plain) if part and any(map(str.isdigit, part))]
    usable = [
        part for part in parts if _MIN_DIGITS <= len(normal_phone(part).lstrip("+")) <= _MAX_DIGITS
    ]
    if usable:
        return normal_phone(usable[0]), len(usable) > 1
    whole = normal_phone("".join(parts))  # parted by spaces within: 138 0013 8000
    is_one = _MIN_DIGITS <= len(whole.lstrip("+")) <= _MAX_DIGITS
    return (whole, False) if is_one else ("", False)


def group_of(grade: str, group: str) -> str:
    """Return the class as a school says it, of a grade and a class in columns of their own.

    `三年级` + `2班`, `3` + `2`, `2023级` + `5班`, `高一` + `(3)班`; a class that says its grade
    itself (`三(2)班`, `302班`, `初一3班`) stays alone.
    """
    grade = unicodedata.normalize("NFKC", grade).strip()
    group = unicodedata.normalize("NFKC", group).strip()
    if year := _ENTRY_YEAR.fullmatch(grade):
        grade = f"{year[1]}级"
    elif number := _DIGIT_GRADE.fullmatch(grade.removesuffix(".0")):
        grade = _grade_name(int(number[1]))
    if not group or not grade:
        return group or grade
    if _says_grade(group, grade):
        return group
    bare = group.removesuffix(".0")
    if number := _DIGIT_CLASS.fullmatch(bare) or _HAN_CLASS.fullmatch(bare):
        group = f"{number[1]}班"
    return f"{grade}{group}"


def _grade_name(number: int) -> str:
    return f"{_HAN_DIGITS[number]}年级" if 1 <= number <= 10 else f"{number}年级"


def _says_grade(group: str, grade: str) -> bool:
    if grade in group or _WHOLE_CLASS.fullmatch(group):
        return True
    numbers = [n for n in range(1, 10) if _grade_name(n) == grade or f"{n}年级" == grade]
    return any(
        re.match(rf"({_HAN_DIGITS[n]}[(]|{n}[(]|{n}\d\d班?$|{n}\.\d)", group) for n in numbers
    )


def expiry_of(text: str) -> date | Literal["never"] | None:
    """Return the last valid day; of `2023-09-01至2026-07-15` the second."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if _NEVER.search(plain):
        return "never"
    last = re.split(r"至|到|~|—|--| - ", plain)[-1]
    return day_of(last) or day_of(plain)


def status_of(text: str) -> Status | None:
    """Return what a reader's card is: in use, lost, or no longer good (and so frozen)."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return next((code for code, pattern in _STATUSES if pattern.search(plain)), None)


def moment_of(text: str) -> datetime | None:
    """Return a local day with its time, without a zone; midnight if no time is said."""
    plain = unicodedata.normalize("NFKC", text).strip()
    day = day_of(plain)
    if day is None:
        return None
    said = _TIME.search(plain)
    try:
        hour, minute, second = (int(part or 0) for part in said.groups()) if said else (0, 0, 0)
        at = time(hour, minute, second)
    except ValueError:
        at = time()
    return datetime.combine(day, at)
