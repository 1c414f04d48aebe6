"""The main classes of 中图法 and the languages of books, as one says them."""

from typing import Final

from django.utils.translation import gettext_lazy as lazy

CLASS_WORDS: Final = {
    "A": lazy("Marxism, Mao and Deng"),
    "B": lazy("Philosophy and religion"),
    "C": lazy("Social sciences"),
    "D": lazy("Politics and law"),
    "E": lazy("Military"),
    "F": lazy("Economics"),
    "G": lazy("Culture, education, sport"),
    "H": lazy("Languages"),
    "I": lazy("Literature"),
    "J": lazy("Art"),
    "K": lazy("History and geography"),
    "N": lazy("Natural sciences"),
    "O": lazy("Mathematics, physics, chemistry"),
    "P": lazy("Astronomy and earth sciences"),
    "Q": lazy("Biology"),
    "R": lazy("Medicine and health"),
    "S": lazy("Agriculture"),
    "T": lazy("Technology"),
    "U": lazy("Transport"),
    "V": lazy("Aviation and space"),
    "X": lazy("Environment and safety"),
    "Z": lazy("General works"),
}
LANGUAGE_WORDS: Final = {
    "zh": lazy("Chinese"),
    "chi": lazy("Chinese"),
    "en": lazy("English"),
    "eng": lazy("English"),
    "ja": lazy("Japanese"),
    "jpn": lazy("Japanese"),
    "ko": lazy("Korean"),
    "kor": lazy("Korean"),
    "fr": lazy("French"),
    "fre": lazy("French"),
    "de": lazy("German"),
    "ger": lazy("German"),
    "ru": lazy("Russian"),
    "rus": lazy("Russian"),
    "es": lazy("Spanish"),
    "spa": lazy("Spanish"),
}


def language_words(code: str) -> str:
    """Return a language as one says it, or the code itself."""
    return str(LANGUAGE_WORDS.get(code, code))
