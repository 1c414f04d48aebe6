"""A library's address: short, lower case, and no word that pages of the installation use."""

import re
import unicodedata
from typing import Final

from pypinyin import Style, lazy_pinyin

MAX_SLUG: Final = 30
PRACTICE: Final = "-lianxi"  # what the practice copy's address ends with
# First parts of addresses that are, or may become, the installation's own.
_OWN: Final = """
    about account accounts admin api app assets auth branch branches c card cards catalog console
    css dashboard data demo desk docs download downloads e-books ebooks error events export favicon
    feed files found health healthz help home i id img import index info install jieyue js kiosk
    language library libraries lock login logout mail manifest me media metrics my new news oai opac
    openapi
    password privacy public r reader readers register report reports robots root rss s search
    service settings setup share shared sign-in sign-out sign-up signin signup sip2 site sitemap sru
    staff start static status support sw system t terms test union upload uploads user users v1 web
    well-known wechat worker www
"""
RESERVED: Final = frozenset(_OWN.split())
# A name's last word says only that it is a library.
_ENDINGS: Final = (
    "图书馆", "图书室", "阅览室", "阅读室", "读书角", "图书角", "借阅室", "书馆", "书屋", "书房",
)  # fmt: skip
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NOT_PLAIN: Final = re.compile(r"[^a-z0-9]+")


def is_slug(text: str) -> bool:
    """Say whether it is 2 to 30 small letters and digits with single hyphens between."""
    return 2 <= len(text) <= MAX_SLUG and bool(_SLUG.fullmatch(text))


def is_reserved(slug: str) -> bool:
    """Say whether an address is kept for the installation's own pages."""
    return slug in RESERVED or slug.endswith(PRACTICE)


def slug_of(name: str) -> str:
    """Return an address made of a library's name: the pinyin of 青禾图书馆 is `qinghe`.

    Initials where the whole would be too long; `library` with a number follows where nothing is
    left. The result satisfies `is_slug` and is not reserved.
    """
    plain = unicodedata.normalize("NFKC", name).casefold().strip()
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) > len(ending) + 1:
            plain = plain.removesuffix(ending)
            break
    slug = _spelled(plain, Style.NORMAL)
    if len(slug) > MAX_SLUG:
        slug = _spelled(plain, Style.FIRST_LETTER)[:MAX_SLUG].strip("-")
    if not is_slug(slug) or is_reserved(slug):
        slug = f"{slug}-tsg".strip("-")[:MAX_SLUG] if slug else "tushuguan"
    return slug


def numbered(slug: str, number: int) -> str:
    """Return the address with a number behind it, for when it is taken."""
    tail = f"-{number}"
    return slug[: MAX_SLUG - len(tail)].rstrip("-") + tail


def _spelled(text: str, style: Style) -> str:
    """Return Chinese as joined pinyin, other scripts without their marks."""
    words = "".join(
        "".join(lazy_pinyin(run, style=style)) if is_han else run
        for run, is_han in _runs(text)
    )  # fmt: skip
    marks_off = unicodedata.normalize("NFKD", words)
    return _NOT_PLAIN.sub("-", "".join(c for c in marks_off if not unicodedata.combining(c))).strip(
        "-"
    )


def _runs(text: str) -> list[tuple[str, bool]]:
    return [
        (run, "\u3400" <= run[0] <= "\u9fff")
        for run in re.findall(r"[\u3400-\u9fff]+|[^\u3400-\u9fff]+", text)
    ]
