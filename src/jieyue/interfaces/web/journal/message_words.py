"""What the journal says of messages: how the library tells its readers, and what they want."""

from typing import Final

from django.utils.translation import gettext_lazy as lazy

from jieyue.interfaces.web.journal.action_words import ActionWords, words_of

MESSAGES: Final[dict[str, ActionWords]] = {
    **words_of(
        "readers",
        set_wishes=(lazy("Own messages chosen"), "mail"),
        leave=(lazy("Messages stopped by the reader"), "mail"),
        try_again=(lazy("Message tried again"), "mail"),
        told_in_person=(lazy("Reader told in person"), "users-round"),
        make_sheet=(lazy("Class sheet made"), "file-text"),
        give_out_sheet=(lazy("Class sheet given out"), "file-text"),
        withdraw_sheet=(lazy("Class sheet taken back"), "undo-2"),
        undo_giving_out=(lazy("Class sheet not given out after all"), "undo-2"),
        note_call=(lazy("Reader called"), "phone"),
        undo_call=(lazy("Call noted by mistake taken back"), "undo-2"),
        export_unreached=(lazy("Readers nobody reaches exported"), "download"),
    ),
    **words_of(
        "settings",
        set_notice_rules=(lazy("When and how readers are told changed"), "mail"),
        set_weekly=(lazy("Weekly message to class teachers changed"), "mail"),
        set_teacher_address=(lazy("A class teacher's address changed"), "mail"),
        confirm_teacher_address=(lazy("A class teacher's address confirmed"), "circle-check"),
        confirm_own_weekly=(lazy("Own address confirmed by a code"), "circle-check"),
        prove_weekly=(lazy("Address confirmed by the colleague"), "circle-check"),
        send_weekly_now=(lazy("Weekly message sent by hand"), "mail"),
        set_own_weekly=(lazy("Own weekly message chosen"), "mail"),
        leave_weekly=(lazy("Weekly message stopped by the colleague"), "mail"),
        set_by_hand=(lazy("What is told on paper and by telephone changed"), "file-text"),
        write_words=(lazy("Words of a message changed"), "pencil"),
        built_in_words=(lazy("Built-in words of a message taken again"), "undo-2"),
    ),
}
