"""What to ask the index for a query: stages of ever looser conditions, most likely first.

Each stage is a list of alternatives; an alternative is tokens that must all be there. Together they
bring a few hundred candidates at most, and ranking decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from jieyue.catalog.rules.finding.certainty import NEVER, WORDS_APART, certain, slipped
from jieyue.catalog.rules.finding.entry import grams, pairs, syllable_pairs
from jieyue.catalog.rules.finding.numbers import with_other_numbers
from jieyue.catalog.rules.finding.readings import Syllables, cuts, initials, is_syllable, syllables
from jieyue.catalog.rules.finding.text import is_han, joined, plain, runs

MAX_QUERY: Final = 100  # characters that are looked at
MAX_LOOSE: Final = 24  # characters of a query in which a slip is looked for
TOGETHER: Final = 250  # candidates of one round
MAX_HEADS: Final = 16  # initials of a name; more letters are words
LETTERS: Final = re.compile(r"[a-z0-9]+")
_ASKING: Final = re.compile(
    r"^(你们这?里?|图书馆里?|我?想[找看借要]|我?要[找看借]|有没有|有什么|有哪些|请问|帮我找"
    r"|(在?哪里?|怎么)(能|可以)?[借找]到?|找|推荐|求)+"
    r"(几本|一本|一些|本|一下|些)?(关于|有关|讲|介绍|适合|作者[是叫]|书?名?叫做?(?=.{2}))?|关于(?=.{2})"
    r"|^作者[是叫]"
)
_ASKED: Final = re.compile(
    r"((方面|之类|一类|类|相关)?的?(书籍|图书|书|小说)?[吗呢吧?]+|这本书|这部小说"
    r"|(方面|之类|一类|相关|所?写|所著|创作)?的(书籍|图书|书|作品|小说|著作)|书籍|还?有吗"
    r"|[有都]*(哪些|有什么)|还?有没有|在哪里?|怎么样)+$"
)
_APART: Final = re.compile(r"[\s,;、/|·•]+")
Alternative = list[str]


@dataclass(frozen=True, slots=True)
class Stage:
    """Alternatives, and how many candidates they may bring together.

    `unless`: nothing that it brings would fit better than a title that fits as well as this.
    """

    alternatives: tuple[Alternative, ...]
    most: int
    unless: float = NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query as ranking compares it."""

    text: str  # plain, joined, question words off
    parts: tuple[str, ...]  # its words, joined each
    others: tuple[str, ...]  # its numbers written the other way; with question words on
    letters: tuple[Syllables, ...]  # ways to cut them; none if there is Han in it
    heads: tuple[str, ...]  # the initials of each
    reading: Syllables  # of Han text
    stages: tuple[Stage, ...]

    @property
    def rounds(self) -> list[list[Stage]]:
        """The stages, with those asked together that bring a few candidates."""
        found: list[list[Stage]] = []
        for stage in self.stages:
            if found and sum(one.most for one in found[-1]) + stage.most <= TOGETHER:
                found[-1].append(stage)
            else:
                found.append([stage])
        return found

    @property
    def is_one_word(self) -> bool:
        """Whether it is a word of letters, which may be a word, pinyin or initials."""
        return bool(self.letters) and len(self.parts) == 1


def query_of(asked: str) -> Query:
    """Return what to look for. No stages: there is nothing in it."""
    whole = plain(asked[:MAX_QUERY]).strip()
    core = _ASKED.sub("", _ASKING.sub("", whole, count=1)).strip()
    text = core if joined(core) else whole
    parts = tuple(part for word in _APART.split(text) if (part := joined(word)))
    short = "".join(parts)
    if not short:  # a book may be called `?!`
        exact = _kept([Stage(([f"={text}"],), 60)] if text else [])
        return Query(text=text, parts=(), others=(), letters=(), heads=(), reading=(), stages=exact)
    found = runs(text)
    others = tuple(joined(other) for other in (*with_other_numbers(text), whole) if other != text)
    stages = _exact(short, found, others)
    sure = certain(parts, has_han=any(map(is_han, found)))
    if all(LETTERS.fullmatch(run) for run in found):
        letters = cuts("".join(run for run in found if run.isalpha()))
        stages += [replace(stage, unless=sure) for stage in _of_letters(short, found, letters)]
        reading: Syllables = ()
    else:
        letters, reading = (), _heard(found) or syllables(text)
        stages += _by_part(found, parts)
        stages += _of_text(short, found, reading, sure)
    return Query(
        text=short,
        parts=parts,
        others=others,
        letters=letters,
        heads=tuple(map(initials, letters)),
        reading=reading,
        stages=_kept(stages),
    )


