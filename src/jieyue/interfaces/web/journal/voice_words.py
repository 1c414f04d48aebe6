"""What the journal says of feedback, wishes, activities, announcements and messages."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as lazy

from jieyue.interfaces.web.journal.action_words import ActionWords, words_of

VOICE: Final[dict[str, ActionWords]] = {
    **words_of(
        "readers",
        send_feedback=(lazy("Feedback received"), "mail"),
        follow_up=(lazy("Feedback followed up"), "mail"),
        answer_feedback=(lazy("Feedback answered"), "mail"),
        note_feedback=(lazy("Internal note on feedback"), "pencil"),
        assign_feedback=(lazy("Feedback assigned"), "user"),
        close_feedback=(lazy("Feedback closed"), "check"),
        reopen_feedback=(lazy("Feedback taken up again"), "undo-2"),
        make_wish=(lazy("Purchase wish"), "book-plus"),
        support_wish=(lazy("Purchase wish supported"), "plus"),
        leave_wish=(lazy("Purchase wish withdrawn"), "undo-2"),
        decide_wishes=(lazy("Purchase wishes decided"), "book-plus"),
        note_wish_reserved=(lazy("Wished book reserved"), "bookmark"),
        ask_survey=(lazy("Asked how it went"), "circle-help"),
        answer_survey=(lazy("Said how it went"), "check"),
        write_announcement=(lazy("Announcement written"), "pencil"),
        publish_announcement=(lazy("Announcement published"), "bell"),
        end_announcement=(lazy("Announcement ended"), "x"),
        write_activity=(lazy("Activity written"), "pencil"),
        publish_activity=(lazy("Activity published"), "calendar"),
        cancel_activity=(lazy("Activity cancelled"), "x"),
        sign_up=(lazy("Signed up for an activity"), "user-plus"),
        leave_activity=(lazy("Not coming to an activity"), "undo-2"),
        tick_activity=(lazy("Noted who came to an activity"), "check"),
        remind_of_activity=(lazy("Reminded of an activity"), "bell"),
        write_message=(lazy("Message to a group written"), "pencil"),
        send_message=(lazy("Message to a group sent"), "mail"),
        stop_message=(lazy("Message to a group stopped"), "x"),
        step_message=(lazy("Message to a group under way"), "mail"),
        open_message=(lazy("Message opened"), "mail"),
        note_left=(lazy("Wants no more messages"), "x"),
        tell_readers=(lazy("Told"), "mail"),
    ),
    **words_of(
        "settings",
        set_voice_rules=(lazy("Limits of feedback, wishes and messages changed"), "settings"),
        set_survey=(lazy("Question of the survey changed"), "circle-help"),
    ),
}

OUTCOMES: Final = dict.fromkeys(("voice_saved", "survey_asked", "message_step"), "")

FAULTS: Final[dict[str, Any]] = {
    "voice_unknown": lazy("not there"),
    "text_missing": lazy("nothing written"),
    "choice_bad": lazy("not one of the choices"),
    "not_taken": lazy("not offered here"),
    "too_many_sent": lazy("too many in a short time"),
    "followed_up": lazy("followed up already"),
    "not_answered": lazy("not answered yet"),
    "closed_already": lazy("closed already"),
    "have_it": lazy("the library has it"),
    "supported_already": lazy("supported already"),
    "wish_limit": lazy("limit of the month reached"),
    "wish_ended": lazy("decided already"),
    "time_skipped": lazy("an hour that does not exist that day"),
    "published_already": lazy("published already"),
    "ended_already": lazy("ended already"),
    "ages_bad": lazy("ages impossible"),
    "places_taken": lazy("more readers come than that"),
    "no_sign_up": lazy("no sign-up needed"),
    "sign_up_not_yet": lazy("sign-up has not begun"),
    "sign_up_over": lazy("sign-up is over"),
    "activity_cancelled": lazy("activity cancelled"),
    "signed_up_already": lazy("signed up already"),
    "full": lazy("no place left"),
    "wrong_age": lazy("for other ages"),
    "wrong_card": lazy("for other card types"),
    "nobody": lazy("reaches nobody"),
    "sent_already": lazy("sent already"),
    "time_past": lazy("in the past"),
}
