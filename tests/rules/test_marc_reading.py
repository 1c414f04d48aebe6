"""MARC files as old systems export them. Records are our own (tests/marc_samples.py)."""

import io
import tracemalloc

import pytest

from jieyue.catalog.rules.marc.encodings import majority
from jieyue.catalog.rules.marc.findings import (
    Encoding,
    Oddity,
    Place,
    Problem,
    ReadRecord,
    Unreadable,
    Warn,
)
from jieyue.catalog.rules.marc.reading import read_records
from tests.marc_samples import CNMARC, Fields, iso, xml
from tests.marc_samples import plain as fields_in

UTF8, GB18030 = Encoding.UTF8, Encoding.GB18030
WRONG_LENGTHS = (Warn(Oddity.LENGTHS_WRONG),)


def read(raw: bytes, encoding: Encoding | None = None):
    return list(read_records(io.BytesIO(raw), encoding=encoding))


def plain(item) -> Fields:
    return fields_in(item.record)


def file_of(encoding: str = "utf-8", *, between: bytes = b"", **how) -> bytes:
    return between.join(iso(fields, encoding, **how) for fields in CNMARC)


def zeros(raw: bytes) -> bytes:
    return b"\x1d".join(b"00000" + one[5:] for one in raw.split(b"\x1d") if one) + b"\x1d"