def _heard(found: Sequence[str]) -> Syllables:
    """Return the reading of Han and pinyin in a row, as in `百年gudu`; none if it is not that."""
    heard: list[str] = []
    for run in found:
        way = syllables(run) if is_han(run) else _spoken(run)
        if not way:
            return ()
        heard += way
    return tuple(heard)


def _spoken(run: str) -> Syllables:
    """Return letters as whole syllables; none if they are not."""
    ways = cuts(run) if run.isascii() and run.isalpha() else ()
    return next((way for way in ways if all(map(is_syllable, way))), ())


def _by_part(found: Sequence[str], parts: Sequence[str]) -> list[Stage]:
    """Names beside names: one of them whole, as a publisher is kept, or in pinyin."""
    if len(parts) < 2 and len(found) < 2:
        return []
    of_parts = [tokens_in(runs(part)) for part in parts]
    alternatives = [
        [f"={part}", *(token for other in of_parts[:n] + of_parts[n + 1 :] for token in other)]
        for n, part in enumerate(parts)
        if len(parts) > 1 and len(part) > 1
    ]
    if any(not is_han(run) for run in found):
        spoken = [token for run in found for token in _in_any_way(run)]
        alternatives.append(spoken)
    return [Stage(tuple(alternatives), 100, WORDS_APART)]


def _in_any_way(run: str) -> list[str]:
    if is_han(run):
        return pairs(run)
    return syllable_pairs(_spoken(run)) if _spoken(run) else [f":{run}"]


def _exact(text: str, found: Sequence[str], others: Sequence[str]) -> list[Stage]:
    names = tuple([f"={name}"] for name in (text, *others))
    words = tuple(tokens_in(some) for some in (found, *(runs(other) for other in others)))
    return [Stage(names, 60), Stage(words, 150)]


def tokens_in(found: Sequence[str]) -> list[str]:
    """Return tokens that find every run."""
    return [token for run in found for token in (pairs(run) if is_han(run) else [f":{run}"])]


def _of_letters(text: str, found: Sequence[str], letters: Sequence[Syllables]) -> list[Stage]:
    """Words begun, then pinyin, initials, and words with a slip."""
    begun = [token for run in found for token in _begun(run)]
    spoken = [syllable_pairs(way) for way in letters if all(map(is_syllable, way))]
    stages = [Stage((begun,), 100), Stage(tuple(spoken), 150)]
    stages += _by_part(found, found if len(found) > 1 else ())
    heads = sorted({text, *map(initials, letters)}, key=len)
    heads = [some for some in heads if 1 < len(some) <= MAX_HEADS]
    stages.append(Stage(tuple([f"#{some}"] for some in heads), 100))
    stages.append(Stage(tuple(grams(some, ";") for some in heads), 150))
    misheard = [slip for pairs_there in spoken[:1] for slip in _each_without(pairs_there, 2)]
    stages.append(Stage(tuple(misheard), 100))
    stages.append(Stage(tuple(_with_a_word_wrong(found)), 100))
    words = [f":{run}" for run in found if len(run) > 2]
    stages.append(Stage((words if len(words) > 1 else [],), 100))
    if len(words) > 2:
        stages.append(Stage(tuple(_each_without(words, 1)), 100))
    slips = [slip for run in found if len(run) > 4 for slip in _each_without(grams(run, "'"), 3)]
    stages.append(Stage(tuple(slips), 100))
    return [*stages, Stage(tuple(_misspelt(letters)), 200)]


