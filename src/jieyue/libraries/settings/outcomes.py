"""What became of a change of settings, the same for every kind of setting."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from jieyue.audit.journal import Note, note
from jieyue.libraries.rules.changes import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The change is made. `code` names what was added or changed."""

    type: Literal["saved"] = "saved"
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSaved:
    """Nothing changed but the journal."""

    type: Literal["refused"] = "refused"
    trouble: Trouble


def saved(code: str = "", **data: Any) -> Saved:
    """Return the outcome and journal it. `data` is plain, without names of people."""
    note(Note(data={key: value for key, value in data.items() if value not in (None, "", [])}))
    return Saved(code=code)


def not_saved(trouble: Trouble) -> NotSaved:
    """Return the refusal and journal its code."""
    note(Note(outcome="refused", reasons=(trouble.value,)))
    return NotSaved(trouble=trouble)


def changed(row: Any, values: Mapping[str, Any]) -> list[str]:
    """Put `values` into a row (not saved yet); return the names of what differs."""
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, values[name])
    return differing


def free_code(letter: str, taken: Iterable[str]) -> str:
    """Return the next code such as `b3` that nothing has. Two at once clash, and one runs again."""
    known = set(taken)
    number = len(known) + 1
    while f"{letter}{number}" in known:
        number += 1
    return f"{letter}{number}"
