"""Cells of a list read into plain values. None or "" where there is nothing to read."""

import re
import unicodedata
from typing import Final

from jieyue.catalog.rules.copies import MAX_COPIES, consecutive, read_barcode
from jieyue.catalog.rules.record_values import year_of
from jieyue.kit.tables.cells import (
    MAX_TEXT,
    SERIAL,
    day_of,
    number_text,
)

_PARTS: Final = re.compile(r"[;,、\s]+")
_RANGE: Final = re.compile(r"([^\s~至]+)\s*(?:~|至|—|–|--)\s*([^\s~至]+)")
_HYPHENED: Final = re.compile(r"(\d{3,15})-(\d{3,15})")
_NUMBERED: Final = re.compile(r"(.*?)(\d{1,15})")

LANGUAGES: Final = {
    **dict.fromkeys(("中文", "汉语", "汉", "中", "chi", "zho", "chinese", "zh-cn", "zh"), "zh"),
    **dict.fromkeys(("英文", "英语", "英", "eng", "english", "en"), "en"),
    **dict.fromkeys(("日文", "日语", "日", "jpn", "japanese", "ja"), "ja"),
    **dict.fromkeys(("法文", "法语", "法", "fre", "fra", "french"), "fr"),
    **dict.fromkeys(("德文", "德语", "德", "ger", "deu", "german"), "de"),
    **dict.fromkeys(("俄文", "俄语", "俄", "rus", "russian"), "ru"),
    **dict.fromkeys(("韩文", "韩语", "朝鲜语", "kor", "korean"), "ko"),
    **dict.fromkeys(("西班牙文", "西班牙语", "spa", "spanish"), "es"),
}
AUDIENCES: Final = (
    ("early", re.compile("幼儿|学前|婴|低幼|early|0-[36]")),
    ("child", re.compile("儿童|少儿|小学|child|[1-6一二三四五六]年级")),
    ("teen", re.compile("青少年|中学|初中|高中|teen|young|[7-9七八九]年级")),
    ("adult", re.compile("成人|成年|大学|教师|adult|普通读者")),
)
STANDINGS: Final = (
    ("withdrawn", re.compile("剔旧|剔除|注销|报废|下架|withdrawn|discard")),
    ("lost", re.compile("丢失|遗失|丢书|^lost|^赔")),
    ("missing", re.compile("缺失|未找到|盘亏|下落不明|不知去向|missing")),
    ("repair", re.compile("修|装订|破损|repair|damaged|binding")),
    ("reference", re.compile("阅览|不外借|不可借|不可外借|参考|保留本|库本|样本|reference")),
    (
        "in_use",
        re.compile("在馆|在架|可借|可外借|正常|在库|入藏|在藏|流通|上架|available|^in|借|loan"),
    ),
)
"""The first that fits counts. What the old system had on loan is in use here."""


def codes_of(cell: str, *, count: int | None) -> tuple[str, ...]:
    """Return the barcodes or accession numbers of one cell: parted by signs, or as a range.

    `000123~000125`, `A7至A9`; with a hyphen only if the range has `count` numbers, since hyphens
    stand inside numbers too. No more than `MAX_COPIES` + 1.
    """
    plain = unicodedata.normalize("NFKC", cell[:MAX_TEXT]).strip().lstrip("'`’‘")
    if match := _RANGE.fullmatch(plain):
        between = _between(read_barcode(match[1]), read_barcode(match[2]))
        if between:
            return between
    if match := _HYPHENED.fullmatch(plain):
        between = _between(match[1], match[2])
        if between and len(between) == count and count > 1:
            return between
    parts = (number_text(part) for part in _PARTS.split(plain))
    return tuple(read for part in parts if (read := read_barcode(part)))[: MAX_COPIES + 1]


def _between(first: str, last: str) -> tuple[str, ...]:
    start, end = _NUMBERED.fullmatch(first), _NUMBERED.fullmatch(last)
    if not start or not end or start[1] != end[1] or len(start[2]) != len(end[2]):
        return ()
    count = int(end[2]) - int(start[2]) + 1
    return tuple(consecutive(first, count)) if 1 < count <= MAX_COPIES else ()


def year_in(text: str) -> int | None:
    """Return the year of a date in any form, Excel's number of a day among them."""
    plain = unicodedata.normalize("NFKC", text).strip()
    day = day_of(plain) if SERIAL.fullmatch(plain) else None
    return day.year if day else year_of(plain)


def language_of(text: str) -> str | None:
    """Return the code for a language's name; a short code as it is; None for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return LANGUAGES.get(plain) or (plain if re.fullmatch(r"[a-z]{2,3}", plain) else None)


def audience_of(text: str) -> str | None:
    """Return the code of who a book is for."""
    return _first_fit(AUDIENCES, text)


def standing_of(text: str) -> str | None:
    """Return the code of a copy's state."""
    return _first_fit(STANDINGS, text)


def _first_fit(codes: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str | None:
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return next((code for code, pattern in codes if pattern.search(plain)), None)
