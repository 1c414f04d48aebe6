"""The answers of the services books are looked up at, with values of our own.

Shapes follow recorded answers and public client code.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from jieyue.catalog.rules.isbn import hyphenate

KEY = "s3cret-Key&7"


@dataclass(frozen=True)
class Book:
    """One book the server knows."""

    isbn: str = "9787020002207"
    title: str = "山谷里的灯"
    subtitle: str = "一个县城图书馆的故事"
    author: str = "[英]林·海·沃德著；陈小满译"
    publisher: str = "晨光试验出版社"
    price_fen: int = 3950


BOOK = Book()
OTHER_ISBN = "9787111075752"


def juhe(book: Book | None) -> Any:
    if book is None:
        return {"reason": "查询不到该书信息", "result": None, "error_code": 205401}
    data = {
        "title": book.title,
        "subtitle": book.subtitle,
        "author": book.author,
        "publisher": book.publisher,
        "pubDate": "201209",
        "isbn": book.isbn,
        "price": f"{book.price_fen / 100:.2f}",
        "page": "241",
        "binding": "精装",
        "img": "https://img.example.org/a.jpg",
        "gist": "灯亮了。\u0000\n\n书开了。",
    }
    return {"reason": "成功", "error_code": 0, "result": {"orderid": "JH1", "data": data}}


def tanshu(book: Book | None) -> Any:
    if book is None:
        return {"code": 10020, "msg": "未查询到数据", "data": None}
    data = {
        "title": book.title,
        "author": book.author,
        "isbn": book.isbn,
        "publisher": book.publisher,
        "pubdate": "2017-6",
        "pages": "320",
        "price": f"{book.price_fen / 100:.2f}",
        "binding": "平装",
        "summary": "…",
        "img": "https://img.example.org/a.jpg",
    }
    return {"code": 1, "msg": "操作成功", "data": data}


def jike(book: Book | None) -> Any:
    if book is None:
        return {"ret": 0, "msg": "请求成功", "data": None}
    data = {
        "id": 1,
        "name": book.title,
        "subname": book.subtitle,
        "author": "林·海·沃德 / 甲一",
        "translator": "陈小满",
        "publishing": book.publisher,
        "published": "2020-7",
        "designed": "平装",
        "code": book.isbn,
        "pages": "300",
        "price": f"{book.price_fen / 100:.2f}元",
        "photoUrl": "//img.example.org/a.jpg",
    }
    return {"ret": 0, "msg": "请求成功", "data": data}


def isbn_work(book: Book | None) -> Any:
    if book is None:
        return {"success": False, "code": 1, "msg": "没有查询到图书", "data": None}
    data = {
        "isbn": book.isbn,
        "bookName": book.title,
        "author": book.author,
        "press": book.publisher,
        "pressDate": "2023-01",
        "pressPlace": "北京",
        "price": book.price_fen,
        "pictures": json.dumps(["https://img.example.org/a.jpg"]),
        "clcCode": "I561.45",
        "pages": "320",
    }
    return {"success": True, "code": 0, "data": data}


def showapi(book: Book | None) -> Any:
    body: dict[str, Any] = {"ret_code": -1, "remark": "查询不到此书"}
    if book is not None:
        data = {
            "title": book.title,
            "author": book.author,
            "publisher": book.publisher,
            "pubdate": "2012-12",
            "isbn": book.isbn,
            "price": f"CNY{book.price_fen / 100:.2f}",
            "page": "241页",
        }
        body = {"ret_code": 0, "data": data}
    return {"showapi_res_code": 0, "showapi_res_error": "", "showapi_res_body": body}


def google_books(book: Book | None) -> Any:
    if book is None:
        return {"kind": "books#volumes", "totalItems": 0}
    info = {
        "title": book.title,
        "authors": ["Lin Ward"],
        "publishedDate": "2020",
        "industryIdentifiers": [
            {"type": "ISBN_10", "identifier": "7020002201"},
            {"type": "ISBN_13", "identifier": book.isbn},
        ],
        "pageCount": 276,
        "imageLinks": {"thumbnail": "http://img.example.org/a.jpg"},
    }
    return {"kind": "books#volumes", "totalItems": 1, "items": [{"volumeInfo": info}]}


def open_library(book: Book | None) -> Any:
    if book is None:
        return {}
    data = {
        "title": book.title,
        "authors": [{"name": "Lin Ward"}, {"name": "Second, Name"}],
        "number_of_pages": 92,
        "identifiers": {"isbn_13": [OTHER_ISBN, book.isbn]},
        "publishers": [{"name": book.publisher}],
        "publish_places": [{"name": "北京"}],
        "publish_date": "March 2009",
        "cover": {"large": "https://img.example.org/a.jpg"},
    }
    return {f"ISBN:{book.isbn}": data}


def field(tag: str, *parts: tuple[str, str], ends: str = "  ") -> str:
    """One MARCXML data field."""
    inner = "".join(f'<subfield code="{code}">{escape(text)}</subfield>' for code, text in parts)
    return f'<datafield tag="{tag}" ind1="{ends[0]}" ind2="{ends[1]}">{inner}</datafield>'


def marc21(book: Book) -> str:
    return "".join(
        [
            "<leader>00000nam a2200000uc 4500</leader>",
            '<controlfield tag="008">070418s2007    enk      b   s001 0 chi  </controlfield>',
            field("020", ("a", OTHER_ISBN + " (pbk)"), ("c", "£3.00")),
            field("020", ("a", book.isbn + " (hbk)"), ("c", "CNY39.50")),
            field("100", ("6", "880-01"), ("a", "Lin, Ward,"), ("d", "1950-"), ends="1 "),
            field("245", ("6", "880-02"), ("a", "Shan gu :"), ("b", "gu shi /"), ends="10"),
            field("260", ("a", "Beijing :"), ("b", "Chen guang,"), ("c", "2007.")),
            field("300", ("a", "ix, 374 p. ;"), ("c", "24 cm.")),
            field("700", ("a", "Chen, Xiaoman"), ("4", "trl")),
            field("700", ("a", "Hua, Jia"), ("e", "illustrator")),
            field("880", ("6", "100-01/$1"), ("a", "林海,"), ends="1 "),
            field("880", ("6", "245-02/$1"), ("a", book.title + " :"), ("b", book.subtitle + " /")),
        ]
    )


def cnmarc(book: Book) -> str:
    return "".join(
        [
            '<controlfield tag="001">1</controlfield>',
            field("010", ("a", hyphenate(book.isbn)), ("b", "精装"), ("d", "CNY39.50(含光盘)")),
            field("101", ("a", "chi"), ("c", "eng"), ends="1 "),
            field("200", ("a", book.title), ("9", "shan gu"), ("h", "上"), ("e", book.subtitle)),
            field("210", ("a", "北京"), ("c", book.publisher), ("d", "[2003]")),
            field("215", ("a", "3, 320页"), ("d", "21cm")),
            field("330", ("a", "一段简介。")),
            field("690", ("a", "I561.45"), ("v", "5")),
            field("701", ("c", "(英)"), ("a", "沃德"), ("g", "(Ward, L.)"), ("4", "著"), ends=" 0"),
            field("702", ("a", "陈小满"), ("4", "译"), ends=" 0"),
        ]
    )


def sru(book: Book | None, render: Callable[[Book], str], namespace: str) -> str:
    records = ""
    if book is not None:
        inner = f'<record xmlns="{namespace}">{render(book)}</record>'
        records = (
            "<zs:records><zs:record><zs:recordPacking>xml</zs:recordPacking>"
            f"<zs:recordData>{inner}</zs:recordData></zs:record></zs:records>"
        )
    return (
        '<?xml version="1.0"?>\n'
        '<zs:searchRetrieveResponse xmlns:zs="http://www.loc.gov/zing/srw/">'
        f"<zs:version>1.2</zs:version><zs:numberOfRecords>{int(book is not None)}"
        f"</zs:numberOfRecords>{records}</zs:searchRetrieveResponse>"
    )


JSON_PATHS: dict[str, Callable[[Book | None], Any]] = {
    "/isbn/query": juhe,
    "/api/isbn_base/v1/index": tanshu,
    "/situ/book/isbn": jike,
    "/openApi/getInfoByIsbn": isbn_work,
    "/1626-1": showapi,
    "/books/v1/volumes": google_books,
    "/api/books": open_library,
}
XML_PATHS: dict[str, Callable[[Book | None], str]] = {
    "/sru/marc21": lambda book: sru(book, marc21, "http://www.loc.gov/MARC21/slim"),
    "/sru/cnmarc": lambda book: sru(book, cnmarc, "info:lc/xmlns/marcxchange-v2"),
}
