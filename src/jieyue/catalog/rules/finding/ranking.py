"""How well a title fits a query: one function, the same on both engines, from 0 to 100."""

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from jieyue.catalog.rules.finding.certainty import FAIR, WORDS_APART, slipped
from jieyue.catalog.rules.finding.entry import Features
from jieyue.catalog.rules.finding.plan import Query
from jieyue.catalog.rules.finding.readings import Syllables, initials


def fit(query: Query, title: Features) -> float:
    """Return how well the title fits: 100 is its whole name, below 40 hardly anything."""
    text = query.text
    for penalty, name in enumerate((text, *query.others)):
        if name == title.whole:
            return 100.0 - penalty
        if name == title.main:
            return 99.0 - penalty
    if text in title.people:
        return 95.0 - title.people.index(text)
    best = max(_contained(text, title), _parts(query, title), _person_and_title(text, title))
    for other in query.others:
        best = max(best, _contained(other, title) - 1.0)
    if query.letters:
        best = max(best, _spelt(query, title))
    if best < FAIR:
        best = max(best, _alike(query, title))
    return best


def _contained(text: str, title: Features) -> float:
    if title.whole.startswith(text):
        return 84.0 + 6.0 * len(text) / len(title.whole)
    if text in title.whole:
        return 74.0 + 6.0 * len(text) / len(title.whole)
    for place, name in enumerate(title.people):
        if text in name:
            return 80.0 - place
    return 70.0 if text in title.more.replace(" ", "") else 0.0


def _parts(query: Query, title: Features) -> float:
    """Every word found somewhere, as in `余华 活着`."""
    if len(query.parts) < 2:
        return 0.0
    in_name = [part for part in query.parts if part in title.whole]
    for part in query.parts:
        if part not in title.whole and not _is_somewhere(part, title):
            return 0.0
    if title.main in query.parts or title.whole in query.parts:
        return WORDS_APART
    if any(all(part in name for part in query.parts) for name in title.people):
        return 91.0  # a name written with the family's first
    return 86.0 + 3.0 * sum(map(len, in_name)) / max(1, len(title.whole))


def _is_somewhere(part: str, title: Features) -> bool:
    if part in title.more.replace(" ", "") or any(part in name for name in title.people):
        return True
    return part.isascii() and any(
        "".join(read) == part for read in (title.reading, *title.people_readings)
    )


def _person_and_title(text: str, title: Features) -> float:
    """A person's name and a name without a space between, as in `金庸天龙八部`."""
    best = 0.0
    for name in title.people:
        if len(name) < 2 or name not in text:
            continue
        rest = text.replace(name, "", 1)
        if rest in (title.main, title.whole):
            return 93.0
        if rest in title.whole:
            best = max(best, 84.0 + 3.0 * len(rest) / len(title.whole))
        else:
            best = max(best, 50.0 + 0.3 * fuzz.ratio(rest, title.main))
    return best


def _spelt(query: Query, title: Features) -> float:
    """Pinyin, initials, or a mixture of the name or of a person."""
    text = query.text
    if "".join(title.reading) == text:
        return 92.0
    heads = initials(title.reading)
    best = 88.0 if heads == text else 0.0
    people = [(reading, initials(reading)) for reading in title.people_readings]
    for place, (reading, heads_of_person) in enumerate(people):
        if "".join(reading) == text:
            best = max(best, 91.0 - place)
        elif heads_of_person == text:
            best = max(best, 83.0 - place)
    if len(text) > 2 and text in heads:
        best = max(best, 72.0 if heads.startswith(text) else 62.0)
    for letters, begun in zip(query.letters, query.heads, strict=True):
        # Parts begin syllables only where their first letters stand in a row: soon seen.
        if begun in heads:
            best = max(best, _spelt_within(letters, title.reading))
        for place, (reading, heads_of_person) in enumerate(people):
            if heads_of_person.startswith(begun) and _begins(letters, reading) == 0:
                best = max(best, 78.0 - place)
    return best


def _spelt_within(letters: Syllables, reading: Syllables) -> float:
    start = _begins(letters, reading)
    if start:
        return 70.0 if start > 0 else 0.0
    size = len(reading)
    heard = sum(map(len, letters)) / max(1, sum(map(len, reading)))
    return 80.0 - 2.0 * (size - len(letters)) / max(1, size) + 4.0 * heard


def _begins(letters: Syllables, reading: Syllables) -> int:
    """Return where each part begins the syllable of its place; -1: nowhere. A whole one is it."""
    for start in range(len(reading) - len(letters) + 1):
        if all(
            there == part or (len(part) < len(there) and there.startswith(part))
            for part, there in zip(letters, reading[start:], strict=False)
        ):
            return start
    return -1


def _alike(query: Query, title: Features) -> float:
    """A slip of the finger, of the ear, or a part of something longer."""
    text, main, whole = query.text, title.main, title.whole
    slips = min(OSA.distance(text, main), OSA.distance(text, whole))
    best = slipped(slips, max(len(text), len(main)))
    if len(text) < len(whole):
        best = max(best, 0.62 * fuzz.partial_ratio(text, whole))
    for name in title.people:
        if abs(len(name) - len(text)) <= 1:
            best = max(best, 78.0 * (1 - OSA.distance(text, name) / max(len(name), len(text))))
    if query.letters and len(text) > 5:
        slips = OSA.distance(text, "".join(title.reading), score_cutoff=2)
        best = max(best, 82.0 - 4.0 * slips if slips < 3 else 0.0)
    if len(query.reading) > 1:
        heard = " ".join(query.reading)
        said = " ".join(title.reading)
        if said == heard:
            best = max(best, 86.0)
        elif f"{said} ".startswith(f"{heard} "):
            best = max(best, 80.0)
        elif f" {heard} " in f" {said} ":
            best = max(best, 70.0)
        if query.reading in title.people_readings:
            best = max(best, 84.0)
    return best
