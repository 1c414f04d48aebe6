"""The texts a provider approved, one row a kind and language: its number and what fills its blanks.

Whoever has none yet finds here the text to hand in, with our blanks written the provider's way.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jieyue.interfaces.web.message_words import BLANK_WORDS, KIND_WORDS, LANGUAGE_NAMES
from jieyue.notices.channels.providers import Provider, Texts
from jieyue.notices.channels.sms.templates import short
from jieyue.notices.channels.wechat import field_value
from jieyue.notices.rules import approved
from jieyue.notices.rules.approved import LANGUAGES, Wrong
from jieyue.notices.rules.texts import BLANK, filled
from jieyue.notices.words import FRAME, built_in

MAX_TYPED: Final = 500
NAMES: Final[Mapping[str, Any]] = {
    "code": lazy("Code to sign in"),
    "address_changed": lazy("Phone number or e-mail address changed"),
    "passkey_made": lazy("A new passkey"),
} | KIND_WORDS
BLANKS: Final = BLANK_WORDS | {"code": lazy("code"), "minutes": lazy("minutes")}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """A text in one language as its row shows it. `name` is that of its two fields.

    `filled`: the whole message where the text is the one we suggest; else `pairs` alone.
    """

    name: str
    language: str
    language_name: str
    code: str
    blanks: str
    chips: tuple[str, ...]
    suggested: str
    pairs: tuple[tuple[str, str], ...] = ()
    filled: str = ""
    code_error: str = ""
    blanks_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextGroup:
    """A kind of message with its row for each language."""

    kind: str
    words: str
    codes: tuple[str, ...]
    rows: tuple[TextRow, ...]

    @property
    def is_wrong(self) -> bool:
        """Say whether something typed here cannot be used."""
        return any(row.code_error or row.blanks_error for row in self.rows)


@dataclass(slots=True)
class ApprovedTexts:
    """Everything typed, read: what may be kept, and the rows to show."""

    asked: Provider
    stored: Texts
    values: Mapping[str, Mapping[str, str]]  # of an example, by language
    sign: str = ""
    data: Any = None  # what was posted; None: nothing was
    kept: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    is_valid: bool = True

    def groups(self) -> list[TextGroup]:
        """Return the rows of every kind, and learn on the way what may be kept."""
        found = []
        for kind in approved.KINDS:
            if self._is_wechat and kind in approved.BY_NUMBER:
                continue
            rows = tuple(self.row(kind, language) for language in LANGUAGES)
            codes = tuple(row.code for row in rows if row.code)
            words = str(NAMES[kind])
            found.append(TextGroup(kind=kind, words=words, codes=codes, rows=rows))
        return found

    def row(self, kind: str, language: str) -> TextRow:
        """Return one row; what is typed there is read, and kept where nothing is wrong."""
        names, name = _names(language), f"text-{kind}-{language}"
        suggestion = "" if self._is_wechat else suggested(kind, language)
        ours, wrong, wrong_code = _blanks_of(suggestion), None, ""
        if self.data is None:
            text = self.stored.get(kind, {}).get(language)
            code, blanks = (text["code"], list(text.get("blanks") or ())) if text else ("", ours)
            typed = self._written(blanks, names, language)
        else:
            code, typed, blanks, wrong = self._typed(kind, name)
            is_left = not code and (blanks == ours or not typed)
            wrong, wrong_code = None if is_left else wrong, "" if is_left else _code_words(code)
            self.is_valid = self.is_valid and not (wrong or wrong_code)
            if code and self.is_valid:
                self.kept.setdefault(kind, {})[language] = {"code": code, "blanks": blanks}
        values = self.values[language]
        is_ours = not wrong and [blank.partition("=")[2] or blank for blank in blanks] == ours
        sign = f"【{self.sign}】" if self.sign else ""
        return TextRow(
            name=name,
            language=language,
            language_name=LANGUAGE_NAMES[language],
            code=code,
            blanks=typed,
            chips=tuple(names[blank] for blank in approved.fillable(kind)),
            suggested=self._in_their_words(suggestion),
            pairs=() if wrong else tuple(self._pair(blank, values) for blank in blanks),
            filled=sign + filled(suggestion, values) if is_ours and suggestion else "",
            code_error=wrong_code,
            blanks_error=_wrong_words(wrong, kind, names) if wrong else "",
        )

    def _typed(self, kind: str, name: str) -> tuple[str, str, list[str], Wrong | None]:
        """Return the number and the blanks of a row as they were typed, and as they are kept."""
        code, typed = (
            str(self.data.get(f"{name}-{part}", ""))[:MAX_TYPED].strip()
            for part in ("code", "blanks")
        )
        called = {word: blank for language in LANGUAGES for blank, word in _names(language).items()}
        read = approved.read_blanks(typed, kind=kind, names=called, is_named=self._is_wechat)
        return code, typed, *read

    @property
    def _is_wechat(self) -> bool:
        return self.asked.code in {"official_account", "mini_program"}

    def _written(self, blanks: list[str], names: Mapping[str, str], language: str) -> str:
        sep = "，" if language == "zh-hans" else ", "
        is_ordered = self.asked.code == "tencent"
        return approved.written_blanks(blanks, names, is_ordered=is_ordered, sep=sep)

    def _pair(self, blank: str, values: Mapping[str, str]) -> tuple[str, str]:
        theirs, _sign, ours = blank.partition("=")
        value = values.get(ours or theirs, "")
        return theirs, field_value(theirs, value) if self._is_wechat else short(value)

    def _in_their_words(self, text: str) -> str:
        """Return a text with its blanks as the provider writes them: `${title}`, or `{1}`."""
        if self.asked.code != "tencent":
            return BLANK.sub(lambda found: f"${{{found[1]}}}", text)
        order = _blanks_of(text)
        return BLANK.sub(lambda found: f"{{{order.index(found[1]) + 1}}}", text)


def suggested(kind: str, language: str) -> str:
    """Return the text to have approved for a kind, with our blanks in it."""
    with translation.override(language):
        if kind == "code":
            return _("Your code is {code}, good for {minutes} minutes. Tell it to nobody.")
        if kind == "address_changed":
            return _(
                "Your reader's record has another phone number or e-mail address now. "
                "If that was not you, tell the library at once."
            )
        if kind == "passkey_made":
            return _(
                "A new passkey signs in as you now. If that was not you, remove it under "
                "“Sign-in and security”, or tell the library at once."
            )
        text = built_in(kind, "sms").text
        return filled(built_in(FRAME, "sms").text, {"messages": text, "reader": "{reader}"})


def _blanks_of(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(BLANK, text)))


def _names(language: str) -> dict[str, str]:
    with translation.override(language):
        return {blank: str(name) for blank, name in BLANKS.items()}


def _code_words(code: str) -> str:
    if not code:
        return _("Write the provider's number of the text here, too.")
    if approved.is_code(code):
        return ""
    return _("A number has letters, digits, - and _ only. Copy it from the provider's console.")


def _wrong_words(wrong: Wrong, kind: str, names: Mapping[str, str]) -> str:
    words = [names[blank] for blank in approved.fillable(kind)]
    known = _(", ").join(words)
    return {
        "unknown": _("“%(what)s” is nothing we can fill in here. There is: %(known)s."),
        "theirs": _("“%(what)s” is no name of a blank. Before = stands theirs, such as day."),
        "nameless": _("Say which field it goes into, such as thing1=%(what)s."),
        "twice": _("“%(what)s” stands here twice. Each of their blanks is filled once."),
        "many": _("At most %(what)s blanks."),
    }[wrong.why] % {"what": wrong.what, "known": known}
