"""How a text is read: pinyin syllables, their initials, and letters cut into either."""

from functools import cache, lru_cache
from typing import Final

from jieyue.catalog.rules.finding.text import is_han, runs

Syllables = tuple[str, ...]

LONGEST: Final = 6  # letters of a syllable: zhuang
WAYS: Final = 5  # to cut the same letters
INITIAL_COSTS: Final = 2.2  # against 1 for a syllable: `xian` is xi-an before it is x-i-a-n
# Read differently as a family name; the dictionary knows only the other reading.
_SURNAMES: Final = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "盖": "ge", "朴": "piao", "查": "zha",
    "区": "ou", "翟": "zhai", "任": "ren", "宁": "ning", "缪": "miao", "覃": "qin", "冼": "xian",
    "乐": "yue", "牟": "mou", "重": "chong", "员": "yun",
}  # fmt: skip


@lru_cache(20_000)
def syllables(text: str) -> Syllables:
    """Return the toneless syllables of a plain text; other writing as words. `lü` is `lv`."""
    from pypinyin.seg.simpleseg import seg  # loading its dictionary takes 0.2 s

    found: list[str] = []
    for run in runs(text):
        if is_han(run):
            for word in seg(run):
                found += _word(word)
        else:
            found.append(run)
    return tuple(found)


@lru_cache(100_000)
def _word(word: str) -> list[str]:
    """Read a word of the dictionary. The same few thousand are most of all names."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin([word])


def name_readings(name: str) -> list[Syllables]:
    """Return how a person's name may be read: some characters sound different as a surname."""
    usual = syllables(name)
    surname = _SURNAMES.get(name[:1])
    if surname is None or len(usual) < 2 or usual[0] == surname:
        return [usual]
    return [usual, (surname, *usual[1:])]


def initials(parts: Syllables) -> str:
    """Return the first letters; a number counts whole."""
    return "".join(part if part.isdigit() else part[:1] for part in parts)


@lru_cache(4_096)
def cuts(letters: str) -> tuple[Syllables, ...]:
    """Cut letters into as few syllables as possible, in the likeliest ways, best first.

    What fits no syllable is an initial by itself: `bainiangd` is bai-niang-d and bai-nian-g-d.
    """
    if not letters:
        return ()
    best: list[list[tuple[float, Syllables]]] = [[(0.0, ())], *([] for _ in letters)]
    for start in range(len(letters)):
        for size in range(1, min(LONGEST, len(letters) - start) + 1):
            part = letters[start : start + size]
            if size > 1 and not is_syllable(part):
                continue
            cost = 1.0 if is_syllable(part) else INITIAL_COSTS
            there = best[start + size]
            there += [(before + cost, (*parts, part)) for before, parts in best[start]]
            there.sort()
            del there[WAYS:]
    return tuple(parts for _, parts in best[-1])


def is_syllable(part: str) -> bool:
    """Say whether letters are a whole syllable of Mandarin."""
    return part in _known_syllables()


@cache
def _known_syllables() -> frozenset[str]:
    from pypinyin import pinyin_dict
    from pypinyin.contrib.tone_convert import to_normal

    with_tones = {each for some in pinyin_dict.pinyin_dict.values() for each in some.split(",")}
    toneless = {to_normal(each).replace("ü", "v") for each in with_tones}
    return frozenset(
        each for each in toneless if each.isascii() and each.isalpha()
        and any(c in "aeiouv" for c in each)
    )  # fmt: skip
