"""Finding a reader by name, pinyin, initials, number or phone; and what of a phone is shown."""

import re
import unicodedata
from typing import Final

from pypinyin import Style, pinyin

MAX_KEY: Final = 400
_SPACES: Final = re.compile(r"[\s\x00·•・.]+")
# Surnames that are read otherwise than the character mostly is.
_SURNAMES: Final = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "盖": "ge", "查": "zha", "区": "ou",
    "翟": "zhai", "朴": "piao", "缪": "miao", "召": "shao", "覃": "qin", "冼": "xian", "乐": "yue",
    "种": "chong", "秘": "bi", "员": "yun",
}  # fmt: skip
_NOT_DIGITS: Final = re.compile(r"[^0-9]")


def plain(text: str) -> str:
    """Return text for comparing: full-width to plain, lower case, no spaces or name dots."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text).casefold())


def name_key(name: str) -> str:
    """Return what a name is found by: itself, its pinyin and its initials, each between bars.

    The first character gives every reading it has (曾 zeng or ceng, 单 shan or dan), because a
    surname's is often the rarer one.
    """
    letters = plain(name)
    if not letters:
        return ""
    first = pinyin(letters[0], style=Style.NORMAL, heteronym=True)[0]
    rest = [found[0] for found in pinyin(letters[1:], style=Style.NORMAL)]
    parts = [letters]
    for reading in dict.fromkeys(first):
        syllables = [reading, *rest]
        parts += ["".join(syllables), "".join(s[:1] for s in syllables)]
    return ("|" + "|".join(dict.fromkeys(parts)) + "|")[:MAX_KEY]


def sort_key(name: str) -> str:
    """Return what names are put in order by: the pinyin of each character, a surname's own first.

    Spaces between the syllables keep all of one surname together: 陈国 before 程安.
    """
    letters = plain(name)
    syllables = [found[0] for found in pinyin(letters, style=Style.NORMAL)]
    if letters[:1] in _SURNAMES:
        syllables = [_SURNAMES[letters[0]], *[s[0] for s in pinyin(letters[1:], Style.NORMAL)]]
    return " ".join(syllables)[:MAX_KEY]


def normal_phone(text: str) -> str:
    """Return a phone number's digits as stored: no +86, spaces or dashes. Empty if there is none.

    Other countries' numbers keep their leading plus.
    """
    given = unicodedata.normalize("NFKC", text).strip()
    digits = _NOT_DIGITS.sub("", given)
    if given.startswith("+") and not digits.startswith("86"):
        return f"+{digits}" if digits else ""
    if len(digits) == 13 and digits.startswith("86"):
        return digits[2:]
    return digits


def country_codes(text: str) -> tuple[str, ...]:
    """Return the codes of countries from what staff typed: "+852, 853" is 852 and 853."""
    plain_text = unicodedata.normalize("NFKC", text)
    return tuple(dict.fromkeys(re.findall(r"[1-9][0-9]{0,3}", plain_text)))


def is_of_country(phone: str, codes: tuple[str, ...]) -> bool:
    """Say whether a stored number is one of mainland China or of a country with these codes."""
    return not phone.startswith("+") or phone[1:].startswith(codes)


def masked_phone(phone: str) -> str:
    """Return `138****1234`, enough to recognise one's own."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****" if phone else ""


def normal_email(text: str) -> str:
    """Return an address as stored."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def masked_email(address: str) -> str:
    """Return `l***@example.org`, enough to recognise one's own."""
    name, at, host = address.partition("@")
    return f"{name[:1]}***@{host}" if at else ""
