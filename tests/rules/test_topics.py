"""Which picture of the children's view a class number belongs to."""

import pytest

from jieyue.catalog.rules.topics import BY_CODE, topic_of
from jieyue.interfaces.web.children.words import TOPIC_WORDS


@pytest.mark.parametrize(
    ("clc", "topic"),
    [
        ("I287.8", "picture_books"),
        ("I287.45", "stories"),
        ("I561.84", "stories"),
        ("I287.7", "fairy_tales"),
        ("I222.742", "poems"),
        ("Q95-49", "animals"),
        ("Q915.2", "dinosaurs"),
        ("Q949", "plants"),
        ("P159-49", "space"),
        ("P4", "earth"),
        ("O1-49", "numbers"),
        ("O4", "science"),
        ("TS972.1", "cooking"),
        ("TP3", "machines"),
        ("G898", "sport"),
        ("G40", ""),
        ("F0", ""),
        ("", ""),
    ],
)
def test_the_longest_beginning_of_a_class_number_counts(clc, topic) -> None:
    assert topic_of(clc) == topic


def test_every_topic_has_a_picture_and_words() -> None:
    assert TOPIC_WORDS.keys() == BY_CODE.keys()
