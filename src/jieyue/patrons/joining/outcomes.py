"""What comes of applications, and of changing how one applies."""

from dataclasses import dataclass
from typing import Literal

from jieyue.audit.journal import Note, note
from jieyue.patrons.rules.joining.form import Fault, JoiningFault


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSaved:
    """The application as it now stands. `patron` is the reader it became, else empty.

    `card` is their card's number, `how` what approved it: `staff`, or a rule.
    """

    type: Literal["application_saved"] = "application_saved"
    application: str  # public id
    state: str
    patron: str = ""
    card: str = ""
    how: str = ""
    charged_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRefused:
    """Nothing changed but the journal, and everything that stands against it."""

    type: Literal["refused"] = "refused"
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """An application that was not approved with others: it needs a look."""

    application: str
    codes: tuple[JoiningFault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationsApproved:
    """What became of several: those that are readers now, and those left for a look."""

    type: Literal["applications_approved"] = "applications_approved"
    approved: tuple[str, ...]
    left: tuple[LeftOver, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningSaved:
    """How one applies is changed. `invitation` is the public id of one that was made or ended."""

    type: Literal["joining_saved"] = "joining_saved"
    invitation: str = ""


def refused(*faults: Fault, application: str = "") -> ApplicationRefused:
    """Return the refusal and journal its codes."""
    reasons = tuple(dict.fromkeys(fault.code.value for fault in faults))
    data = {"application": application} if application else {}
    note(Note(outcome="refused", reasons=reasons, data=data))
    return ApplicationRefused(faults=faults)


def unknown() -> ApplicationRefused:
    """Return the refusal for an application that is not there (404 at a door)."""
    return refused(Fault("application", JoiningFault.APPLICATION_UNKNOWN))
