"""Records written and read again: nothing we model changes, nothing else is lost."""

import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.marc.fields import described
from jieyue.catalog.rules.marc.filling import empty_record, filled_in
from jieyue.catalog.rules.marc.findings import Encoding
from jieyue.catalog.rules.marc.formats import MarcFormat, format_of
from jieyue.catalog.rules.marc.holdings import Holding, holdings_of, numbers_in
from jieyue.catalog.rules.marc.reading import read_records
from jieyue.catalog.rules.marc.writing import Limit, Unwritable, as_iso2709, as_xml, xml_file
from tests.marc_samples import CNMARC, Fields, iso, plain

CN, US, TW = MarcFormat.CNMARC, MarcFormat.MARC21, MarcFormat.CMARC
DAY = date(2026, 3, 1)
MODELLED = {
    *("010", "091", "100", "101", "200", "205", "210", "215", "225", "330", "606", "690", "701"),
    "702",
}


def record(fields: Fields):
    (item,) = read_records(io.BytesIO(iso(fields)))
    return item.record


def raw_of(one, encoding: Encoding = Encoding.UTF8) -> bytes:
    raw = as_iso2709(one, encoding)
    assert isinstance(raw, bytes)
    return raw


def again(one, encoding: Encoding = Encoding.UTF8):
    (item,) = read_records(io.BytesIO(raw_of(one, encoding)), encoding=encoding)
    assert (item.warnings, item.encoding) == ((), encoding)
    return item.record


HAN = st.text("山谷里的灯河边孩子数据形状夜航船一二三", min_size=1, max_size=12)
NAMES = st.lists(
    st.sampled_from(["林海", "陈小满", "欧阳远山", "Peer Martin", "夏洛蒂·勃朗特", "沃德"]),
    unique=True,
    max_size=3,
).map(" / ".join)
BOOKS = st.builds(
    Description,
    name=HAN,
    isbn13=st.sampled_from(["", "9787020002207", "9787111075752"]),
    unified_number=st.sampled_from(["", "10019·1234"]),
    subtitle=HAN | st.just(""),
    authors=NAMES,
    translators=st.sampled_from(["", "马爱新", "马爱新 / 周禾"]),
    publisher=HAN | st.just(""),
    year=st.none() | st.integers(1900, 2030),
    price_cents=st.none() | st.integers(1, 10_000_000),
    pages=st.none() | st.integers(1, 9_999),
    series=HAN | st.just(""),
    place=HAN | st.just(""),
    edition=st.sampled_from(["", "第3版", "修订本"]),
    volume=st.sampled_from(["", "上册", "第2卷 黑暗森林"]),
    subjects=st.sampled_from(["", "长篇小说-中国-当代", "家谱", "天文学 / 水稻栽培-技术"]),
    clc=st.sampled_from(["", "I247.57", "K820.9", "TP314"]),
    language=st.sampled_from(["", "chi", "eng"]),
    audience=st.sampled_from(["", "early", "child", "teen", "adult"]),
    summary=HAN | st.just(""),
)
COPIES = st.lists(
    st.builds(
        Holding,
        barcode=st.sampled_from(["10001", "10002", "A-7"]),
        accession=st.sampled_from(["", "2012-0034", "00000101"]),
        branch=st.sampled_from(["", "总馆"]),
        shelf=st.sampled_from(["", "三楼 A-1"]),
        call_number=st.sampled_from(["", "I247.57/12"]),
        price_cents=st.none() | st.integers(1, 100_000),
    ),
    max_size=3,
    unique_by=lambda one: one.barcode,
).map(tuple)


@pytest.mark.parametrize("n", range(10))
def test_a_record_written_unchanged_is_the_same_to_the_byte(n: int) -> None:
    raw = iso(CNMARC[n])
    one = record(CNMARC[n])

    assert as_iso2709(filled_in(one, described(one), holdings_of(one))) == raw


@given(st.sampled_from(CNMARC), BOOKS, COPIES)
def test_cnmarc_keeps_what_we_model_and_passes_the_rest_through(
    fields: Fields, book: Description, copies: tuple[Holding, ...]
) -> None:
    written = again(filled_in(record(fields), book, copies))

    assert described(written) == book
    assert holdings_of(written) == copies
    rest = MODELLED | {"905", "995"}
    assert [one for one in plain(written) if one[0] not in rest] == [
        one for one in fields if one[0] not in rest
    ]
    assert "$9" in dict(plain(written))["200"]