def _with_a_word_wrong(found: Sequence[str]) -> list[Alternative]:
    """The other words, and of one the beginning or the end."""
    alternatives = []
    for n, run in enumerate(found):
        others = [f":{other}" for other in (*found[:n], *found[n + 1 :])]
        if others and len(run) > 3:
            alternatives += [[*others, *ends] for ends in _ends(grams(run, "'"))]
            alternatives.append([*others, f'"{run[:2]}'])
    return alternatives[:MAX_LOOSE]


def _ends(tokens: list[str]) -> list[Alternative]:
    half = len(tokens) // 2
    return [tokens[:half], tokens[half + 1 :]] if half else []


def _misspelt(letters: Sequence[Syllables]) -> list[Alternative]:
    """What is left of pinyin with a letter wrong: three whole syllables in a row, else two."""
    for size in (3, 2):
        found = [
            syllable_pairs(way[n : n + size])
            for way in letters[:3]
            for n in range(len(way) - size + 1)
            if all(map(is_syllable, way[n : n + size]))
        ]
        if found and len(letters[0]) > size:
            return found[:MAX_LOOSE]
    return []


def _begun(run: str) -> list[str]:
    """Return tokens of a word of which the end may be missing."""
    if len(run) < 2:
        return [f":{run}"]
    return grams(run, "'") or [f'"{run}']


def _of_text(text: str, found: Sequence[str], reading: Syllables, sure: float) -> list[Stage]:
    """What sounds the same, then what has one slip, then what shares the most."""
    stages = []
    looser = min(sure, slipped(1, len(text))) if len(text) > 3 else sure
    if len(reading) > 1:
        stages.append(Stage((syllable_pairs(reading),), 100, sure))
    if all(is_han(run) for run in found) and 1 < len(text) <= MAX_LOOSE:
        stages.append(Stage(tuple(_with_a_slip(text)), 300, sure))
        if len(reading) > 2:
            stages.append(Stage(tuple(_each_without(syllable_pairs(reading), 2)), 100, looser))
        there = pairs(text)
        if len(there) > 3:
            half = len(there) // 2
            ends = (there[:half], there[half:], there[:3], there[-3:], there[:2], there[-2:])
            stages.append(Stage(ends, 150, looser))
    else:
        tokens = [token for run in found for token in (pairs(run) if is_han(run) else _begun(run))]
        stages.append(Stage(tuple(_each_without(tokens, 1)), 200, sure))
        stages.append(Stage(tuple(_each_without(tokens, 3)), 200, looser))
        stages.append(Stage(tuple([token] for token in tokens_in(found)), 150, looser))
    return stages


def _with_a_slip(text: str) -> list[Alternative]:
    """One character wrong, missing or too many, neighbours exchanged, two names side by side."""
    found = []
    for n in range(len(text)):
        around = (text[:n], text[n + 1 :])
        if len(text) > 2:
            found.append([token for side in around if side for token in pairs(side)])
        if n:
            found.append(pairs(text[: n - 1] + text[n] + text[n - 1] + text[n + 1 :]))
    return found


def _each_without(tokens: list[str], size: int) -> list[Alternative]:
    """Return the tokens with each `size` neighbours left out in turn."""
    if len(tokens) <= size:
        return []
    return [tokens[:n] + tokens[n + size :] for n in range(len(tokens) - size + 1)]


def _kept(stages: list[Stage]) -> tuple[Stage, ...]:
    """Drop what is empty or was asked before."""
    kept, seen = [], set()
    for stage in stages:
        new = []
        for alternative in stage.alternatives:
            key = frozenset(alternative)
            if key and key not in seen:
                seen.add(key)
                new.append(alternative)
        if new:
            kept.append(Stage(tuple(new), stage.most, stage.unless))
    return tuple(kept)