VARIANTS = {
    "utf-8": (file_of(), UTF8, ()),
    "utf-8 with BOM": (b"\xef\xbb\xbf" + file_of(), UTF8, ()),
    "gb18030": (file_of("gb18030"), GB18030, ()),
    "utf-8 counted in characters": (file_of(length_of=len), UTF8, WRONG_LENGTHS),
    "gb18030 counted in characters": (file_of("gb18030", length_of=len), GB18030, WRONG_LENGTHS),
    "lengths of GBK in UTF-8": (
        file_of(length_of=lambda text: len(text.encode("gb18030"))),
        UTF8,
        WRONG_LENGTHS,
    ),
    "all lengths zero": (file_of(length_of=lambda _: 0), UTF8, WRONG_LENGTHS),
    "one record a line": (file_of("gb18030", between=b"\r\n") + b"\r\n", GB18030, ()),
    "two line ends and an end of file": (file_of(between=b"\r\n\r\n") + b"\n\x1a", UTF8, ()),
    "leader 00000": (zeros(file_of("gb18030")), GB18030, WRONG_LENGTHS),
    "blanks as -": (
        file_of(leader="nam0-22{base}---450-"),
        UTF8,
        (Warn(Oddity.BLANKS_MARKED),),
    ),
    "blanks as #": (
        file_of(leader="nam0#22{base}###450#"),
        UTF8,
        (Warn(Oddity.BLANKS_MARKED),),
    ),
    "map 4500": (file_of(leader="nam0 22{base}   4500"), UTF8, ()),
    "no end after the last": (file_of("gb18030")[:-1], GB18030, ()),
    "utf-16": ("\ufeff".encode("utf-16-le") + file_of().decode().encode("utf-16-le"), UTF8, ()),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_record_of_every_variant_is_read_whole(variant: str) -> None:
    raw, encoding, warnings = VARIANTS[variant]

    items = read(raw)

    assert [plain(item) for item in items] == CNMARC
    assert {item.encoding for item in items} == {encoding}
    shown = {
        tuple(warn for warn in item.warnings if warn.code is not Oddity.ENCODING_DIFFERS)
        for item in items
    }
    assert shown <= {warnings, ()} and warnings in shown
    assert [item.place.number for item in items] == list(range(1, 11))


def test_gbk_is_read_as_the_gb18030_that_contains_it() -> None:
    kept = [one for n, one in enumerate(CNMARC) if n not in {1, 8}]  # with signs beyond GBK

    items = read(b"".join(iso(fields, "gbk") for fields in kept))

    assert [plain(item) for item in items] == kept
    assert {item.encoding for item in items} == {GB18030}


def test_a_record_comes_with_its_place_and_its_bytes() -> None:
    first, second = (iso(fields) for fields in CNMARC[:2])

    items = read(first + b"\r\n" + second)

    assert [(item.place, item.original) for item in items] == [
        (Place(1, 0), first[:-1]),
        (Place(2, len(first) + 2), second[:-1]),
    ]


def test_a_broken_double_byte_costs_one_sign_and_is_said() -> None:
    raw = iso(CNMARC[0], "gb18030")
    lamp = "灯".encode("gb18030")
    broken = raw.replace(lamp + b"\x1f9", lamp[:1] + b"\x1f9")

    first, second = read(broken + iso(CNMARC[1], "gb18030"))

    expected = [
        (tag, body.replace("灯$9", "\ufffd$9") if tag == "200" else body) for tag, body in CNMARC[0]
    ]
    assert plain(first) == expected
    assert first.warnings == (Warn(Oddity.BYTES_BROKEN, "200"), Warn(Oddity.LENGTHS_WRONG))
    assert (plain(second), second.warnings) == (CNMARC[1], ())


def test_two_encodings_in_one_file_are_told_apart() -> None:
    raws = [iso(fields, "gb18030") for fields in CNMARC]
    raws[4] = iso(CNMARC[4], "utf-8")

    items = read(b"".join(raws))

    assert [plain(item) for item in items] == CNMARC
    assert [item.encoding for item in items].count(GB18030) == 9
    assert items[4].warnings == (Warn(Oddity.ENCODING_DIFFERS, "utf-8"),)


def test_east_asian_characters_of_marc8_are_read() -> None:
    raw = iso([("001", "1"), ("245", "00$a一 tree")]).replace(b"\xe4\xb8\x80", b"\x1b$1!0!\x1b(B")

    (item,) = read(raw)

    assert (plain(item)[1], item.encoding) == (("245", "00$a一 tree"), Encoding.MARC8)


def test_a_record_that_may_be_either_follows_the_file_or_whoever_chose() -> None:
    unsure = [("001", "1"), ("200", "1 $a通")]  # in GBK the bytes of one sign in UTF-8

    raw = iso(unsure, "gb18030")

    after_gbk = read(iso(CNMARC[0], "gb18030") + raw)[1]
    after_utf8 = read(iso(CNMARC[0]) + raw)[1]
    chosen = read(raw, GB18030)[0]
    assert [plain(one)[1] for one in (after_gbk, chosen)] == [("200", "1 $a通")] * 2
    assert plain(after_utf8)[1] == ("200", f"1 $a{'通'.encode('gb18030').decode()}")
    assert majority([raw, b"plain"]) is UTF8


def test_records_without_an_end_between_them_are_parted() -> None:
    raws = [iso(fields) for fields in CNMARC[:3]]

    items = read(raws[0][:-1] + raws[1][:-1] + b"\r\n" + raws[2])

    assert [plain(item) for item in items] == CNMARC[:3]
    assert [item.warnings for item in items] == [
        (Warn(Oddity.END_MISSING),),
        (Warn(Oddity.END_MISSING),),
        (),
    ]


def test_a_directory_in_another_order_is_followed() -> None:
    raw = iso(CNMARC[0])
    head, sign, data = raw.partition(b"\x1e")
    entries = [head[at : at + 12] for at in range(24, len(head), 12)]

    (item,) = read(head[:24] + b"".join(reversed(entries)) + sign + data)

    assert (plain(item), item.warnings) == (CNMARC[0][::-1], ())


def test_a_lost_end_of_a_field_is_made_good_by_right_lengths() -> None:
    raw = iso(CNMARC[0])
    at = raw.index(b"\x1e", raw.index("林海著".encode()))

    (item,) = read(raw[:at] + b"x" + raw[at + 1 :])

    expected = [(tag, body + "x" if tag == "200" else body) for tag, body in CNMARC[0]]
    assert plain(item) == expected
    assert [warn.code for warn in item.warnings] == [Oddity.FIELDS_DIFFER]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"this is a letter\x1d", Problem.NO_LEADER),
        (b"00026nam0 2200025   450 \x1e\x1d", Problem.NO_FIELDS),
        (b"PK\x03\x04" + b"\xff" * 200 + b"\x1d", Problem.NO_LEADER),
        (b"<collection><record><datafield tag='200'></record>", Problem.XML_BAD),
        (b"<collection/>", Problem.NO_RECORDS),
        (b"<collection><record><leader/></record>", Problem.NO_FIELDS),
        (b"<record><controlfield tag='001'>1</controlfield>", Problem.CUT_SHORT),
    ],
)
def test_what_is_no_record_is_reported_in_its_place(raw: bytes, problem: Problem) -> None:
    items = read(raw + iso(CNMARC[0]) if not raw.startswith(b"<") else raw)

    assert items[0].problem is problem
    assert items[0].place.number == 1
    assert [plain(item) for item in items[1:]] == ([CNMARC[0]] if len(items) > 1 else [])


