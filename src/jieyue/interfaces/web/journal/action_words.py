"""What the journal says of an action: words, an icon, a group to filter by."""

from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as lazy


class ActionWords(NamedTuple):
    """What was done, its icon, and the group a reader of the journal filters by."""

    text: Any
    icon: str
    group: str


GROUPS: Final = {
    "lending": lazy("Lending and returns"),
    "readers": lazy("Readers"),
    "money": lazy("Money"),
    "books": lazy("Books"),
    "stock": lazy("Stock-taking"),
    "settings": lazy("Settings"),
    "people": lazy("Colleagues"),
}


def words_of(group: str, **actions: tuple[Any, str]) -> dict[str, ActionWords]:
    """Return the words of a group's actions by name."""
    return {name: ActionWords(text, icon, group) for name, (text, icon) in actions.items()}
