"""Forms of readers' voice."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jieyue.community.rules.limits import (
    MAX_CONTACT,
    MAX_LONG,
    MAX_NAME,
    MAX_QUESTION,
    MAX_REASON,
    MAX_SUBJECT,
    MAX_TEXT,
    MAX_WISH,
)
from jieyue.interfaces.web.community.words import KINDS
from jieyue.interfaces.web.settings.fields import day, number, offer, pick, yes
from jieyue.interfaces.web.settings.fields import text as line


def long_text(label: Any, most: int, *, rows: int = 6, **more: Any) -> forms.CharField:
    """Return a text of several lines."""
    widget = forms.Textarea({"rows": rows, "maxlength": most})
    return forms.CharField(label=label, max_length=most, widget=widget, **more)


def moment(label: Any, *, required: bool = True, **more: Any) -> forms.DateTimeField:
    """Return a local day and time; it stays naive, as typed."""
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    field = forms.DateTimeField(
        label=label, required=required, widget=widget, input_formats=formats, **more
    )
    field.to_python = _naive(field)  # type: ignore[method-assign]
    return field


def _naive(field: forms.DateTimeField) -> Any:
    from datetime import datetime

    def to_python(value: Any) -> Any:
        if value in field.empty_values:
            return None
        for shape in field.input_formats or ():
            try:
                return datetime.strptime(str(value).strip(), str(shape))  # noqa: DTZ007 (local)
            except ValueError:
                continue
        raise forms.ValidationError(field.error_messages["invalid"], code="invalid")

    return to_python


class FeedbackForm(forms.Form):
    """What somebody has to say."""

    kind = forms.ChoiceField(
        label=lazy("What is it?"),
        choices=list(KINDS.items()),
        widget=forms.RadioSelect({"class": "radio"}),
        initial="problem",
    )
    text = long_text(lazy("Your words"), MAX_TEXT)
    branch = pick(lazy("Branch it is about"), required=False)
    about = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    contact = line(
        lazy("How to reach you"),
        MAX_CONTACT,
        help_text=lazy("A phone number or e-mail address, if you like. Only staff see it."),
    )
    picture = forms.FileField(
        label=lazy("Picture"),
        required=False,
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
    )

    def __init__(self, *args: Any, places: list[Any], is_reader: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, branch=[("", _("The library as a whole")), *((p.code, p.name) for p in places)])
        if is_reader:
            del self.fields["contact"]
        if len(places) < 2:
            del self.fields["branch"]


class WishForm(forms.Form):
    """A book somebody wishes for."""

    isbn = line(lazy("ISBN"), 30, help_text=lazy("On the back of the book, above the barcode."))
    name = line(lazy("Title"), MAX_WISH["name"], required=True)
    authors = line(lazy("Author"), MAX_WISH["authors"])
    publisher = line(lazy("Publisher"), MAX_WISH["publisher"])
    year = number(lazy("Year"), 1, 9999)
    wants_hold = yes(lazy("Reserve it for me when it arrives"), initial=True)


class DecideForm(forms.Form):
    """How far wishes are."""

    state = pick(lazy("New state"))
    reason = line(lazy("What readers are told"), MAX_REASON)
    title = line(lazy("Book in the catalogue"), 12)


class AnnouncementForm(forms.Form):
    """What readers are told."""

    name = line(lazy("Heading"), MAX_NAME, required=True)
    text = long_text(
        lazy("Text"),
        MAX_TEXT,
        required=False,
        help_text=lazy("An empty line begins a paragraph. Links that begin with https:// work."),
    )
    branch = pick(lazy("Branch"), required=False)
    starts_on = day(lazy("From"))
    ends_on = day(lazy("Until"), required=False, help_text=lazy("Empty: until you end it."))
    is_pinned = yes(lazy("Keep it at the top"))

    def __init__(self, *args: Any, places: list[Any], may_all: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        everywhere = [("", _("All branches"))] if may_all else []
        offer(self, branch=[*everywhere, *((p.code, p.name) for p in places)])


class ActivityForm(forms.Form):
    """What happens, when, and for whom."""

    name = line(lazy("Name of the activity"), MAX_NAME, required=True)
    text = long_text(lazy("Description"), MAX_LONG, required=False)
    starts_at = moment(lazy("Begins"))
    ends_at = moment(lazy("Ends"))
    branch = pick(lazy("Branch"), required=False)
    place = line(lazy("Room"), MAX_NAME)
    needs_sign_up = yes(lazy("Readers sign up"), initial=True)
    places = number(lazy("Places"), 1, 5000, help_text=lazy("Empty: as many as come."))
    has_waiting_list = yes(lazy("Keep a waiting list when it is full"), initial=True)
    min_age = number(lazy("From age"), 0, 120)
    max_age = number(lazy("Up to age"), 0, 120)
    categories = forms.MultipleChoiceField(
        label=lazy("Only for these cards"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sign_up_from = moment(lazy("Sign-up from"), required=False)
    sign_up_until = moment(lazy("Sign-up until"), required=False)

    def __init__(
        self, *args: Any, places: list[Any], cards: list[Any], may_all: bool, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        everywhere = [("", _("All branches"))] if may_all else []
        offer(
            self,
            branch=[*everywhere, *((p.code, p.name) for p in places)],
            categories=[(card.code, card.name) for card in cards],
        )


class MessageForm(forms.Form):
    """A message, and whom it is for."""

    name = line(lazy("Subject"), MAX_SUBJECT, required=True)
    text = long_text(lazy("Text"), MAX_TEXT)
    branch = pick(lazy("Readers of branch"), required=False)
    group = pick(lazy("Class or department"), required=False)
    category = pick(lazy("Card type"), required=False)
    unseen_days = number(
        lazy("Not seen for days"), 1, 3650, help_text=lazy("Neither borrowed nor returned since.")
    )
    subject = pick(
        lazy("Have read on the subject"),
        required=False,
        help_text=lazy("Only readers who agreed that you go by what they borrowed."),
    )
    overdue = yes(lazy("Have something overdue"))

    def __init__(
        self, *args: Any, places: list[Any], groups: list[str], cards: list[Any],
        subjects: list[tuple[str, Any]], may_all: bool, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        everywhere = [("", _("All branches"))] if may_all else []
        offer(
            self,
            branch=[*everywhere, *((p.code, p.name) for p in places)],
            group=[("", _("all")), *((one, one) for one in groups)],
            category=[("", _("all")), *((card.code, card.name) for card in cards)],
            subject=[("", _("anything")), *subjects],
        )


class RulesForm(forms.Form):
    """What the library takes."""

    takes_feedback = yes(lazy("Readers may send feedback"))
    takes_visitors = yes(lazy("Visitors who did not sign in, too"))
    wishes_per_month = number(
        lazy("New wishes of a reader in a month"), 0, 100, required=True,
        help_text=lazy("0: no purchase wishes are taken."),
    )  # fmt: skip
    messages_per_month = number(
        lazy("Messages to one reader in a month"), 0, 31, required=True,
        help_text=lazy("0: no messages to groups are sent."),
    )  # fmt: skip
    is_asked = yes(lazy("Ask readers a question after self-service, once a month"))
    question = line(lazy("The question"), MAX_QUESTION)
