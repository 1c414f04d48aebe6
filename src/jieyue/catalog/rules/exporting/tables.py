"""The catalogue as a table, a row for each copy, with headings that our import knows.

Words and numbers are written as the import reads them (`importing/values.py`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from jieyue.catalog.rules.exporting.things import ExportedCopy, ExportedTitle
from jieyue.kit.money import yuan

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: the kind of the import, its headings, and what stands in it.

    A title without copies has empty cells in the columns of copies.
    """

    kind: str
    zh: str
    en: str
    of_title: Callable[[ExportedTitle, Language], str] | None = None
    of_copy: Callable[[ExportedCopy, Language], str] | None = None


_AUDIENCES: Final = {
    "early": ("幼儿", "Early childhood"),
    "child": ("儿童", "Children"),
    "teen": ("青少年", "Teenagers"),
    "adult": ("成人", "Adults"),
}
_STANDINGS: Final = {
    "in_use": ("在馆", "In use"),
    "reference": ("阅览", "Reference"),
    "repair": ("修补", "Repair"),
    "missing": ("缺失", "Missing"),
    "lost": ("丢失", "Lost"),
    "withdrawn": ("剔旧", "Withdrawn"),
}
_LANGUAGES: Final = {
    "zh": "中文",
    "en": "英文",
    "ja": "日文",
    "fr": "法文",
    "de": "德文",
    "ru": "俄文",
    "ko": "韩文",
    "es": "西班牙文",
}


def _money(cents: int | None) -> str:
    return "" if cents is None else yuan(cents)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _said(words: dict[str, tuple[str, str]], code: str, language: Language) -> str:
    return words[code][language == "en"] if code in words else code


def _book(name: str) -> Callable[[ExportedTitle, Language], str]:
    return lambda title, _: str(getattr(title.book, name))


def _copy(name: str) -> Callable[[ExportedCopy, Language], str]:
    return lambda copy, _: str(getattr(copy, name))


_COLUMNS: Final = (
    _Column("barcode", "条码号", "Barcode", of_copy=_copy("barcode")),
    _Column("accession", "登录号", "Accession number", of_copy=_copy("accession_number")),
    # A draft has no name yet: without one the row is read as a draft again.
    _Column("name", "题名", "Title", lambda t, _: "" if t.is_nameless else t.book.name),
    _Column("subtitle", "副题名", "Subtitle", _book("subtitle")),
    _Column("volume", "卷册", "Volume", _book("volume")),
    _Column("authors", "作者", "Author", _book("authors")),
    _Column("translators", "译者", "Translator", _book("translators")),
    _Column("publisher", "出版社", "Publisher", _book("publisher")),
    _Column("place", "出版地", "Place of publication", _book("place")),
    _Column("year", "出版年", "Year", lambda t, _: _number(t.book.year)),
    _Column("edition", "版次", "Edition", _book("edition")),
    _Column("isbn", "ISBN", "ISBN", lambda t, _: t.book.isbn13 or t.book.unified_number),
    _Column("clc", "中图分类号", "Classification", _book("clc")),
    _Column("call_number", "索书号", "Call number", of_copy=_copy("call_number")),
    _Column("price", "定价", "Price", lambda t, _: _money(t.book.price_cents)),
    _Column("pages", "页数", "Pages", lambda t, _: _number(t.book.pages)),
    _Column("series", "丛书名", "Series", _book("series")),
    _Column("subjects", "主题词", "Subjects", _book("subjects")),
    _Column(
        "language",
        "语种",
        "Language",
        lambda t, lang: (
            _LANGUAGES.get(t.book.language, t.book.language) if lang == "zh" else t.book.language
        ),
    ),
    _Column(
        "audience", "读者对象", "Audience", lambda t, lang: _said(_AUDIENCES, t.book.audience, lang)
    ),
    _Column("summary", "内容简介", "Summary", _book("summary")),
    _Column("branch", "分馆", "Branch", of_copy=_copy("branch")),
    _Column("shelf", "馆藏地点", "Shelf", of_copy=_copy("shelf")),
    _Column("item_type", "文献类型", "Item type", of_copy=_copy("item_type")),
    _Column(
        "standing", "馆藏状态", "Status", None, lambda c, lang: _said(_STANDINGS, c.standing, lang)
    ),
    _Column("price_paid", "购入价", "Price paid", None, lambda c, _: _money(c.price_cents)),
    _Column("source", "来源", "Source", of_copy=_copy("source")),
    _Column("supplier", "供应商", "Supplier", of_copy=_copy("supplier")),
    _Column("added_on", "入藏日期", "Date added", None, lambda c, _: c.added_on.isoformat()),
    _Column("parts", "附件", "Parts", of_copy=_copy("parts")),
    _Column("note", "备注", "Note", of_copy=_copy("note")),
    _Column("count", "册数", "Copies", None, lambda _, __: "1"),
)
COLUMN_KINDS: Final = tuple(column.kind for column in _COLUMNS)


def headings(language: Language) -> tuple[str, ...]:
    """Return the first row."""
    return tuple(getattr(column, language) for column in _COLUMNS)


def rows_of(title: ExportedTitle, language: Language) -> Iterator[tuple[str, ...]]:
    """Yield a row for each copy; one for a title without any, saying that there are none."""
    common = [column.of_title(title, language) if column.of_title else "" for column in _COLUMNS]
    for copy in title.copies:
        yield tuple(
            column.of_copy(copy, language) if column.of_copy else text
            for column, text in zip(_COLUMNS, common, strict=True)
        )
    if not title.copies:
        yield (*common[:-1], "0")
