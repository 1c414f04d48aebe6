"""When and how the library tells its readers: days, hours, channels."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.message_words import CHANNEL_WORDS, KIND_WORDS
from jieyue.interfaces.web.settings.answers import show, submit, to
from jieyue.interfaces.web.settings.fields import number, offer, pick, text, yes
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.house_rules import HouseRules, house_rules
from jieyue.notices.managing import MAX_DAYS, MAX_STEPS, set_notice_rules
from jieyue.notices.rules.kinds import CHANNELS, GRAVITY, HAND_WAYS
from jieyue.notices.ways import services_in_use

KINDS: Final = GRAVITY  # in the order in which a message says them


class DaysField(forms.CharField):
    """Days as people write them: "3", "1, 7, 14" or "1，7、14"; empty for none."""

    def clean(self, value: Any) -> tuple[int, ...]:
        """Return the days. Raises ValidationError."""
        written = super().clean(value)
        parts = str(written).replace("，", ",").replace("、", ",").replace(" ", ",").split(",")
        days = [part for part in parts if part]
        is_sound = all(
            day.isascii() and day.isdigit() and 0 < int(day[:5]) <= MAX_DAYS for day in days
        )
        if not is_sound or len(days) > MAX_STEPS:
            raise forms.ValidationError(
                _("Write up to %(most)s numbers of days, such as 1, 7, 14.") % {"most": MAX_STEPS}
            )
        return tuple(sorted({int(day) for day in days}))


def _time(label: Any, **more: Any) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, **more)


class NoticeRulesForm(forms.Form):
    """Everything but the channels of each kind, which are boxes of their own."""

    days_before = DaysField(
        label=lazy("Days before a book is due"), required=False, max_length=40,
        help_text=lazy("Such as 3, or 7, 1. Empty: no such reminder."),
    )  # fmt: skip
    says_due_today = yes(lazy("Also on the day it is due"))
    overdue_days = DaysField(
        label=lazy("Days after it was due"), required=False, max_length=40,
        help_text=lazy("Such as 1, 7, 14, 30. Each is said once."),
    )  # fmt: skip
    hold_days_before = number(
        lazy("Days before a reserved book goes to the next reader"), 0, 30, required=True,
        help_text=lazy("0: no such reminder."),
    )  # fmt: skip
    card_days_before = number(
        lazy("Days before a card runs out"), 0, MAX_DAYS, required=True,
        help_text=lazy("0: no such reminder."),
    )  # fmt: skip
    skips_closed_days = yes(lazy("Not on days we are closed: on the open day before"))
    reminds_at = _time(lazy("Reminders go out at"))
    sends_from = _time(lazy("Nothing before"))
    sends_until = _time(lazy("Nothing after"))
    most_a_day = number(
        lazy("At most so many messages a day to one reader"), 0, 99, required=True,
        help_text=lazy("0: no limit. What is overdue or wanted back is always told."),
    )  # fmt: skip
    first = pick(lazy("Which way first"), required=False)
    language = pick(lazy("Language, unless a reader chose one"))
    site_url = text(
        lazy("Address of this website, for links in messages"), 200,
        help_text=lazy("As readers reach it, such as https://lib.example.cn. Empty: no links."),
    )  # fmt: skip

    def clean_site_url(self) -> str:
        """Return the address. Raises ValidationError."""
        address = str(self.cleaned_data["site_url"]).strip()
        if address and not address.startswith(("https://", "http://")):
            raise forms.ValidationError(_("It begins with https://."))
        return address


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def notice_rules(request: StaffRequest) -> HttpResponse:
    """GET the rules; POST them whole: `channel_<kind>` = each channel that is ticked."""
    rules = house_rules()
    shown = CHANNELS + rules.by_hand.ways
    if request.method == "POST":
        form = NoticeRulesForm(request.POST)
        channels: dict[str, tuple[str, ...]] = {
            kind: tuple(c for c in shown if c in request.POST.getlist(f"channel_{kind}"))
            for kind in KINDS
        }
    else:
        form = NoticeRulesForm(initial=_initial(rules, request))
        channels = {kind: rules.ways(kind) for kind in KINDS}
    offer(
        form,
        first=[(channel, CHANNEL_WORDS[channel]) for channel in shown],
        language=[("zh-hans", "中文"), ("en", "English")],
    )
    context = _context(form, channels, shown)
    if request.method == "GET":
        return show(request, "notice_rules.html", context)
    return submit(
        request,
        form,
        "notice_rules.html",
        context,
        lambda: set_notice_rules(request.desk, **_values(form, rules, channels)),
        text=_("Saved. It holds for messages that wait already, too."),
        address=to(request, "notice_rules"),
    )


def _initial(rules: HouseRules, request: StaffRequest) -> dict[str, Any]:
    names = (
        *("says_due_today", "hold_days_before", "card_days_before", "skips_closed_days"),
        *("reminds_at", "sends_from", "sends_until", "most_a_day", "language"),
    )
    here = request.build_absolute_uri("/").rstrip("/")
    if request.get_host().split(":")[0] in {"localhost", "127.0.0.1", "testserver"}:
        here = ""  # no reader reaches it there
    return {name: getattr(rules, name) for name in names} | {
        "days_before": ", ".join(str(day) for day in rules.days_before),
        "overdue_days": ", ".join(str(day) for day in rules.overdue_days),
        "first": rules.order[0],
        "site_url": rules.site_url or here,
    }


def _values(
    form: NoticeRulesForm, rules: HouseRules, channels: dict[str, tuple[str, ...]]
) -> dict[str, Any]:
    given = dict(form.cleaned_data)
    first = given.pop("first")
    rest = tuple(channel for channel in rules.order if channel != first)
    return given | {"channels": channels, "order": ((first,) if first else ()) + rest}


def _context(
    form: forms.Form, channels: dict[str, tuple[str, ...]], shown: tuple[str, ...]
) -> dict[str, Any]:
    used = {*services_in_use(), *HAND_WAYS}
    return {
        "form": form,
        "channels": [
            {"value": channel, "words": CHANNEL_WORDS[channel], "is_used": channel in used}
            for channel in shown
        ],
        "rows": [
            {
                "kind": kind,
                "words": KIND_WORDS[kind],
                "boxes": [
                    {
                        "value": channel,
                        "words": CHANNEL_WORDS[channel],
                        "is_on": channel in channels[kind],
                    }
                    for channel in shown
                ],
            }
            for kind in KINDS
        ],
    }
