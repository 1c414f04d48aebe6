"""What the journal says of borrowing and returning without staff."""

from typing import Final

from django.utils.translation import gettext_lazy as lazy

from jieyue.interfaces.web.journal.action_words import ActionWords, words_of

SELF_SERVICE: Final[dict[str, ActionWords]] = {
    **words_of(
        "lending",
        shelve=(lazy("Put back on the shelf"), "check"),
        pass_receipt=(lazy("Receipt checked at the gate"), "receipt"),
        report_at_gate=(lazy("Reported at the gate"), "triangle-alert"),
        settle_report=(lazy("Report from the gate settled"), "check"),
    ),
    **words_of(
        "settings",
        set_self_service=(lazy("Self-service rules changed"), "settings"),
        renew_signs=(lazy("Signs for self-service made anew"), "qr-code"),
        renew_display=(lazy("Screen at the door given a new address"), "qr-code"),
        add_return_point=(lazy("Return point added"), "map-pin"),
        switch_return_point=(lazy("Return point switched on or off"), "map-pin"),
        renew_receipt_key=(lazy("Key of receipts renewed"), "key-round"),
        make_receipt_key=(lazy("Key of receipts made"), "key-round"),
    ),
}
SELF_OUTCOMES: Final = {
    "choose": lazy("several copies, asked which"),
    "self_returned": lazy("scanned by this reader, who had not borrowed it"),
} | dict.fromkeys(
    (
        "gate_reported",
        "gate_settled",
        "key_ready",
        "receipt_passed",
        "self_lent",
        "shelved",
    ),
    "",
)
