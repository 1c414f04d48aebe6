"""What the journal says of joining and of consents."""

from typing import Final

from django.utils.translation import gettext_lazy as lazy

from jieyue.interfaces.web.journal.action_words import ActionWords, words_of

JOINING: Final[dict[str, ActionWords]] = {
    **words_of(
        "readers",
        give_consent=(lazy("Consent given"), "check"),
        open_feed=(lazy("Calendar address made"), "calendar"),
        close_feed=(lazy("Calendar address ended"), "calendar"),
        erase_history=(lazy("Own history forgotten"), "history"),
        forget_loans=(lazy("Past loans forgotten"), "history"),
        set_retention=(lazy("How long history is kept"), "history"),
        withdraw_consent=(lazy("Consent withdrawn"), "x"),
        send_application=(lazy("Card applied for"), "id-card"),
        send_again=(lazy("Application answered by the applicant"), "id-card"),
        approve_application=(lazy("Application approved"), "user-plus"),
        approve_applications=(lazy("Applications approved together"), "user-plus"),
        ask_applicant=(lazy("Applicant asked for something more"), "circle-help"),
        refuse_application=(lazy("Application refused"), "circle-x"),
        withdraw_application=(lazy("Application taken back"), "undo-2"),
        set_first_password=(lazy("First password set"), "key-round"),
        make_invitation=(lazy("Invitation made"), "mail"),
        end_invitation=(lazy("Invitation ended"), "mail"),
    ),
    **words_of(
        "settings",
        edit_joining=(lazy("Application form changed"), "file-text"),
        edit_consent_text=(lazy("Words of a consent changed"), "file-text"),
    ),
}

JOINING_OUTCOMES: Final = dict.fromkeys(
    (
        "application_saved",
        "applications_approved",
        "consent_given",
        "consent_withdrawn",
        "joining_saved",
    ),
    "",
)
JOINING_FAULTS: Final = {
    "form_closed": lazy("no applications are taken"),
    "missing": lazy("an answer is missing"),
    "too_long": lazy("too long"),
    "pattern_wrong": lazy("does not look as asked for"),
    "phone_bad": lazy("not a phone number"),
    "email_bad": lazy("not an e-mail address"),
    "date_bad": lazy("not a possible day"),
    "not_verified": lazy("code not typed yet"),
    "consent_missing": lazy("not agreed to"),
    "words_changed": lazy("the words have changed meanwhile"),
    "guardian_needed": lazy("a guardian has to agree"),
    "invitation_unknown": lazy("invitation unknown"),
    "invitation_over": lazy("invitation over"),
    "invitation_used": lazy("invitation used up"),
    "sent_already": lazy("applied already"),
    "too_many": lazy("too many at once"),
    "application_unknown": lazy("application unknown"),
    "decided_already": lazy("decided already"),
    "text_missing": lazy("nothing said"),
    "roster_taken": lazy("the reader on the roster signs in already"),
    "roster_unknown": lazy("reader unknown"),
    "guardian_missing": lazy("no guardian's consent"),
    "link_used": lazy("the link was used before"),
    "domain_bad": lazy("not a domain"),
    "number_bad": lazy("number impossible"),
    "kind_unknown": lazy("kind unknown"),
}