@given(BOOKS, BOOKS, COPIES, st.sampled_from([CN, US]), st.sampled_from(list(Encoding)[:2]))
def test_a_book_made_and_changed_in_either_format_comes_back_as_it_is(
    first: Description,
    second: Description,
    copies: tuple[Holding, ...],
    kind: MarcFormat,
    encoding: Encoding,
) -> None:
    made = filled_in(empty_record(kind, number="T1", entered=DAY), first, copies)
    changed = filled_in(again(made, encoding), second)

    for written, book in ((made, first), (changed, second)):
        back = again(written, encoding)
        assert (format_of(back), described(back), holdings_of(back)) == (kind, book, copies)
        (from_xml,) = read_records(io.BytesIO(as_xml(written).encode()))
        assert (from_xml.warnings, described(from_xml.record)) == ((), book)


def test_one_changed_field_changes_one_field() -> None:
    before = record(CNMARC[1])

    after = filled_in(before, replace(described(before), price_cents=2600))

    assert [pair for pair in plain(after) if pair not in plain(before)] == [
        ("010", "  $a7-111-07575-9$b平装$dCNY26.00")
    ]


@pytest.mark.parametrize("nothing", ["无", "-", "暂无"])
def test_a_subject_that_says_nothing_stays_as_it_is(nothing: str) -> None:
    fields = [("001", "1"), ("200", "1 $a灯"), ("606", f"0 $a{nothing}"), ("606", "0 $a旧事")]
    book = replace(described(record(fields)), subjects="长篇小说")

    written = filled_in(record(fields), book)

    assert described(written).subjects == "长篇小说"
    assert [pair for pair in plain(written) if pair[0] in {"606", "610"}] == [
        ("606", f"0 $a{nothing}"), ("606", "  $a长篇小说"),
    ]  # fmt: skip


def test_a_sample_is_described_as_we_would() -> None:
    assert described(record(CNMARC[0])) == Description(
        name="山谷里的灯",
        isbn13="9787020002207",
        subtitle="一个县城图书馆的故事",
        authors="林海",
        publisher="晨光试验出版社",
        year=2012,
        price_cents=3950,
        pages=241,
        clc="I247.57",
        language="chi",
        place="北京",
        subjects="长篇小说-研究-中国",
        summary="雪夜里，一盏灯一直亮着。",
    )
    assert described(record(CNMARC[1])).price_cents == 2500
    assert described(record(CNMARC[5])).year == 1936


def test_a_new_record_says_its_encoding_where_its_format_does() -> None:
    book = Description(name="灯", year=2020)

    cn = raw_of(filled_in(empty_record(CN, number="T1", entered=DAY), book))
    gb = raw_of(filled_in(empty_record(CN, number="T1", entered=DAY), book), Encoding.GB18030)
    us = raw_of(filled_in(empty_record(US, number="T1", entered=DAY), book))

    assert cn[5:12] + cn[20:24] == b"nam0 22450 "
    assert b"\x1fa20260301d2020         chiy50      ea\x1e" in cn
    assert b"\x1fa20260301d2020         chiy01      ea\x1e" in gb
    assert us[5:12] + us[20:24] == b"nam a224500"
    assert [int(raw[:5]) for raw in (cn, gb, us)] == [len(cn), len(gb), len(us)]


def test_what_does_not_fit_is_refused_and_marcxml_holds_it() -> None:
    long = Description(name="灯", summary="字" * 4_000)
    wide = record([("001", "1"), ("200", "1 $a灯"), *([("300", f"  $a{'字' * 3_000}")] * 12)])

    one = filled_in(empty_record(CN, number="1", entered=DAY), long)

    assert as_iso2709(one) == Unwritable(Limit.FIELD_TOO_LONG, "330")
    assert isinstance(as_iso2709(one, Encoding.GB18030), bytes)
    refused = as_iso2709(wide)
    assert isinstance(refused, Unwritable) and refused.code is Limit.RECORD_TOO_LONG
    text = "".join(xml_file([one, wide]))
    assert len(list(read_records(io.BytesIO(text.encode())))) == 2


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ("200 690 905", CN),
        ("001 010 200", CN),
        ("010 101 210", CN),
        ("200 681 805", TW),
        ("200 681", TW),
        ("020 245 084", US),
        ("200 245", US),
        ("001", US),
    ],
)
def test_formats_are_told_apart_by_their_fields(tags: str, kind: MarcFormat) -> None:
    fields = [(tag, "1" if tag < "010" else "  $a1") for tag in tags.split()]

    assert format_of(record(fields)) is kind


