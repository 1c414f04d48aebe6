"""What cataloguing and readers share: entered texts, and refusals of what was entered."""

from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal, Protocol

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from jieyue.interfaces.api.answers import LINE, TEXT, answer
from jieyue.interfaces.api.problems import NotFoundError

# The actions know how long each text may be and say so (`too_long`); this only bounds the work.
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=TEXT)]
Words = Annotated[
    str, Query(max_length=200, pattern=LINE, description="Words, as people type them on a page.")
]
Limit = Annotated[int, Query(ge=1, le=100)]
Offset = Annotated[int, Query(ge=0, le=100_000)]
# What is unknown at the address itself; elsewhere an unknown name is one more fault.
SUBJECTS: Final = {
    "title": "title_unknown",
    "copy": "copy_unknown",
    "patron": "patron_unknown",
    "block": "block_unknown",
    "pile": "pile_unknown",
    "application": "application_unknown",
}


class Output(BaseModel):
    """A view of the queries, without what stays inside (row ids)."""

    model_config = ConfigDict(from_attributes=True)


class FaultOut(Output):
    """One thing wrong with what was entered."""

    code: str = Field(description="Stable code.")
    field: str
    value: str = Field(description="What explains it: a limit, or the id of who is in the way.")


class EntryRefused(Output):
    """Nothing has changed, and everything that stands against it."""

    type: Literal["refused"] = "refused"
    faults: list[FaultOut]


class _Fault(Protocol):
    @property
    def code(self) -> Any: ...
    @property
    def field(self) -> str: ...


class _Refused(Protocol):
    @property
    def faults(self) -> Iterable[_Fault]: ...


def refusal(refused: _Refused) -> HttpResponse:
    """Return 409 with the faults. Raises NotFoundError where the address itself names nothing."""
    if any(SUBJECTS.get(fault.field) == fault.code for fault in refused.faults):
        raise NotFoundError
    return answer(EntryRefused.model_validate(refused), 409)
