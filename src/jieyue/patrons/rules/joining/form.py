"""What a library asks of who wants a card, and how an answer must look."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from jieyue.patrons.rules.membership import LIMITS

OFF: Final = "off"
OPTIONAL: Final = "optional"
REQUIRED: Final = "required"
ASKS: Final = (OFF, OPTIONAL, REQUIRED)

# Each field with the most characters of an answer. The name is always asked.
FIELDS: Final[dict[str, int]] = {
    "name": LIMITS["name"],
    "born_on": 10,
    "student_number": LIMITS["student_number"],
    "group_name": LIMITS["group_name"],
    "phone": LIMITS["phone"],
    "email": LIMITS["email"],
    "address": 200,
    "guardian_name": LIMITS["name"],
    "guardian_phone": LIMITS["phone"],
    "remark": 500,
}
ALWAYS: Final = "name"
WITH_PATTERN: Final = ("name", "student_number", "group_name", "address", "remark")
MAX_QUESTIONS: Final = 5
MAX_LABEL: Final = 80
MAX_HINT: Final = 200
MAX_PATTERN: Final = 80
MAX_ANSWER: Final = 500  # to a question of the library's own
MAX_WELCOME: Final = 2000
MAX_DOMAINS: Final = 20
MAX_DOMAIN: Final = 100


class Rule(StrEnum):
    """What approves an application without anybody looking. Stored: never rename one."""

    ROSTER = "roster"  # a reader without a sign-in, of the same number and name
    INVITED = "invited"  # a code or slip of ours
    DOMAIN = "domain"  # an e-mail address, verified, of a domain of ours
    EVERYBODY = "everybody"


class JoiningFault(StrEnum):
    """What stands against an application or a change of one. Public API: never rename one."""

    FORM_CLOSED = "form_closed"
    MISSING = "missing"
    TOO_LONG = "too_long"
    PATTERN_WRONG = "pattern_wrong"
    PHONE_BAD = "phone_bad"
    EMAIL_BAD = "email_bad"
    DATE_BAD = "date_bad"
    NOT_VERIFIED = "not_verified"  # the code that was sent there is still to be typed
    CATEGORY_UNKNOWN = "category_unknown"
    BRANCH_UNKNOWN = "branch_unknown"
    CONSENT_MISSING = "consent_missing"
    WORDS_CHANGED = "words_changed"  # they are others by now: to be read again
    INVITATION_UNKNOWN = "invitation_unknown"
    INVITATION_OVER = "invitation_over"
    INVITATION_USED = "invitation_used"
    SENT_ALREADY = "sent_already"  # somebody of this name and number waits for an answer
    TOO_MANY = "too_many"  # from this phone or network
    APPLICATION_UNKNOWN = "application_unknown"
    DECIDED_ALREADY = "decided_already"
    TEXT_MISSING = "text_missing"
    STUDENT_NUMBER_TAKEN = "student_number_taken"
    MAYBE_SAME = "maybe_same"
    ROSTER_TAKEN = "roster_taken"  # that reader signs in already: nobody is given their place
    ROSTER_UNKNOWN = "roster_unknown"
    GUARDIAN_MISSING = "guardian_missing"  # a child's application without a guardian's consent
    LINK_USED = "link_used"
    CARD_BAD = "card_bad"
    CARD_TAKEN = "card_taken"
    CARD_IS_COPY = "card_is_copy"
    PASSWORD_SHORT = "password_short"
    DOMAIN_BAD = "domain_bad"
    NUMBER_BAD = "number_bad"
    DATE_PAST = "date_past"
    NOTHING_CHOSEN = "nothing_chosen"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: with which field, and the public id or limit that explains it."""

    field: str
    code: JoiningFault
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Whether a field is asked, how its answer must look, and the library's words about it."""

    ask: str = OFF
    pattern: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the library's own."""

    label: str
    ask: str = OPTIONAL
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A library's form, whole. Card types by code; `rules` approve by themselves."""

    is_open: bool = False
    welcome: str = ""
    fields: Mapping[str, Ask] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    category: str = ""  # empty: the library's default card type
    offered: tuple[str, ...] = ()  # to choose from; none: the one card type
    rules: tuple[Rule, ...] = ()
    domains: tuple[str, ...] = ()
    roster_phone: bool = True

    def ask(self, name: str) -> Ask:
        """Return what is asked of a field."""
        return self.fields.get(name, Ask())

    def is_asked(self, name: str) -> bool:
        """Say whether a field is on the form."""
        return self.ask(name).ask != OFF

    @property
    def has_born_on(self) -> bool:
        """Whether everybody says when they were born; else a child is asked for otherwise."""
        return self.ask("born_on").ask == REQUIRED