@pytest.mark.parametrize(
    ("text", "count", "numbers"),
    [
        ("00000101;00000102", None, ["00000101", "00000102"]),
        ("00000101, 00000102；00000103", None, ["00000101", "00000102", "00000103"]),
        ("00000201~00000203", None, ["00000201", "00000202", "00000203"]),
        ("A098～A101", None, ["A098", "A099", "A100", "A101"]),
        ("1683011-3", None, ["1683011", "1683012", "1683013"]),
        ("1683011-3", 2, ["1683011-3"]),
        ("2012-0034", None, ["2012-0034"]),
        ("100~90000", None, ["100", "90000"]),
        ("A-0012", None, ["A-0012"]),
        ("", None, []),
    ],
)
def test_several_accession_numbers_in_one_subfield(
    text: str, count: int | None, numbers: list[str]
) -> None:
    assert numbers_in(text, count) == numbers


@pytest.mark.parametrize(
    ("fields", "copies"),
    [
        (
            [("905", "  $a总馆$b101;102$c三楼$dI247.57$e12")],
            [
                Holding(accession=n, branch="总馆", shelf="三楼", call_number="I247.57/12")
                for n in ("101", "102")
            ],
        ),
        ([("905", "  $a总馆$f2$sK8/1")], [Holding(branch="总馆", call_number="K8/1")] * 2),
        (
            [("905", "  $sK8/1"), ("906", "  $b1001$dK8$e1$rCNY8.00"), ("906", "  $b1002")],
            [
                Holding(barcode="1001", call_number="K8/1", price_cents=800),
                Holding(barcode="1002"),
            ],
        ),
        (
            [("905", "  $b7"), ("995", "  $bM$eA1$f1001$kK8/1$pCNY12.50")],
            [Holding(barcode="1001", branch="M", shelf="A1", call_number="K8/1", price_cents=1250)],
        ),
        ([("606", "0 $a读物")], []),
    ],
)
def test_copies_are_read_from_wherever_libraries_list_them(
    fields: Fields, copies: list[Holding]
) -> None:
    assert list(holdings_of(record([("200", "1 $a灯"), ("690", "  $aK8"), *fields]))) == copies


def test_copies_of_marc21_and_cmarc() -> None:
    koha = [("245", "00$a灯"), ("952", "  $aM$cA1$g12.50$i7$oK8/1$p1001")]
    plain_852 = [("245", "00$a灯"), ("852", "  $bM$cA1$hK8$i1$p1001")]
    taiwan = [("200", "1 $a燈"), ("681", "  $a857.7"), ("805", "  $aNCL$c900123$d857.7$e8765")]

    assert [holdings_of(record(one)) for one in (koha, plain_852, taiwan)] == [
        (
            Holding(
                barcode="1001",
                accession="7",
                branch="M",
                shelf="A1",
                call_number="K8/1",
                price_cents=1250,
            ),
        ),
        (Holding(barcode="1001", branch="M", shelf="A1", call_number="K8/1"),),
        (Holding(accession="900123", branch="NCL", call_number="857.7/8765"),),
    ]


def test_new_authors_leave_others_who_took_part() -> None:
    fields = [
        *(("001", "1"), ("200", "1 $a灯$f林海著$g周禾译$g王明插图"), ("701", " 0$a林海$4著")),
        *(("702", " 0$a周禾$4译"), ("702", " 0$a王明$4插图")),
    ]
    before = record(fields)

    after = filled_in(before, replace(described(before), authors="陈小满 / 林海"))

    assert plain(after)[1:] == [
        ("200", "1 $a灯$f陈小满, 林海著$g周禾译$g王明插图"),
        ("701", " 0$a陈小满$4著"),
        ("701", " 0$a林海$4著"),
        ("702", " 0$a周禾$4译"),
        ("702", " 0$a王明$4插图"),
    ]


def test_a_field_995_that_is_not_kohas_lists_no_copies_and_stays() -> None:
    one = record([("200", "1 $a灯"), ("905", "  $b7$sK8/1"), ("995", "  $aK8/1")])

    after = filled_in(one, described(one), (Holding(barcode="8"),))

    assert holdings_of(one) == (Holding(accession="7", call_number="K8/1"),)
    assert plain(after) == [
        ("200", "1 $a灯"),
        ("905", "  $b8"),
        ("995", "  $aK8/1"),
        ("995", "  $f8"),
    ]


def test_an_old_character_set_is_replaced_as_a_whole() -> None:
    one = record([("100", "  $a20020204d1994    em y0chiy0120    ea"), ("200", "1 $a灯")])

    assert b"chiy50      ea" in raw_of(one)
    assert b"chiy0120    ea" in raw_of(one, Encoding.GB18030)


def test_signs_no_record_may_hold_are_not_written() -> None:
    one = filled_in(
        empty_record(CN, number="1\x1d", entered=DAY),
        Description(name="灯\x1e塔\x1f", summary="一\n二\ud800\x00"),
    )

    assert described(again(one)) == Description(name="灯塔", summary="一 二")
