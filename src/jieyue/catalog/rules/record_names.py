"""Statements of responsibility as sources write them, read into names.

`[英]J.K.罗琳著；马爱新译` is an author and a translator; `甲 / 乙` are two authors. Guesses,
judged by the table in tests/rules/test_records.py, and a person sees the result.
"""

import re
import unicodedata
from dataclasses import dataclass

from jieyue.catalog.rules.record_values import MAX_RAW, clean

MAX_NAMES = 20
MAX_NAME = 100

_BRACKETS = re.compile(r"[\[(（【〔〖{「][^\])）】〕〗}」]{0,60}[\])）】〕〗}」]")
_SEPARATORS = re.compile(r"\s*(?:[/;,、|\n\t])\s*|\s+(?=and\s)|\s&\s")
_PREFIX = re.compile(r"^(作者|著者|编者|主编|译者|翻译|by|and)\s*[::]?\s*", re.IGNORECASE)
# Longest first. Those of _SHY end names too (许嘉文), so glued on they count only in a pair.
_ROLES = (
    *("编著者", "总主编", "副主编", "原著", "编著", "合著", "主编", "选编", "编译", "译注", "校译"),
    *(
        "翻译",
        "合译",
        "编写",
        "编绘",
        "改编",
        "编选",
        "选注",
        "校注",
        "插图",
        "插画",
        "摄影",
        "口述",
    ),
    *("整理", "著绘", "著译", "文图", "图文", "著", "译", "编", "绘", "撰"),
)
_SHY = ("文", "图", "注", "校")
_ROLE = re.compile(
    rf"^(.*?)\s*(?:等\s*)?(?:({'|'.join(_ROLES)})|(?:(?<=\s)|(?<=[·:/]))({'|'.join(_SHY)}))$"
)
_NOBODY = frozenset({"未知", "无", "暂无", "不详", "null", "none", "undefined", "n/a", "-"})


@dataclass(frozen=True, slots=True)
class Names:
    """Clean names in the order given; at most 20 of each, 100 characters a name."""

    authors: tuple[str, ...]
    translators: tuple[str, ...]


def names_of(authors: object, translators: object = None) -> Names:
    """Read messy author and translator fields.

    A string is split at the usual signs; a list holds one name per element. Countries and
    dynasties in brackets and words such as 著 and 主编 go; names marked 译 are translators.
    """
    found: list[tuple[str, str]] = _statements(authors)
    named = [name for name, _ in _statements(translators)]
    by_role = _resolve(found)
    return Names(
        authors=_tidy([name for name, is_translator in by_role if not is_translator]),
        translators=_tidy([name for name, is_translator in by_role if is_translator] + named),
    )


def _statements(value: object) -> list[tuple[str, str]]:
    """Pairs of a name and the role word found behind it ("" if none)."""
    if isinstance(value, (list, tuple)):
        parts = [_unbracketed(clean(item, MAX_NAME * 2)) for item in value[: MAX_NAMES * 2]]
    elif isinstance(value, str):
        plain = unicodedata.normalize("NFKC", value[:MAX_RAW])
        parts = _SEPARATORS.split(_unbracketed(plain)[:2_000])
    else:
        return []
    pairs = _without_shy_pair(_with_lone_roles([_name_and_role(part) for part in parts]))
    return [(name, role) for whole, role in pairs for name in _split_han(whole)]


def _unbracketed(text: str) -> str:
    """`text` without what stands in brackets; all of it if nothing else would remain."""
    rest = _BRACKETS.sub(" ", text)
    return rest if re.search(r"\w", rest) else re.sub(r"[\[\](){}（）【】〔〕]", " ", text)


def _name_and_role(part: str) -> tuple[str, str]:
    text = clean(part, MAX_NAME * 2)
    role = ""
    if prefix := _PREFIX.match(text):
        rest = text[prefix.end() :]
        if rest and (re.search(r"[::\s]$", prefix.group())):
            role = "译" if prefix.group(1) in {"译者", "翻译"} else ""
            text = rest
    for _ in range(3):  # 等编著, 主编 译
        match = _ROLE.match(text)
        if match is None or _length(match.group(1)) < 2:
            break
        text, role = match.group(1), role or match.group(2) or match.group(3)
    if text.endswith("等") and _length(text) > 2:
        text = text[:-1]
    return text.strip(" ·:;,.") if not re.search(r"\b[A-Z]\.$", text) else text.strip(), role


def _with_lone_roles(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """In `张爱玲 / 著` the second part is the role of the first."""
    folded: list[tuple[str, str]] = []
    for name, role in pairs:
        if not role and name in {*_ROLES, *_SHY, "等"}:
            if folded and not folded[-1][1] and name != "等":
                folded[-1] = (folded[-1][0], name)
            continue
        folded.append((name, role))
    return folded


def _without_shy_pair(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """In `金波文/王明图` both signs are roles; in `许嘉文` alone the last one is the name's."""
    ends = {name[-1:] for name, role in pairs if not role} | {role for _, role in pairs}
    if not ("文" in ends and ends & {"图", "绘", "插图", "插画"}):
        return pairs
    return [
        (name, role) if role or name[-1:] not in _SHY or len(name) < 3 else (name[:-1], name[-1])
        for name, role in pairs
    ]


def _split_han(whole: str) -> list[str]:
    """`曹雪芹 高鹗` are two people; `王 明` is one, and so is `夏洛蒂 · 勃朗特`."""
    tokens = whole.split(" ")
    if len(tokens) < 2 or not all(re.fullmatch(r"[\u3400-\u9fff]{1,4}", t) for t in tokens):
        return [whole]
    if all(len(token) >= 2 for token in tokens):
        return tokens
    return ["".join(tokens)] if len(tokens) == 2 and max(map(len, tokens)) <= 2 else [whole]


def _resolve(pairs: list[tuple[str, str]]) -> list[tuple[str, bool]]:
    """Whether each name is a translator's.

    A name without a role shares that of the next name, but only once an author has been marked:
    in `甲著, 乙, 丙译` 乙 translates; in `甲, 乙译` he is the author.
    """
    resolved: list[tuple[str, bool]] = []
    for place, (name, role) in enumerate(pairs):
        if role:
            resolved.append((name, "译" in role and "著" not in role))
            continue
        is_author_marked = any(earlier and "译" not in earlier for _, earlier in pairs[:place])
        following = next((later for _, later in pairs[place + 1 :] if later), "")
        resolved.append((name, is_author_marked and "译" in following))
    return resolved


def _tidy(names: list[str]) -> tuple[str, ...]:
    kept: dict[str, None] = {}
    for name in names:
        tidy = re.sub(r"\s*[·•・‧]\s*", "·", name)[:MAX_NAME].strip()
        if re.search(r"\w", tidy) and tidy.lower() not in _NOBODY:
            kept.setdefault(tidy)
    return tuple(kept)[:MAX_NAMES]


def _length(text: str) -> int:
    return len(text.strip())