def first_form(kind: str) -> Form:
    """Return what a library of a kind starts with: closed, and asking for little."""
    is_school = kind in {"primary", "secondary"}
    asks = {
        "name": REQUIRED,
        "phone": OPTIONAL if kind == "primary" else REQUIRED,
        "born_on": REQUIRED if is_school else OPTIONAL,
        "student_number": REQUIRED if is_school else OFF,
        "group_name": REQUIRED if is_school else OPTIONAL if kind == "company" else OFF,
        "email": OPTIONAL if kind == "company" else OFF,
        "remark": OPTIONAL,
    }
    fields = {name: Ask(ask=asks.get(name, OFF)) for name in FIELDS}
    return Form(fields=fields, rules=(Rule.ROSTER,))


def read_fields(stored: Mapping[str, Any]) -> dict[str, Ask]:
    """Return the fields as they are kept; one this version does not know is left out."""
    known: dict[str, Ask] = {}
    for name in FIELDS:
        given = stored.get(name) or {}
        ask = str(given.get("ask", OFF))
        known[name] = Ask(
            ask=REQUIRED if name == ALWAYS else ask if ask in ASKS else OFF,
            pattern=str(given.get("pattern", "")),
            hint=str(given.get("hint", "")),
        )
    return known


# --- Patterns: written as one writes an example ---------------------------------------------------

_PIECES: Final = {"#": "[0-9]", "@": "[A-Za-z]", "?": "."}


def fits(pattern: str, text: str) -> bool:
    """Say whether an answer looks as a pattern says; an empty pattern takes anything.

    `#` is a digit, `@` a Latin letter, `?` any character, `*` at the end whatever follows; all
    else stands for itself, in any case. Several patterns are parted by spaces: one must fit.
    """
    masks = pattern.split()
    return not masks or any(_mask(mask).fullmatch(text.strip()) for mask in masks)


def _mask(mask: str) -> "re.Pattern[str]":
    has_more = mask.endswith("*")
    pieces = (_PIECES.get(char) or re.escape(char) for char in mask.removesuffix("*"))
    return re.compile("".join(pieces) + (".*" if has_more else ""), re.IGNORECASE | re.DOTALL)


def example_of(pattern: str) -> str:
    """Return how an answer may look, made of the first pattern: `S####` gives `S1234`."""
    digits = iter("1234567890" * 8)
    letters = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 4)
    masks = pattern.split()
    return "".join(
        next(digits) if char == "#" else next(letters) if char in "@?" else char
        for char in (masks[0].removesuffix("*") if masks else "")
    )


def email_domain(address: str) -> str:
    """Return what stands behind the @, small; empty if there is none."""
    return address.rpartition("@")[2].casefold() if "@" in address else ""


def normal_domains(texts: Iterable[str]) -> tuple[str, ...]:
    """Return domains as they are compared: small, without @, each once."""
    plain = (text.strip().casefold().lstrip("@").rstrip(".") for text in texts)
    return tuple(dict.fromkeys(text for text in plain if text))


def is_domain(text: str) -> bool:
    """Say whether a text can be the domain of an e-mail address."""
    parts = text.split(".")
    return (
        len(text) <= MAX_DOMAIN
        and len(parts) > 1
        and all(part and not part.startswith("-") for part in parts)
        and not any(char.isspace() or char in "@,;/" for char in text)
    )
