"""The steps of the form: which there are, their fields, and reading what was typed."""

from typing import Any, Final

from django import forms
from django.forms.utils import ErrorDict
from django.http import HttpRequest
from django.utils.translation import gettext as _

from jieyue.interfaces.web.joining.drafts import MAX_OWN, Draft, read_text
from jieyue.interfaces.web.joining.words import FIELD_WORDS, fault_words
from jieyue.patrons.rules.joining.answers import NO, YES, is_child
from jieyue.patrons.rules.joining.form import OFF, REQUIRED, Fault, Form, example_of

WHO: Final = ("name", "born_on", "student_number", "group_name")
REACH: Final = ("phone", "email", "address", "remark")
GUARDIAN: Final = ("guardian_name", "guardian_phone")
FIELDS_OF: Final = {"who": WHO, "reach": REACH, "guardian": GUARDIAN}
AUTOCOMPLETE: Final = {
    "name": "name",
    "born_on": "bday",
    "phone": "tel",
    "email": "email",
    "address": "street-address",
}


class StepForm(forms.Form):
    """A step's fields with what was typed. The rules say what is wrong; Django checks nothing."""

    def full_clean(self) -> None:
        """Begin without errors."""
        self._errors: Any = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def blame(self, faults: list[Fault], form: Form) -> list[str]:
        """Set the faults beside their fields; return the words of those without one here."""
        self.full_clean()
        rest = []
        for fault in faults:
            words = fault_words(fault, form)
            if fault.field in self.fields:
                self._errors.setdefault(fault.field, self.error_class()).append(words)
            else:
                rest.append(words)
        return rest


def steps_of(form: Form, draft: Draft, today: Any) -> list[str]:
    """Return the steps there are for what was typed so far."""
    asks_guardian = is_child(draft.answers(), today) or any(form.is_asked(f) for f in GUARDIAN)
    return ["who", "reach", *(["guardian"] if asks_guardian else []), "check"]


def step_form(
    step: str, form: Form, draft: Draft, *, choices: dict[str, list[tuple[str, str]]], child: bool
) -> StepForm:
    """Return a step's form, filled with the draft."""
    data = draft.texts | {"under_14": draft.under_14}
    data |= {"category": draft.category, "branch": draft.branch}
    data |= {f"own_{n}": text for n, text in enumerate(draft.own)}
    made = StepForm(data, use_required_attribute=False)
    for name in FIELDS_OF[step]:
        is_needed = step == "guardian" and child
        if form.is_asked(name) or is_needed:
            made.fields[name] = _field(name, form, is_needed=is_needed)
    if step == "who" and not form.has_born_on:
        made.fields["under_14"] = _age_field()
    if step == "who":
        for name, label in (("category", _("Kind of card")), ("branch", _("Your branch"))):
            if choices.get(name):
                made.fields[name] = forms.ChoiceField(
                    choices=choices[name], label=label, required=True
                )
    if step == "reach":
        for number, question in enumerate(form.questions):
            if question.ask != OFF:
                made.fields[f"own_{number}"] = forms.CharField(
                    label=question.label,
                    required=question.ask == REQUIRED,
                    help_text=question.hint,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )
    return made


def _age_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=FIELD_WORDS["under_14"],
        choices=[(NO, _("14 or older")), (YES, _("Under 14"))],
        widget=forms.RadioSelect,
        help_text=_("A parent or guardian agrees for a child under 14."),
    )


def _field(name: str, form: Form, *, is_needed: bool) -> forms.Field:
    ask = form.ask(name)
    example = example_of(ask.pattern)
    hint = ask.hint or (_("For example %(example)s") % {"example": example} if example else "")
    attributes = {"autocomplete": AUTOCOMPLETE.get(name, "off")}
    widgets: dict[str, forms.Widget] = {
        "born_on": forms.DateInput(attrs={"type": "date"} | attributes),
        "phone": forms.TextInput(attrs={"type": "tel", "inputmode": "tel"} | attributes),
        "guardian_phone": forms.TextInput(attrs={"type": "tel", "inputmode": "tel"} | attributes),
        "email": forms.TextInput(attrs={"type": "email", "inputmode": "email"} | attributes),
        "address": forms.Textarea(attrs={"rows": 2} | attributes),
        "remark": forms.Textarea(attrs={"rows": 3} | attributes),
    }
    return forms.CharField(
        label=FIELD_WORDS[name],
        required=ask.ask == REQUIRED or is_needed,
        help_text=hint,
        widget=widgets.get(name, forms.TextInput(attrs=attributes)),
    )


def take_step(request: HttpRequest, step: str, draft: Draft, form: Form) -> None:
    """Put what was typed in a step into the draft."""
    for name in FIELDS_OF.get(step, ()):
        if name in request.POST:
            draft.texts[name] = read_text(request, name)
    if step == "who":
        draft.under_14 = request.POST.get("under_14", draft.under_14)[:3]
        draft.category = request.POST.get("category", draft.category)[:20]
        draft.branch = request.POST.get("branch", draft.branch)[:20]
    if step == "reach" and form.questions:
        asked = range(min(len(form.questions), MAX_OWN))
        draft.own = [read_text(request, f"own_{number}") for number in asked]
