"""Words for what we send readers: the kinds, the channels, and what became of a message."""

from typing import Final

from django.utils.translation import gettext_lazy as lazy

CHANNEL_WORDS: Final = {
    "push": lazy("This phone or computer"),
    "wechat": lazy("WeChat"),
    "email": lazy("E-mail"),
    "sms": lazy("Text message"),
    "paper": lazy("On paper"),
    "person": lazy("In person"),
}
CHANNEL_ICONS: Final = {
    "push": "bell",
    "wechat": "smartphone",
    "email": "mail",
    "sms": "smartphone",
    "paper": "file-text",
    "person": "users-round",
}
KIND_WORDS: Final = {
    "due_soon": lazy("Due soon"),
    "due_today": lazy("Due today"),
    "overdue": lazy("Overdue"),
    "hold_ready": lazy("A reserved book is ready"),
    "hold_expiring": lazy("A reserved book waits only a little longer"),
    "hold_passed_on": lazy("A reserved book was not fetched"),
    "pickup_moved": lazy("A book is fetched elsewhere"),
    "fetch_moved": lazy("A reserved book waits until another day"),
    "loan_renewed": lazy("Renewed by itself"),
    "loan_recalled": lazy("A book is wanted back"),
    "date_moved": lazy("A due date has moved"),
    "term_end": lazy("Due earlier: the term ends"),
    "term_end_gone": lazy("Not due earlier any more"),
    "loan_lost": lazy("Counts as lost"),
    "suspended": lazy("Borrowing is suspended"),
    "card_expiring": lazy("The card runs out"),
    "receipt": lazy("Receipt: borrowed"),
    "returned": lazy("Receipt: returned"),
    "renewed": lazy("Receipt: renewed"),
}
