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
from jieyue.notices.carried import TELLERS
from jieyue.notices.house_rules import HouseRules, house_rules
from jieyue.notices.managing import MAX_DAYS, MAX_STEPS, set_notice_rules
from jieyue.notices.rules.kinds import CHANNELS, HAND_WAYS
from jieyue.notices.ways import services_in_use

GROUPS: Final = (
    (
        lazy("Borrowed books"),
        (
            *("due_soon", "due_today", "overdue", "loan_recalled", "date_moved", "loan_renewed"),
            *("loan_lost", "suspended"),
        ),
    ),
    (
        lazy("Reservations"),
        ("hold_ready", "hold_expiring", "hold_passed_on", "fetch_moved", "pickup_moved"),
    ),
    (lazy("Card and family"), ("application_answered", "card_expiring", "link_asked")),
    (lazy("Receipts"), ("receipt",)),
    (
        lazy("Answers and news"),
        ("feedback_answered", "wish_answered", "activity", "message"),
    ),
)
KINDS: Final = tuple(kind for _name, kinds in GROUPS for kind in kinds)
RECEIPTS: Final = lazy("Receipt: borrowed, returned, renewed")  # one setting for all three


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
    """GET the rules; POST them whole: `channel_<kind>` = each channel that is ticked.

    `column` names the channels that stood on the page; the others stay as they are.
    """
    rules = house_rules()
    used = (*(c for c in CHANNELS if c in services_in_use()), *rules.by_hand.ways)
    channels = {kind: rules.ways(kind) for kind in KINDS}
    if request.method == "POST":
        form = NoticeRulesForm(request.POST)
        posted = request.POST.getlist("column")
        columns = [c for c in CHANNELS + rules.by_hand.ways if c in (posted or used)]
        for kind in KINDS:
            ticked = request.POST.getlist(f"channel_{kind}")
            rest = tuple(c for c in channels[kind] if c not in columns)
            channels[kind] = (*(c for c in columns if c in ticked and _fits(kind, c)), *rest)
    else:
        form = NoticeRulesForm(initial=_initial(rules, request))
    offer(
        form,
        first=[(c, CHANNEL_WORDS[c]) for c in rules.order if c in (*used, rules.order[0])],
        language=[("zh-hans", "中文"), ("en", "English")],
    )
    context = _context(form, channels, used)
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
    form: forms.Form, channels: dict[str, tuple[str, ...]], used: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "form": form,
        "columns": [{"value": channel, "words": CHANNEL_WORDS[channel]} for channel in used],
        "width": len(used) + 1,
        "missing": [CHANNEL_WORDS[channel] for channel in CHANNELS if channel not in used],
        "groups": [
            {"words": words, "rows": [_row(kind, channels[kind], used) for kind in kinds]}
            for words, kinds in GROUPS
        ],
    }


def _fits(kind: str, channel: str) -> bool:
    """Say whether a way can carry a kind: a slip has no room for a letter."""
    return channel not in HAND_WAYS or kind not in TELLERS


def _row(kind: str, chosen: tuple[str, ...], used: tuple[str, ...]) -> dict[str, Any]:
    return {
        "kind": kind,
        "words": RECEIPTS if kind == "receipt" else KIND_WORDS[kind],
        "boxes": [
            {
                "value": channel,
                "words": CHANNEL_WORDS[channel],
                "is_offered": _fits(kind, channel),
                "is_on": channel in chosen,
            }
            for channel in used
        ],
    }
