"""What children look for, and which numbers of 中图法 are about it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Topic:
    """A picture a child chooses. `classes` begin class numbers; the longest one counts."""

    code: str
    classes: tuple[str, ...]


TOPICS: Final = (
    Topic("stories", ("I",)),
    Topic("picture_books", ("I287.8", "J228", "J238")),
    Topic("fairy_tales", ("I276", "I277", "I286", "I287.7", "I17", "I18")),
    Topic("poems", ("I22", "I282", "I287.2")),
    Topic("animals", ("Q95", "Q96", "S8", "S96")),
    Topic("dinosaurs", ("Q91",)),
    Topic("plants", ("Q94", "S6", "S7")),
    Topic("space", ("P1", "V")),
    Topic("earth", ("P", "X", "K9")),
    Topic("science", ("N", "O", "Q", "TB", "R")),
    Topic("numbers", ("O1",)),
    Topic("machines", ("T", "U", "E9")),
    Topic("history", ("K", "E")),
    Topic("art", ("J",)),
    Topic("sport", ("G8",)),
    Topic("cooking", ("TS97", "TS972")),
    Topic("languages", ("H",)),
    Topic("feelings", ("B84", "B82")),
)
BY_CODE: Final = {topic.code: topic for topic in TOPICS}
_OF_CLASS: Final = {begun: topic.code for topic in TOPICS for begun in topic.classes}
_LONGEST: Final = max(map(len, _OF_CLASS))


def topic_of(clc: str) -> str:
    """Return the topic a class number belongs to, or ""."""
    for length in range(min(len(clc), _LONGEST), 0, -1):
        if found := _OF_CLASS.get(clc[:length]):
            return found
    return ""
