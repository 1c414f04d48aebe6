"""The copies that a record lists, and the fields that list them.

Libraries differ. 995 (UNIMARC) and 952 (MARC21), Koha's, have a field for each copy and go first;
905 (China), 805 (Taiwan) and 852 may name many copies at once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pymarc import Field, Indicators, Record, Subfield

from jieyue.catalog.rules.copies import LIMITS, MAX_COPIES, MAX_PRICE_CENTS, read_barcode
from jieyue.catalog.rules.marc.formats import MarcFormat, format_of
from jieyue.catalog.rules.record_values import clean, price_of

_PARTED: Final = re.compile(r"[;,；，、\s]+")
_SPAN: Final = re.compile(r"([A-Za-z]*)([0-9]{1,15})(?:([~～])([A-Za-z]*)|(-))([0-9]{1,15})")
_MAX_SPAN: Final = 200  # two numbers further apart are two numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A copy as a record tells of it. `barcode` or `accession` may be all there is, or neither.

    `branch` and `shelf` are the words or codes of whoever wrote the record.
    """

    barcode: str = ""
    accession: str = ""
    branch: str = ""
    shelf: str = ""
    call_number: str = ""
    price_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Codes:
    """The subfields of a field that lists copies; several are tried in order."""

    tag: str
    barcode: str = ""
    accession: str = ""
    branch: str = ""
    shelf: str = ""
    call_number: str = ""
    call_parts: str = ""  # joined when there is no whole call number
    price: str = ""
    count: str = ""


_KOHA: Final = {
    MarcFormat.CNMARC: _Codes(
        tag="995", barcode="f", accession="j", branch="bc", shelf="e", call_number="k", price="p"
    ),
    MarcFormat.MARC21: _Codes(
        tag="952", barcode="p", accession="i", branch="ab", shelf="c", call_number="o", price="gv"
    ),
}
_KOHA[MarcFormat.CMARC] = _KOHA[MarcFormat.CNMARC]
_COMMON: Final = {
    MarcFormat.CNMARC: _Codes(
        tag="905",
        accession="b",
        branch="a",
        shelf="c",
        call_number="s",
        call_parts="de",
        count="f",
    ),
    MarcFormat.CMARC: _Codes(tag="805", accession="c", branch="a", shelf="b", call_parts="de"),
    MarcFormat.MARC21: _Codes(
        tag="852", barcode="p", branch="b", shelf="c", call_number="", call_parts="hi"
    ),
}
_ITEMS: Final = _Codes(tag="906", barcode="b", branch="a", call_parts="de", price="r")
"""Some libraries list their copies here, beside a 905 without numbers."""


def holdings_of(record: Record) -> tuple[Holding, ...]:
    """Return the copies a record lists, at most 500, each number once."""
    kind = format_of(record)
    for codes in (_KOHA[kind], _COMMON[kind], _ITEMS):
        found = [one for field in record.get_fields(codes.tag) for one in _listed(field, codes)]
        if any(one.barcode or one.accession for one in found) or (
            found and codes is not _KOHA[kind] and not record.get_fields(_ITEMS.tag)
        ):
            return _once(found)
    return ()


def with_holdings(record: Record, holdings: tuple[Holding, ...]) -> None:
    """Write these copies into a record instead of those it lists, unless they are the same."""
    if holdings == holdings_of(record):
        return
    kind = format_of(record)
    listing = {_COMMON[kind].tag} | ({_ITEMS.tag} if kind is MarcFormat.CNMARC else set())
    record.fields[:] = [
        field
        for field in record.fields
        if field.tag not in listing and not _lists_by_koha(field, _KOHA[kind])
    ]
    for codes in (_COMMON[kind], _KOHA[kind]):
        record.fields += [_written(one, codes) for one in holdings]


def _lists_by_koha(field: Field, codes: _Codes) -> bool:
    """Whether a field with Koha's tag is Koha's: other systems keep other things there."""
    return field.tag == codes.tag and any(
        one.barcode or one.accession for one in _listed(field, codes)
    )


def numbers_in(text: str, count: int | None = None) -> list[str]:
    """Return the numbers in `00000101;00000102`, `00000201~00000203` or `1683011-3`.

    A hyphen makes a span only if it goes up by less than 200, and to `count` if that is known:
    in `2012-0034` it is part of the number.
    """
    return [one for part in _PARTED.split(text) for one in _spanned(part, count)][:MAX_COPIES]


def _spanned(part: str, count: int | None) -> list[str]:
    match = _SPAN.fullmatch(part)
    if match is None:
        return [one for one in re.split("[~～]", part) if one]
    stem, low, tilde, second, _, high = match.groups()
    full = low[: max(0, len(low) - len(high))] + high
    size = int(full) - int(low) + 1
    fits = len(full) == len(low) and 1 < size <= _MAX_SPAN and (second or stem) == stem
    if fits and (tilde or count in {None, size}):
        return [f"{stem}{int(low) + n:0{len(low)}d}" for n in range(size)]
    return [stem + low, (second or "") + high] if tilde else [part]


def _listed(field: Field, codes: _Codes) -> Iterator[Holding]:
    count = _first(field, codes.count)
    copies = int(count) if re.fullmatch("[1-9][0-9]{0,2}", count) else None
    several = [clean(text, 4_000) for text in field.get_subfields(*codes.accession)]
    numbers = [one for text in several for one in numbers_in(text, copies)]
    if codes.tag == _KOHA[MarcFormat.MARC21].tag or codes.tag == _KOHA[MarcFormat.CNMARC].tag:
        numbers = several[:1]
    parts = [clean(text, 60) for code in codes.call_parts for text in field.get_subfields(code)]
    call_number = _first(field, codes.call_number) or "/".join(filter(None, parts))
    price = price_of(_first(field, codes.price)).cents
    common = Holding(
        barcode=read_barcode(_first(field, codes.barcode))[:40],
        branch=_first(field, codes.branch)[:60],
        shelf=_first(field, codes.shelf)[: LIMITS["shelf"]],
        call_number=call_number[: LIMITS["call_number"]],
        price_cents=price if price is not None and price <= MAX_PRICE_CENTS else None,
    )
    values = {name: getattr(common, name) for name in Holding.__slots__}
    for number in numbers:
        yield Holding(**values | {"accession": number[: LIMITS["accession"]]})
    if not numbers:
        for _ in range(min(copies or 1, MAX_COPIES)):
            yield common


def _once(found: list[Holding]) -> tuple[Holding, ...]:
    seen: set[tuple[str, str]] = set()
    kept = []
    for one in found:
        key = (one.barcode, one.accession)
        if key == ("", "") or key not in seen:
            seen.add(key)
            kept.append(one)
    return tuple(kept[:MAX_COPIES])


def _written(one: Holding, codes: _Codes) -> Field:
    price = None if one.price_cents is None else f"CNY{one.price_cents / 100:.2f}"
    number = one.accession if codes.barcode else one.accession or one.barcode
    values = {
        codes.branch: one.branch,
        codes.accession: number,
        codes.shelf: one.shelf,
        codes.barcode: one.barcode,
        codes.call_number or codes.call_parts[:1]: one.call_number,
        codes.price[:1]: price,
    }
    parts = [Subfield(code[0], value) for code, value in values.items() if code and value]
    return Field(tag=codes.tag, indicators=Indicators(" ", " "), subfields=sorted(parts))


def _first(field: Field, codes: str) -> str:
    texts = (clean(text, 400) for code in codes for text in field.get_subfields(code))
    return next((text for text in texts if text), "")
