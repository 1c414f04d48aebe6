"""Forms of the calendar: holidays, vacations, last days of term, closures that come up."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jieyue.circulation.queries.policies import CardTypeView
from jieyue.circulation.queries.term_ends import NOTICE_DAYS, USUAL_NOTICE
from jieyue.circulation.queries.vacations import Values
from jieyue.interfaces.web.settings.calendar_words import LATE_DAYS, MOVES
from jieyue.interfaces.web.settings.fields import day, number, offer, pick, text
from jieyue.libraries.settings.queries import BranchDetails

EVERYWHERE: Final = "*"  # no branch has this code


class LookFirstForm(forms.Form):
    """A form that first shows what it would do; sent again unchanged, it does it."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def signature(self) -> str:
        """Return what was typed, to compare with what was shown."""
        values = (str(v) for name, v in sorted(self.cleaned_data.items()) if name != "seen")
        return "|".join(values)

    def was_shown(self) -> bool:
        """Say whether just this was shown before it was sent."""
        return bool(self.cleaned_data.get("seen") == self.signature())

    def shown(self) -> "LookFirstForm":
        """Return the form as it is drawn with what it would do."""
        # Not {**self.data}: of a form that was posted that would be lists.
        self.data = {**dict(self.data.items()), "seen": self.signature()}
        return self


class _PlaceForm(forms.Form):
    """One for a branch or the whole library."""

    branch = pick(lazy("Where"), initial=EVERYWHERE)

    def __init__(
        self,
        *args: Any,
        branches: Sequence[BranchDetails],
        everywhere: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        named = [(branch.code, branch.name) for branch in branches]
        whole = [(EVERYWHERE, _("The whole library"))] if everywhere else []
        offer(self, branch=[*whole, *named])

    def clean_branch(self) -> str:
        """Return the branch's code, "" for the whole library."""
        chosen = str(self.cleaned_data["branch"])
        return "" if chosen == EVERYWHERE else chosen


class DaysForm(_PlaceForm):
    """Days that differ from the week."""

    name = text(lazy("Occasion"), 100, required=True, help_text=lazy("Such as National Day."))
    what = forms.ChoiceField(
        label=lazy("On these days we are"),
        choices=[("closed", lazy("closed")), ("open", lazy("open, although usually closed"))],
        initial="closed",
    )
    starts_on = day(lazy("First day"))
    ends_on = day(lazy("Last day"), required=False, help_text=lazy("Empty: one day only."))
    field_order = ("name", "what", "starts_on", "ends_on", "branch")


class ClosureForm(_PlaceForm, LookFirstForm):
    """A closure that came up."""

    name = text(
        lazy("Why"), 100, required=True, help_text=lazy("Readers are told, such as Typhoon.")
    )
    starts_on = day(lazy("First day"))
    ends_on = day(lazy("Last day"), required=False, help_text=lazy("Empty: one day only."))
    field_order = ("name", "starts_on", "ends_on", "branch")


class VacationForm(_PlaceForm, LookFirstForm):
    """A vacation with its four switches."""

    name = text(
        lazy("Name of the vacation"),
        100,
        required=True,
        help_text=lazy("Such as winter vacation 2027."),
    )
    starts_on = day(lazy("First day of the vacation"))
    ends_on = day(lazy("Last day of the vacation"))
    moves = forms.ChoiceField(label=lazy("Which loans are due after it"), choices=MOVES)
    window_starts_on = day(lazy("Counting from"), required=False)
    window_ends_on = day(
        lazy("Counting until"),
        required=False,
        help_text=lazy("Empty: the days of the vacation itself."),
    )
    due_on = day(lazy("They are due on"), required=False)
    due_after_open_days = number(
        lazy("or on the … open day after it"),
        1,
        60,
        help_text=lazy("Either a date or a number, such as 3."),
    )
    late_days = forms.ChoiceField(
        label=lazy("Do days of the vacation count as late?"), choices=LATE_DAYS
    )
    grace_days = number(lazy("Days after it in which a return is still in time"), 0, 60, initial=0)
    extra_loans = number(lazy("More loans per reader"), 0, 99, initial=0)

    def __init__(self, *args: Any, values: Values | None = None, **kwargs: Any) -> None:
        if values is not None:
            kwargs.setdefault("initial", values.columns())
        super().__init__(*args, **kwargs)
        if values is not None:  # a vacation stays where it is
            del self.fields["branch"]

    def values(self) -> Values:
        """Return what was typed; an empty number is none."""
        given = {k: v for k, v in self.cleaned_data.items() if k not in ("seen", "branch")}
        numbers = {name: given[name] or 0 for name in ("grace_days", "extra_loans")}
        return Values(**given | numbers)


class EarlierForm(LookFirstForm):
    """Bringing forward what is due after a last day of term."""

    on = forms.DateField(widget=forms.HiddenInput)
    card_type = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    notice_days = number(
        lazy("Days of notice"),
        *NOTICE_DAYS,
        required=True,
        initial=USUAL_NOTICE,
        help_text=lazy("What would be due sooner than that keeps its date."),
    )


class TermEndForm(forms.Form):
    """The last day of a term."""

    name = text(lazy("Occasion"), 100, required=True, help_text=lazy("Such as end of term."))
    on = day(lazy("Last day to return"))
    card_type = pick(lazy("For"), initial=EVERYWHERE)

    def __init__(self, *args: Any, cards: Sequence[CardTypeView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(card.code, card.name) for card in cards]
        offer(self, card_type=[(EVERYWHERE, _("every card type")), *named])

    def clean_card_type(self) -> str:
        """Return the card type's code, "" for all."""
        chosen = str(self.cleaned_data["card_type"])
        return "" if chosen == EVERYWHERE else chosen
