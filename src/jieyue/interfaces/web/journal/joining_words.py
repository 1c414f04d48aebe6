"""What the journal says of joining and of consents."""

from typing import Final

from django.utils.translation import gettext_lazy as lazy

from jieyue.interfaces.web.journal.action_words import ActionWords, words_of

JOINING: Final[dict[str, ActionWords]] = {
    **words_of(
        "readers",
        give_consent=(lazy("Consent given"), "check"),
        withdraw_consent=(lazy("Consent withdrawn"), "x"),
    ),
    **words_of(
        "settings",
        edit_consent_text=(lazy("Words of a consent changed"), "file-text"),
    ),
}
