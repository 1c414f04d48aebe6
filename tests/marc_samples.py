"""Ten CNMARC records of our own, and what becomes of them in careless hands."""

from collections.abc import Callable
from dataclasses import dataclass

from pymarc import Record

Fields = list[tuple[str, str]]  # tag, and data or indicators with `$a…`


@dataclass(frozen=True)
class Sample:
    """A book as a cataloguer would describe it."""

    number: str
    isbn: str
    price: str
    title: str
    pinyin: str
    subtitle: str
    statement: str
    author: str
    nation: str
    place: str
    publisher: str
    year: str
    pages: str
    clc: str
    subject: str
    summary: str
    accessions: str


def _sample(*values: str) -> Sample:
    return Sample(*values)


SAMPLES = [
    _sample(
        *("012026000001", "978-7-02-000220-7", "CNY39.50", "山谷里的灯", "shan gu li de deng"),
        *("一个县城图书馆的故事", "林海著", "林海", "", "北京", "晨光试验出版社", "2012"),
        *("241页", "I247.57", "长篇小说", "雪夜里，一盏灯一直亮着。", "00000101;00000102"),
    ),
    _sample(
        *("012026000002", "7-111-07575-9", "CNY25.00(含光盘)", "㙍上的稻田", "nian shang"),
        *("农业技术入门", "陈小满, 周禾编著", "陈小满", "", "南京", "稻穗出版社", "[2003]"),
        *("xii, 320页", "S511", "水稻栽培", "从育秧到收割。", "00000201~00000203"),
    ),
    _sample(
        *("012026000003", "", "CNY12.00", "河边的孩子", "he bian de hai zi", "", "[英] 沃德著"),
        *("沃德", "英", "上海", "小舟童书社", "1994.5", "96页", "I561.84", "儿童文学"),
        *("适合一起读。", "1683011-3"),
    ),
    _sample(
        *("012026000004", "978-7-111-07575-2", "CNY88.00", "数据的形状", "shu ju de xing zhuang"),
        *("统计图表设计", "黄一著", "黄一", "", "北京", "量角器出版社", "2019.11", "402页"),
        *("O212", "统计图", "图表怎样说话。", "00000401,00000402"),
    ),
    _sample(
        *("012026000005", "", "CNY0.85", "民间故事选", "min jian gu shi xuan", "", "文化馆编"),
        *("文化馆", "", "济南", "泉水人民出版社", "1982", "188页", "I277.3", "民间故事"),
        *("三十个老故事。", "00000501"),
    ),
    _sample(
        *("012026000006", "", "", "家谱残卷", "jia pu can juan", "", "佚名辑", "佚名", "清"),
        *("", "", "民国25 [1936]", "1册", "K820.9", "家谱", "", ""),
    ),
    _sample(
        *("012026000007", "", "CNY46.00", "夜航船上的望远镜", "ye hang chuan", "写给少年的天文书"),
        *("苏星文", "苏星", "", "合肥", "北斗少年出版社", "2021", "210页", "P1-49"),
        *("天文学", "认识四季的星空。", "00000701"),
    ),
    _sample(
        *("012026000008", "", "CNY59.00", "编译器的第一课", "bian yi qi", "从零写一门语言"),
        *("马丁著", "马丁", "美", "武汉", "栈帧出版社", "2020", "356页", "TP314"),
        *("编译程序", "一步一步写出来。", "00000801;00000802"),
    ),
    _sample(
        *("012026000009", "", "CNY30.00", "𠮷野家的厨房", "ji ye jia", "", "吉野著", "吉野", "日"),
        *("广州", "炉火出版社", "2015", "150页", "TS972.1", "菜谱", "四十道家常菜。", "00000901"),
    ),
    _sample(
        *("012026000010", "", "CNY66.00", "汉字里的动物园", "han zi", "甲骨文图说", "许嘉文著"),
        *("许嘉文", "", "成都", "字林书局", "2018", "132页", "H12-49", "汉字", "看图识古字。"),
        *("00001001",),
    ),
]


def fields_of(one: Sample) -> Fields:
    """The record's fields, with some that nobody models."""
    number = f"$a{one.isbn}$b平装" if one.isbn else ""
    number += f"$d{one.price}" if one.price else ""
    fields = [
        ("001", one.number),
        ("005", "20260301120000.0"),
        ("010", f"  {number}" if number else ""),
        ("100", "  $a20260301d2012    em y0chiy50      ea"),
        ("101", "0 $achi"),
        ("102", "  $aCN$b110000"),
        ("105", "  $ay   z   000yy"),
        ("200", f"1 $a{one.title}$9{one.pinyin}" + _sub("e", one.subtitle) + f"$f{one.statement}"),
        ("210", "  " + _sub("a", one.place) + _sub("c", one.publisher) + _sub("d", one.year)),
        ("215", f"  $a{one.pages}$c图$d21cm"),
        ("314", "  $a著者其他著作未详"),
        ("330", f"  $a{one.summary}" if one.summary else ""),
        ("606", f"0 $a{one.subject}$x研究$y中国"),
        ("690", f"  $a{one.clc}$v5"),
        ("701", " 0" + _sub("c", one.nation) + f"$a{one.author}$4著"),
        ("801", " 0$aCN$bSHIYAN$c20260301"),
        ("905", f"  $aSHIYAN$b{one.accessions}$d{one.clc}$e12" if one.accessions else ""),
        ("998", "  $a第1批"),
    ]
    return [(tag, body) for tag, body in fields if body]


def _sub(code: str, value: str) -> str:
    return f"${code}{value}" if value else ""


CNMARC = [fields_of(one) for one in SAMPLES]
LEADER = "nam0 22{base}   450 "


def iso(
    fields: Fields,
    encoding: str = "utf-8",
    *,
    length_of: Callable[[str], int] | None = None,
    leader: str = LEADER,
) -> bytes:
    """A record; `length_of` counts otherwise than in bytes."""
    count = length_of or (lambda text: len(text.encode(encoding)))
    texts = [body.replace("$", "\x1f") + "\x1e" for _, body in fields]
    directory, start = "", 0
    for (tag, _), text in zip(fields, texts, strict=True):
        directory += f"{tag}{count(text):04d}{start:05d}"
        start += count(text)
    base = 24 + len(directory) + 1
    head = f"{base + start + 1:05d}" + leader.format(base=f"{base:05d}") + directory + "\x1e"
    return (head + "".join(texts) + "\x1d").encode(encoding)


def xml(fields: Fields, *, prefix: str = "") -> str:
    """The same as a MARCXML record element."""
    parts = [f"<{prefix}leader>{'00000' + LEADER.format(base='00000')}</{prefix}leader>"]
    for tag, body in fields:
        if tag < "010":
            parts.append(f'<{prefix}controlfield tag="{tag}">{body}</{prefix}controlfield>')
            continue
        subs = "".join(
            f'<{prefix}subfield code="{part[0]}">{part[1:]}</{prefix}subfield>'
            for part in body[2:].split("$")[1:]
        )
        ends = f'ind1="{body[0]}" ind2="{body[1]}"'
        parts.append(f'<{prefix}datafield tag="{tag}" {ends}>{subs}</{prefix}datafield>')
    return f"<{prefix}record>{''.join(parts)}</{prefix}record>"


def plain(record: Record) -> Fields:
    """The fields of a record, written as those of the samples."""
    return [
        (
            field.tag,
            (field.data or "")
            if field.control_field
            else "".join(field.indicators or ()) + "".join(f"${s.code}{s.value}" for s in field),
        )
        for field in record.fields
    ]
