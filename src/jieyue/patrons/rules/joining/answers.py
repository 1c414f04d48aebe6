"""What somebody answered, and what is wrong with it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from jieyue.patrons.rules.births import age_on, is_birth_date, read_date
from jieyue.patrons.rules.joining.form import (
    FIELDS,
    MAX_ANSWER,
    REQUIRED,
    WITH_PATTERN,
    Fault,
    Form,
    JoiningFault,
    fits,
)
from jieyue.patrons.rules.joining.texts import GUARDIAN_AGE
from jieyue.patrons.rules.membership import contact_faults
from jieyue.patrons.rules.names import normal_email, normal_phone, plain

YES: Final = "yes"
NO: Final = "no"
CONTACTS: Final = ("phone", "email", "guardian_phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """An application's answers. `own` are those to the library's questions, in their order.

    `under_14` is asked where the date of birth is not. `verified` holds the numbers and addresses,
    normalised, whose codes were typed.
    """

    texts: dict[str, str] = field(default_factory=dict, repr=False)
    own: tuple[str, ...] = field(default=(), repr=False)
    under_14: str = ""
    category: str = ""
    branch: str = ""
    invitation: str = field(default="", repr=False)
    verified: frozenset[str] = field(default=frozenset(), repr=False)

    def text(self, name: str) -> str:
        """Return an answer as it is kept: single spaces in a name, none around anything."""
        given = self.texts.get(name, "").strip()
        return " ".join(given.split()) if name in {"name", "guardian_name"} else given

    @property
    def born_on(self) -> date | None:
        """The date of birth; None if it is not given, or is none."""
        return read_date(self.text("born_on"))

    def is_verified(self, name: str) -> bool:
        """Say whether the code sent to a phone number or e-mail address was typed."""
        return bool(self.text(name)) and normal(name, self.text(name)) in self.verified


def normal(name: str, text: str) -> str:
    """Return a phone number or an e-mail address as it is compared."""
    return normal_email(text) if name == "email" else normal_phone(text)


def is_child(answers: Answers, today: date) -> bool:
    """Say whether a guardian must agree: by the date of birth, else by what is said."""
    born_on = answers.born_on
    if born_on is not None:
        return age_on(born_on, today) < GUARDIAN_AGE
    return answers.under_14 == YES


def asks_age(form: Form, answers: Answers) -> bool:
    """Say whether to ask if the reader is under 14: where no date of birth tells."""
    return not form.has_born_on and answers.born_on is None


def person_faults(form: Form, answers: Answers, today: date) -> list[Fault]:
    """Return what is wrong with who it is: the first step of the form."""
    names = ("name", "born_on", "student_number", "group_name")
    faults = _text_faults(form, answers, names)
    text = answers.text("born_on") if form.is_asked("born_on") else ""
    if text and not is_birth_date(text, today):
        faults.append(Fault("born_on", JoiningFault.DATE_BAD))
    if asks_age(form, answers) and answers.under_14 not in {YES, NO}:
        faults.append(Fault("under_14", JoiningFault.MISSING))
    return faults


def contact_step_faults(form: Form, answers: Answers, *, ways: frozenset[str]) -> list[Fault]:
    """Return what is wrong with how to reach them. `ways` is how the library can send a code."""
    faults = _text_faults(form, answers, ("phone", "email", "address", "remark"))
    for name in ("phone", "email"):
        faults += _contact(form, answers, name, must_verify=_way(name) in ways)
    for number, question in enumerate(form.questions):
        given = answers.own[number].strip() if number < len(answers.own) else ""
        if not given and question.ask == REQUIRED:
            faults.append(Fault(f"own_{number}", JoiningFault.MISSING))
        if len(given) > MAX_ANSWER:
            faults.append(Fault(f"own_{number}", JoiningFault.TOO_LONG, str(MAX_ANSWER)))
    return faults


def guardian_faults(form: Form, answers: Answers, today: date) -> list[Fault]:
    """Return what is missing of a guardian; a child needs one whose phone is verified."""
    if not is_child(answers, today):
        faults = _text_faults(form, answers, ("guardian_name", "guardian_phone"))
        return faults + _contact(form, answers, "guardian_phone", must_verify=False)
    faults = []
    for name in ("guardian_name", "guardian_phone"):
        text = answers.text(name)
        if not text:
            faults.append(Fault(name, JoiningFault.MISSING))
        elif len(text) > FIELDS[name]:
            faults.append(Fault(name, JoiningFault.TOO_LONG, str(FIELDS[name])))
    if any(fault.field == "guardian_phone" for fault in faults):
        return faults
    return faults + _contact(form, answers, "guardian_phone", must_verify=True, is_asked=True)


def answer_faults(
    form: Form, answers: Answers, today: date, *, ways: frozenset[str]
) -> list[Fault]:
    """Return everything that is wrong with the answers, in the order of the form."""
    return [
        *person_faults(form, answers, today),
        *contact_step_faults(form, answers, ways=ways),
        *guardian_faults(form, answers, today),
    ]


def _text_faults(form: Form, answers: Answers, names: tuple[str, ...]) -> list[Fault]:
    faults = []
    for name in names:
        ask, text = form.ask(name), answers.text(name)
        if not form.is_asked(name):
            continue
        if not text and ask.ask == REQUIRED:
            faults.append(Fault(name, JoiningFault.MISSING))
        elif len(text) > FIELDS[name]:
            faults.append(Fault(name, JoiningFault.TOO_LONG, str(FIELDS[name])))
        elif text and name in WITH_PATTERN and not fits(ask.pattern, text):
            faults.append(Fault(name, JoiningFault.PATTERN_WRONG))
    return faults


def _contact(
    form: Form, answers: Answers, name: str, *, must_verify: bool, is_asked: bool = False
) -> list[Fault]:
    text = answers.text(name)
    if not text or len(text) > FIELDS[name] or not (is_asked or form.is_asked(name)):
        return []
    is_bad = contact_faults("", text) if name == "email" else contact_faults(text, "")
    if is_bad:
        code = JoiningFault.EMAIL_BAD if name == "email" else JoiningFault.PHONE_BAD
        return [Fault(name, code)]
    if must_verify and not answers.is_verified(name):
        return [Fault(name, JoiningFault.NOT_VERIFIED)]
    return []


def _way(name: str) -> str:
    return "email" if name == "email" else "sms"


# --- Who it is ------------------------------------------------------------------------------------


def same_name(one: str, other: str) -> bool:
    """Say whether two names are the same but for spaces, dots, width and case."""
    return plain(one) == plain(other)


def who(answers: Answers) -> str:
    """Return what tells one applicant from another: the name with the first of their numbers."""
    numbers = (
        plain(answers.text("student_number")),
        normal_phone(answers.text("phone")),
        normal_email(answers.text("email")),
        normal_phone(answers.text("guardian_phone")),
        answers.text("born_on"),
    )
    return f"{plain(answers.text('name'))}|{next((n for n in numbers if n), '')}"


def kept(form: Form, answers: Answers, today: date) -> dict[str, Any]:
    """Return the answers as they are kept: those asked for, and a guardian where one is due."""
    asked = {name for name in FIELDS if form.is_asked(name)}
    if is_child(answers, today):
        asked |= {"guardian_name", "guardian_phone"}
    texts = {name: answers.text(name) for name in FIELDS if name in asked}
    texts = {name: text for name, text in texts.items() if text}
    own = [
        {"label": question.label, "answer": answers.own[number].strip()}
        for number, question in enumerate(form.questions)
        if number < len(answers.own) and answers.own[number].strip()
    ]
    verified = [name for name in CONTACTS if name in texts and answers.is_verified(name)]
    said = {"under_14": answers.under_14} if asks_age(form, answers) else {}
    return {"texts": texts, "own": own, "verified": verified, **said}
