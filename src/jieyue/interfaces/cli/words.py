"""The command speaks the language of the environment: Chinese where it says so, else English.

Before Django is set up, so Python's own gettext reads the compiled messages of the area `cli`.
"""

import gettext
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import jieyue

LOCALE: Final = Path(jieyue.__file__).parent / "locale" / "cli"


def is_chinese(environment: Mapping[str, str]) -> bool:
    """Say whether the first language variable that is set, in POSIX order, names Chinese."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((v for n in names if (v := environment.get(n))), "").lower().startswith("zh")


@cache
def _messages() -> gettext.NullTranslations:
    if not is_chinese(os.environ):
        return gettext.NullTranslations()
    return gettext.translation("django", LOCALE, languages=["zh_Hans"], fallback=True)


def _(message: str) -> str:
    """Return the message in the environment's language."""
    return _messages().gettext(message)
