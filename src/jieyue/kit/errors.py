"""Errors as they may be told: what kind and where, never what they say."""

import traceback
from pathlib import Path

from django.db import InterfaceError, OperationalError

_TOO_LARGE = "54"  # class of SQLSTATE: a value too large for its index, say


def describe(error: BaseException) -> str:
    """Return kind and place of an error, never its message: that may hold a reader's name."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "jieyue" in Path(frame.filename).parts] or frames
    if not ours:
        return type(error).__name__
    at = ours[-1]
    return f"{type(error).__name__} in {at.name} ({Path(at.filename).name}:{at.lineno})"


def is_of_data(error: Exception) -> bool:
    """Say whether an error comes of what is worked on, so that the same raises it again.

    A busy or broken database, a full disk or a missing right concern everything alike. A unique
    violation counts as of the data: what is only contention was run again before.
    """
    if isinstance(error, OperationalError):
        state = getattr(error.__cause__, "sqlstate", None) or ""
        return bool(state.startswith(_TOO_LARGE))
    return not isinstance(error, InterfaceError | OSError | MemoryError)
