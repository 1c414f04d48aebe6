"""What became of it: the outcomes every action of readers' voice shares."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from jieyue.audit.journal import Note, note
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSaved:
    """It is done. `id` is the public id of what it was done to; `state` how that stands now."""

    type: Literal["voice_saved"] = "voice_saved"
    id: str
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceRefused:
    """Nothing changed but the journal."""

    type: Literal["refused"] = "refused"
    faults: tuple[Fault, ...]


def refused(*faults: Fault, patron_id: int | None = None) -> VoiceRefused:
    """Return the refusal and journal its codes."""
    codes = tuple(fault.code.value for fault in faults)
    note(Note(outcome="refused", reasons=codes, patron_id=patron_id))
    return VoiceRefused(faults=faults)


def against(code: VoiceFault, field: str = "", value: object = "") -> VoiceRefused:
    """Return a refusal for one reason."""
    return refused(Fault(code, field, str(value)))


def done(id_: str, state: str = "", *, patron_id: int | None = None, **data: Any) -> VoiceSaved:
    """Return the outcome and journal it; `data` is plain and names nobody."""
    kept = {name: value for name, value in data.items() if value not in (None, "", [])}
    note(Note(patron_id=patron_id, data=kept))
    return VoiceSaved(id=id_, state=state)


def too_long(limits: dict[str, int], texts: Iterable[tuple[str, str]]) -> list[Fault]:
    """Return a fault for each text that is longer than its limit."""
    return [
        Fault(VoiceFault.TOO_LONG, name, str(limits[name]))
        for name, text in texts
        if len(text) > limits[name]
    ]


def is_staff(desk: Desk) -> bool:
    """Say whether whoever is here writes to readers in the library's name."""
    return desk.may(Permission.MESSAGES)
