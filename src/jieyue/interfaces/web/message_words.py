"""Words for what we send readers: the kinds, the channels, and what became of a message."""

from typing import Final

from django.utils.translation import gettext_lazy as lazy

CHANNEL_WORDS: Final = {
    "push": lazy("Push to phone or computer"),
    "wechat": lazy("WeChat message"),
    "email": lazy("E-mail message"),
    "sms": lazy("Text message"),
    "paper": lazy("On paper"),
    "phone": lazy("By telephone"),
    "person": lazy("In person"),
}
CHANNEL_ICONS: Final = {
    "push": "bell",
    "wechat": "smartphone",
    "email": "mail",
    "sms": "smartphone",
    "paper": "file-text",
    "phone": "phone",
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
    "application_answered": lazy("Welcome: they are a reader now"),
    "link_asked": lazy("Somebody asks to act for them"),
    "feedback_answered": lazy("Feedback answered"),
    "wish_answered": lazy("A purchase wish answered"),
    "activity": lazy("An activity"),
    "message": lazy("A message from the library"),
    "receipt": lazy("Receipt: borrowed"),
    "returned": lazy("Receipt: returned"),
    "renewed": lazy("Receipt: renewed"),
}

BLANK_WORDS: Final = {
    "reader": lazy("reader's name"),
    "library": lazy("library"),
    "title": lazy("book"),
    "books": lazy("list of books"),
    "count": lazy("number"),
    "date": lazy("date"),
    "days": lazy("number of days"),
    "branch": lazy("branch"),
    "asker": lazy("who asks"),
}  # what a text's blanks are called
LANGUAGE_NAMES: Final = {"zh-hans": "中文", "en": "English"}
STATE_WORDS: Final = {
    "waiting": lazy("Waiting"),
    "handed": lazy("Sent"),
    "dropped": lazy("Not needed any more"),
    "failed": lazy("Sent another way"),
    "given_up": lazy("Did not arrive"),
    "unreached": lazy("No way to the reader"),
}
STATE_BADGES: Final = {
    "waiting": "badge-info",
    "handed": "badge-success",
    "dropped": "badge-ghost",
    "failed": "badge-ghost",
    "given_up": "badge-error",
    "unreached": "badge-warning",
}
# What people carry themselves, by channel and state; `sheet`: printed, not given out yet.
HAND_STATES: Final = {
    ("paper", "waiting"): lazy("Waits for the class sheet"),
    ("paper", "sheet"): lazy("On the class sheet"),
    ("paper", "handed"): lazy("Given out"),
    ("phone", "waiting"): lazy("On the telephone list"),
    ("phone", "handed"): lazy("Told by telephone"),
}
# What happened, and what helps; what is not named here is told in the service's own words.
WHY_WORDS: Final = {
    "not_true": (lazy("Settled before it went out: returned, renewed or fetched."), ""),
    "seen": (lazy("The reader had read it on their page by then."), ""),
    "left": (lazy("The reader does not want messages this way."), ""),
    "no_address": (
        lazy("We have no address of this reader for it."),
        lazy("Ask for a phone number or an e-mail address and enter it in the record."),
    ),
    "no_class": (
        lazy("The reader is in no class."),
        lazy("Enter the class in the record, or tell the reader yourself."),
    ),
    "reached_otherwise": (lazy("Graver messages reach the reader another way."), ""),
    "not_answered": (
        lazy("Nobody answered the telephone."),
        lazy("Tell the reader when they next come in."),
    ),
    "wrong_number": (
        lazy("The number is somebody else's."),
        lazy("Ask the reader for the right number and enter it in the record."),
    ),
    "no_service": (
        lazy("No service is set up for it."),
        lazy("Set one up under Settings, or tell the reader yourself."),
    ),
    "no_such_address": (
        lazy("The address does not exist any more."),
        lazy("Ask the reader for the right one and enter it in the record."),
    ),
    "bad_address": (
        lazy("The address is not a valid one."),
        lazy("Correct it in the reader's record."),
    ),
    "gone": (lazy("The device has switched messages off."), ""),
    "mailbox_full": (lazy("The mailbox is full."), lazy("Tell the reader yourself.")),
    "try_later": (lazy("The service asked to try again later."), ""),
    "timeout": (lazy("The service did not answer in time."), ""),
    "connection_lost": (lazy("The connection broke."), ""),
    "unreachable": (lazy("The service could not be reached."), ""),
    "no_answer": (lazy("The service did not work for hours."), ""),
    "password_refused": (
        lazy("The service refused our name and password."),
        lazy("Correct them under Settings."),
    ),
    "sender_refused": (
        lazy("The service refused our own address as sender."),
        lazy("Correct it under Settings."),
    ),
    "settings_missing": (
        lazy("The settings of the service are not complete."),
        lazy("Complete them under Settings."),
    ),
    "template_missing": (
        lazy("The service sends only texts approved beforehand, and has none for this."),
        lazy("Enter the approved text under Settings."),
    ),
    "day_limit": (lazy("Today's limit of messages is used up."), ""),
    "over_budget": (
        lazy("What the library spends on this service is used up."),
        lazy("Raise the limit under Settings, or tell the reader yourself."),
    ),
    "number_limit": (lazy("The number has had too many messages today."), ""),
    "policy": (lazy("The other side refused the text or the sender."), ""),
    "refused": (lazy("The other side refused the message."), ""),
    "fault": (lazy("A fault of ours kept it from going out."), ""),
    "failed": (lazy("It did not work this time."), ""),
}


def why_words(code: str, detail: str = "") -> tuple[str, str]:
    """Return what happened and what helps, in words; the service's own where we have none."""
    text, help_ = WHY_WORDS.get(code, (detail or code, ""))
    return str(text), str(help_)
