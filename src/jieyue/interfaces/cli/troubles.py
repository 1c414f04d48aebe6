"""What can go wrong outside the program, said in one line with what to do about it."""

import errno
from typing import Final

from jieyue.interfaces.cli.words import _

FAILED: Final = 1
USAGE: Final = 2


class TroubleError(Exception):
    """Ends the command with a message for its user and an exit code; no traceback."""

    def __init__(self, message: str, *, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


def trouble_of(error: BaseException) -> TroubleError | None:
    """Return what an error of the disk or the database means to a user; None: it is our fault."""
    if isinstance(error, OSError) and error.errno is not None:
        return _of_the_disk(error)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "DatabaseError" not in kinds and "OperationalError" not in kinds:
        return None
    text = str(error).strip()
    for part, message in _database_messages():
        if part in text.lower():
            return TroubleError(message)
    if "OperationalError" in kinds and ("connect" in text or "server" in text):
        return TroubleError(
            _("PostgreSQL cannot be reached: {why}\nCheck JIEYUE_PG_HOST, _NAME, _USER.").format(
                why=text.splitlines()[0]
            )
        )
    return None


def _of_the_disk(error: OSError) -> TroubleError | None:
    where = error.filename or ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return TroubleError(_("The disk is full. Free some space, then start again."))
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return TroubleError(
            _("{path} may not be written to. Give this user the right to, or choose another.")
            .format(path=where)
        )  # fmt: skip
    return None


def _database_messages() -> tuple[tuple[str, str], ...]:
    damaged = _(
        "The database file is damaged or is not one. Put it aside and go back to a nightly copy;"
        " `jieyue check-backup FILE` says whether a copy is sound."
    )
    return (
        (
            "readonly database",
            _("The database file may not be written to. Give this user the right to its folder."),
        ),
        ("disk is full", _("The disk is full. Free some space, then start again.")),
        (
            "no space left on device",
            _("The disk is full. Free some space, then start again."),
        ),
        (
            "unable to open database file",
            _("The database file cannot be opened. Give this user the right to its folder."),
        ),
        ("disk i/o error", _("The disk does not answer as it should. Check it, then try again.")),
        ("not a database", damaged),
        ("malformed", damaged),
        (
            "database is locked",
            _("Another program keeps the database busy. Close it, then try again."),
        ),
    )