def test_an_empty_file_holds_nothing() -> None:
    assert read(b"") == read(b"\r\n \x1a") == []


def test_megabytes_without_an_end_are_one_report_and_the_next_record_is_read() -> None:
    class Endless(io.RawIOBase):
        left = 1_000

        def read(self, size=-1):
            self.left -= 1
            return b"x" * size if self.left > 0 else b""

    class Then(io.RawIOBase):
        parts = [Endless(), io.BytesIO(b"\x1d" + iso(CNMARC[0]))]

        def read(self, size=-1):
            return self.parts[0].read(size) or self.parts[1].read(size)

    tracemalloc.start()
    items = list(read_records(Then()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert isinstance(items[0], Unreadable) and items[0].problem is Problem.TOO_LONG
    assert [plain(item) for item in items[1:]] == [CNMARC[0]]
    assert peak < 20_000_000


def test_a_file_without_any_end_of_record_is_read_beyond_the_longest_record() -> None:
    raw = b"\r\n".join(iso(fields)[:-1] for fields in CNMARC) + b"\r\n"

    items = read(raw * 200)

    assert [plain(item) for item in items] == CNMARC * 200


def test_a_long_file_is_read_in_little_memory() -> None:
    class Long(io.RawIOBase):
        left = 100  # 630 kB
        once = file_of("gb18030", between=b"\r\n") + b"\r\n"

        def read(self, size=-1):
            self.left -= 1
            return self.once if self.left >= 0 else b""

    tracemalloc.start()
    count = sum(isinstance(item, ReadRecord) for item in read_records(Long()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 1_000
    assert peak < 600_000


@pytest.mark.parametrize("prefix", ["", "marc:", "mrc:"])
@pytest.mark.parametrize(
    ("encoding", "declaration"),
    [
        ("utf-8", "<?xml version='1.0' encoding='UTF-8'?>"),
        ("gb18030", "<?xml version='1.0' encoding='GB2312'?>"),
        ("utf-16", "<?xml version='1.0' encoding='UTF-16'?>"),
        ("utf-8", ""),
    ],
)
def test_marcxml_is_read_in_any_encoding(prefix: str, encoding: str, declaration: str) -> None:
    body = "\n".join(xml(fields, prefix=prefix) for fields in CNMARC)
    raw = f"{declaration}<{prefix}collection>\n{body}\n</{prefix}collection>".encode(encoding)

    items = read(raw)

    assert [plain(item) for item in items] == CNMARC
    assert {item.warnings for item in items} == {()}


def test_a_bad_record_of_a_marcxml_file_spoils_no_other() -> None:
    raws = [xml(fields) for fields in CNMARC[:5]]
    raws[1] = raws[1].replace("</datafield>", "", 1)
    raws[3] = raws[3].replace("</record>", "")

    items = read(f"<collection>{''.join(raws)}</collection>".encode())

    assert [type(item) for item in items] == [
        *(ReadRecord, Unreadable, ReadRecord, Unreadable, ReadRecord)
    ]
    assert [item.problem for item in items if isinstance(item, Unreadable)] == [
        *(Problem.XML_BAD, Problem.CUT_SHORT)
    ]
    assert [plain(items[n]) for n in (0, 2, 4)] == [CNMARC[n] for n in (0, 2, 4)]


def test_an_entity_bomb_stays_shut() -> None:
    bomb = '<!DOCTYPE c [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;&a;">]>'
    bad = xml([("200", "1 $a&b;")])

    items = read(f"<?xml version='1.0'?>{bomb}<c>{bad}{xml(CNMARC[0])}</c>".encode())

    assert items[0].problem is Problem.XML_BAD
    assert plain(items[1]) == CNMARC[0]


def test_the_wrapping_of_an_sru_answer_is_no_record() -> None:
    body = f"<srw:record><srw:recordData>{xml(CNMARC[0])}</srw:recordData></srw:record>"

    items = read(f"<srw:searchRetrieveResponse>{body * 2}</srw:searchRetrieveResponse>".encode())

    assert [plain(item) for item in items] == [CNMARC[0]] * 2
