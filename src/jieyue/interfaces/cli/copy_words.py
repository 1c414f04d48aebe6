"""Words for what can go wrong with a copy."""

from jieyue.interfaces.cli.troubles import TroubleError
from jieyue.interfaces.cli.words import _
from jieyue.kit.copies import CopyError


def trouble(error: CopyError) -> TroubleError:
    """Return the error in the user's words, with what to do about it."""
    words = {
        "no_folder": _("No folder was chosen for copies. Say one: --to FOLDER"),
        "folder_gone": _("The folder for copies is gone. Is its disk plugged in?"),
        "folder_unusable": _("The folder for copies cannot be written to."),
        "disk_full": _("The disk for copies is full. Free some space; older copies are kept."),
        "busy": _("Another copy is just being made. Try again in a minute."),
        "check_failed": _("The copy is not sound."),
        "program_missing": _(
            "{what} is missing. Debian, Ubuntu: apt-get install postgresql-client"
        ),
        "program_failed": _("PostgreSQL's own program failed."),
        "failed": _("The copy failed."),
    }[error.code].format(what=error.detail)
    return TroubleError(f"{words} ({error.detail})" if error.detail else words)
