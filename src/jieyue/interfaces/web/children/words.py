"""What children choose from, in words and pictures (`frontend/icons.mjs`)."""

from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as lazy


class TopicWords(NamedTuple):
    """A topic's picture, name and colour (a number of `.child-tile`)."""

    icon: str
    text: Any
    colour: int


TOPIC_WORDS: Final = {
    "stories": TopicWords("book-open", lazy("Stories"), 1),
    "picture_books": TopicWords("image", lazy("Picture books"), 2),
    "fairy_tales": TopicWords("castle", lazy("Fairy tales"), 3),
    "poems": TopicWords("feather", lazy("Poems"), 4),
    "animals": TopicWords("paw-print", lazy("Animals"), 5),
    "dinosaurs": TopicWords("bone", lazy("Dinosaurs"), 6),
    "plants": TopicWords("flower-2", lazy("Flowers and trees"), 1),
    "space": TopicWords("rocket", lazy("Stars and rockets"), 2),
    "earth": TopicWords("earth", lazy("Our earth"), 3),
    "science": TopicWords("flask-conical", lazy("How things work"), 4),
    "numbers": TopicWords("calculator", lazy("Numbers and puzzles"), 5),
    "machines": TopicWords("train-front", lazy("Cars, trains, computers"), 6),
    "history": TopicWords("landmark", lazy("Long ago"), 1),
    "art": TopicWords("palette", lazy("Painting and music"), 2),
    "sport": TopicWords("volleyball", lazy("Sport and games"), 3),
    "cooking": TopicWords("cooking-pot", lazy("Cooking"), 4),
    "languages": TopicWords("languages", lazy("Words and languages"), 5),
    "feelings": TopicWords("smile", lazy("Growing up"), 6),
}
AGE_WORDS: Final = {
    "early": lazy("I am 3 to 6"),
    "child": lazy("I am 7 to 12"),
    "teen": lazy("I am 13 or older"),
}
