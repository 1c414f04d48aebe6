"""What to ask the index for a query: stages of ever looser conditions, most likely first.

Each stage is a list of alternatives; an alternative is tokens that must all be there. Together they
bring a few hundred candidates at most, and ranking decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jieyue.catalog.rules.finding.entry import grams, pairs, syllable_pairs
from jieyue.catalog.rules.finding.readings import Syllables, cuts, initials, is_syllable, syllables
from jieyue.catalog.rules.finding.text import is_han, joined, plain, runs

MAX_QUERY: Final = 100  # characters that are looked at
MAX_LOOSE: Final = 24  # characters of a query in which a slip is looked for
LETTERS: Final = re.compile(r"[a-z0-9]+")
_ASKING: Final = re.compile(
    r"^(我?想[找看借要]|我?要[找看借]|有没有|有什么|有哪些|请问|帮我找|找|推荐|求)+"
    r"(几本|一本|一些|本|一下|些)?(关于|有关|讲|介绍|适合)?|关于(?=.{2})"
)
_ASKED: Final = re.compile(
    r"((方面|之类|一类|类|相关)?的?(书籍|图书|书|小说)?[吗呢吧?]+"
    r"|(方面|之类|一类|相关)?的(书籍|图书|书)|书籍|有吗|有没有|在哪里?|怎么样)+$"
)
Alternative = list[str]


@dataclass(frozen=True, slots=True)
class Stage:
    """Alternatives, and how many candidates they may bring together."""

    alternatives: tuple[Alternative, ...]
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query as ranking compares it."""

    text: str  # plain, joined, question words off
    parts: tuple[str, ...]  # its words, joined each
    letters: tuple[Syllables, ...]  # ways to cut them; none if there is Han in it
    reading: Syllables  # of Han text
    stages: tuple[Stage, ...]


def query_of(asked: str) -> Query:
    """Return what to look for. No stages: there is nothing in it."""
    whole = plain(asked[:MAX_QUERY]).strip()
    core = _ASKED.sub("", _ASKING.sub("", whole, count=1)).strip()
    text = core if joined(core) else whole
    parts = tuple(part for word in text.split() if (part := joined(word)))
    short = "".join(parts)
    if not short:  # a book may be called `?!`
        exact = _kept([Stage(([f"={text}"],), 60)] if text else [])
        return Query(text=text, parts=(), letters=(), reading=(), stages=exact)
    found = runs(text)
    if all(LETTERS.fullmatch(run) for run in found):
        letters = cuts("".join(run for run in found if run.isalpha()))
        return Query(
            text=short,
            parts=parts,
            letters=letters,
            reading=(),
            stages=_kept([*_exact(short, found), *_of_letters(short, found, letters)]),
        )
    reading = syllables(text)
    return Query(
        text=short,
        parts=parts,
        letters=(),
        reading=reading,
        stages=_kept([*_exact(short, found), *_of_text(short, found, reading)]),
    )


def _exact(text: str, found: Sequence[str]) -> list[Stage]:
    return [Stage(([f"={text}"],), 60), Stage(([*tokens_in(found)],), 150)]


def tokens_in(found: Sequence[str]) -> list[str]:
    """Return tokens that find every run."""
    return [token for run in found for token in (pairs(run) if is_han(run) else [f":{run}"])]


def _of_letters(text: str, found: Sequence[str], letters: Sequence[Syllables]) -> list[Stage]:
    """Words begun, then pinyin, initials, and words with a slip."""
    begun = [token for run in found for token in _begun(run)]
    spoken = [syllable_pairs(way) for way in letters if all(map(is_syllable, way))]
    stages = [Stage((begun,), 100), Stage(tuple(spoken), 150)]
    for heads in sorted({text, *map(initials, letters)}, key=len):
        if len(heads) > 1:
            stages += [Stage(([f"#{heads}"],), 100), Stage((grams(heads, ";"),), 150)]
    misheard = [slip for pairs_there in spoken[:1] for slip in _each_without(pairs_there, 2)]
    stages.append(Stage(tuple(misheard), 100))
    words = [f":{run}" for run in found if len(run) > 2]
    stages.append(Stage((words if len(words) > 1 else [],), 100))
    if len(words) > 2:
        stages.append(Stage(tuple(_each_without(words, 1)), 100))
    slips = [slip for run in found if len(run) > 4 for slip in _each_without(grams(run, "'"), 3)]
    return [*stages, Stage(tuple(slips), 100)]


def _begun(run: str) -> list[str]:
    """Return tokens of a word of which the end may be missing."""
    if len(run) < 2:
        return [f":{run}"]
    return grams(run, "'") or [f'"{run}']


def _of_text(text: str, found: Sequence[str], reading: Syllables) -> list[Stage]:
    """What sounds the same, then what has one slip, then what shares the most."""
    stages = []
    if len(reading) > 1:
        stages.append(Stage((syllable_pairs(reading),), 100))
    if all(is_han(run) for run in found) and 1 < len(text) <= MAX_LOOSE:
        stages.append(Stage(tuple(_with_a_slip(text)), 300))
        if len(reading) > 2:
            stages.append(Stage(tuple(_each_without(syllable_pairs(reading), 2)), 100))
        there = pairs(text)
        if len(there) > 3:
            half = len(there) // 2
            ends = (there[:half], there[half:], there[:3], there[-3:], there[:2], there[-2:])
            stages.append(Stage(ends, 150))
    else:
        tokens = [token for run in found for token in (pairs(run) if is_han(run) else _begun(run))]
        stages.append(Stage(tuple(_each_without(tokens, 1)), 200))
        stages.append(Stage(tuple(_each_without(tokens, 3)), 200))
        stages.append(Stage(tuple([token] for token in tokens_in(found)), 150))
    return stages


def _with_a_slip(text: str) -> list[Alternative]:
    """Two names side by side, neighbours exchanged, one character wrong, missing or too many."""
    there = pairs(text)
    found = _each_without(there, 1) if len(there) > 2 else []
    for n in range(len(text) - 1):
        found.append(pairs(text[:n] + text[n + 1] + text[n] + text[n + 2 :]))
    if len(text) > 2:
        for n in range(len(text)):
            around = (text[:n], text[n + 1 :])
            found.append([token for side in around if side for token in pairs(side)])
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
            key = tuple(sorted(set(alternative)))
            if key and key not in seen:
                seen.add(key)
                new.append(alternative)
        if new:
            kept.append(Stage(tuple(new), stage.most))
    return tuple(kept)
