"""Prices, dates, page counts and addresses as sources write them, read into plain values."""

import json
import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlsplit

from jieyue.kit.tables.cells import one_line

MAX_RAW = 20_000
"""Characters of a raw value that are looked at."""
MAX_CENTS = 1_000_000_000
MAX_PAGES = 30_000
MAX_ADDRESS = 500

_OTHER_CURRENCY = re.compile(
    r"HK\$|NT\$|US\$|[$£€₩₽₹]|港[币元]|[台臺][币幣]|新[台臺][币幣]|美元|日[元円]|円|欧元|英镑|韩元"
)
_CODE = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")
_CHINESE = re.compile(r"CNY|RMB|CN¥|¥|元|人民币|圆")
_AMOUNT = re.compile(r"(?<![\d.])(-?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d+)?)")
_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?:(?:0[1-9]|1[0-2])(?:[0-3]\d)?)?(?!\d)")
_REPUBLIC_YEAR = re.compile(r"民[国國] ?(\d{1,2})(?!\d)")
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_HAN_YEAR = re.compile(r"[〇零○一二三四五六七八九]{4}")
_PAGES = re.compile(r"(\d{1,5}) ?(?:页|頁|p(?:ages?|p)?\b|Seiten|S\.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Price:
    """`cents` in fen, None if unknown or not in CNY; `text` is the price as given."""

    cents: int | None
    text: str


def clean(value: object, limit: int) -> str:
    """One line of text without control characters, at most `limit` characters.

    Of a list (or a string that is a JSON list) the first text counts; anything else than text
    and numbers is "".
    """
    return one_line(_text(value)[:MAX_RAW], limit)


def price_of(value: object, *, unit: str = "yuan", default_currency: str = "CNY") -> Price:
    """Read `39.50`, `59.00元`, `CNY48.00`, `CNY25.00(含光盘)`, `USD 67.00` or a number.

    A bare number is in `unit` ("yuan" or "fen"). Zero, negative amounts and other currencies give
    no `cents`. Of several amounts the first counts.
    """
    text = clean(value, 200)
    plain = unicodedata.normalize("NFKC", text)
    if unit == "fen" and re.fullmatch(r"\d{1,12}", plain):
        cents = int(plain)
        amount = f"{cents // 100}.{cents % 100:02d}"
        return Price(cents=cents if 0 < cents <= MAX_CENTS else None, text=amount)
    match = _AMOUNT.search(plain)
    if match is None or match.group(1) or not _is_cny(plain, default_currency):
        return Price(cents=None, text=text)
    yuan = Decimal(match.group(2).replace(",", ""))
    cents = int((yuan * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return Price(cents=cents if 0 < cents <= MAX_CENTS else None, text=text)


def year_of(text: str) -> int | None:
    """The year in `201209`, `2012-9`, `2014.06`, `March 2009`, `c2007`, `民国25`, `一九八四年`."""
    plain = unicodedata.normalize("NFKC", text[:200])
    if match := _YEAR.search(plain):
        return int(match.group(1))
    if match := _REPUBLIC_YEAR.search(plain):
        return 1911 + int(match.group(1))
    if match := _HAN_YEAR.search(plain):
        return int(match.group().translate(_HAN_DIGITS))
    return None


def pages_of(value: object) -> int | None:
    """The page count in 320, `320页`, `ix, 374 p.` or `3, 320页`; None if there is none."""
    plain = unicodedata.normalize("NFKC", clean(value, 200))
    counts = [int(count) for count in _PAGES.findall(plain)]
    if re.fullmatch(r"\d{1,5}", plain):
        counts = [int(plain)]
    pages = max(counts, default=0)
    return pages if 0 < pages <= MAX_PAGES else None


def address_of(value: object) -> str:
    """An http(s) address of a picture, or "". `//host/…` is taken as https."""
    text = clean(value, MAX_ADDRESS + 1)
    if text.startswith("//"):
        text = "https:" + text
    if len(text) > MAX_ADDRESS or re.search(r"[\s\"'<>\\`]", text):
        return ""
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return text if is_web and not parts.username else ""


def _is_cny(plain: str, default_currency: str) -> bool:
    if _OTHER_CURRENCY.search(plain):
        return False
    if codes := _CODE.findall(plain):
        return codes[0] in {"CNY", "RMB"}
    return _CHINESE.search(plain) is not None or default_currency == "CNY"


def _text(value: object) -> str:
    """`value` as text; isbn.work sends its pictures as a string that is a JSON list."""
    if isinstance(value, str) and value[:2] == '["' and len(value) < MAX_RAW:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return str(value)
    if isinstance(value, (list, tuple)):
        value = next((item for item in value if isinstance(item, (str, int))), "")
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else ""
    if isinstance(value, float):
        return f"{value:.2f}" if abs(value) < 1e15 else ""
    return value if isinstance(value, str) else ""
