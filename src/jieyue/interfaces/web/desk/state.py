"""What the desk is in the middle of. It lives in the page, never in the session: two tabs are two
desks, and a page reloaded or sent on is where it was.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from urllib.parse import urlencode

from jieyue.circulation.rules.desk_steps import RETURNING, Mode
from jieyue.circulation.rules.reasons import Reason
from jieyue.libraries.rules.behalf import read_behalf

StepName: TypeAlias = Literal["checkout", "checkin", "renewal", "recall"]
STEPS: Final = ("checkout", "checkin", "renewal", "recall")
MAX_REASON: Final = 100
MAX_LOANS: Final = 100
_PUBLIC_ID: Final = re.compile(r"[0-9A-Z]{6,12}")


class MalformedError(ValueError):
    """A field that our own pages never send; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """The last step, which can be taken back."""

    step: StepName
    loan: str  # public id


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The mode, the open reader (public id), the copy that waits for a card (barcode), last step.

    `amnesty` is why lateness is forgiven while returns are taken. Empty strings and None mean there
    is none.
    """

    mode: Mode = Mode.AUTO
    reader: str = ""
    copy: str = ""
    last: Undo | None = None
    amnesty: str = ""
    behalf: str = ""  # why the reader is served without their card; empty: it was scanned

    def query(self, **more: str) -> str:
        """Return the page's query string: what belongs into an address."""
        values = {
            "mode": "" if self.mode is Mode.AUTO else self.mode.value,
            "reader": self.reader,
            "amnesty": self.amnesty,
            "behalf": self.behalf if self.reader else "",
        }
        return urlencode({name: value for name, value in (values | more).items() if value})

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """What a form carries on, by name."""
        last = f"{self.last.step}:{self.last.loan}" if self.last else ""
        values = {
            "mode": self.mode.value,
            "reader": self.reader,
            "copy": self.copy,
            "last": last,
            "amnesty": self.amnesty,
            "behalf": self.behalf if self.reader else "",
        }
        return tuple((name, value) for name, value in values.items() if value)


def read_state(data: Mapping[str, str]) -> State:
    """Read the state of a form or an address. Raises MalformedError."""
    mode = data.get("mode", "") or Mode.AUTO.value
    if mode not in set(Mode):
        raise MalformedError("mode")
    copy = data.get("copy", "")
    if len(copy) > 40 or not copy.isprintable():
        raise MalformedError("copy")
    return State(
        mode=Mode(mode),
        reader=read_public_id(data.get("reader", ""), "reader"),
        copy=copy,
        last=read_last(data.get("last", "")),
        amnesty=read_amnesty(data.get("amnesty", "")) if Mode(mode) in RETURNING else "",
        behalf=read_behalf(data.get("behalf", "")) if data.get("reader") else "",
    )


def read_amnesty(text: str) -> str:
    """Read why lateness is forgiven, empty for no amnesty. Raises MalformedError."""
    reason = " ".join(text.split())
    if len(reason) > MAX_REASON or not reason.isprintable():
        raise MalformedError("amnesty")
    return reason


def read_last(text: str) -> Undo | None:
    """Read `checkout:ABC…`; empty for none. Raises MalformedError."""
    if not text:
        return None
    step, _, loan = text.partition(":")
    if not loan:
        raise MalformedError("last")
    return Undo(step=read_step(step), loan=read_public_id(loan, "last"))


def read_step(step: str) -> StepName:
    """Read the kind of a step. Raises MalformedError."""
    if step not in STEPS:
        raise MalformedError("step")
    return step  # type: ignore[return-value]


def read_public_id(text: str, name: str) -> str:
    """Read a public id, empty for none. Raises MalformedError."""
    if text and not _PUBLIC_ID.fullmatch(text):
        raise MalformedError(name)
    return text


def read_barcode(text: str) -> str:
    """Read a barcode. Raises MalformedError for what none can be."""
    if not 0 < len(text) <= 40 or not text.isprintable():
        raise MalformedError("barcode")
    return text


def read_reasons(codes: list[str]) -> frozenset[Reason]:
    """Read the reasons an override names, several in one with commas. Raises MalformedError."""
    codes = [code for listed in codes for code in listed.split(",")]
    if not set(codes) <= set(Reason):
        raise MalformedError("override")
    return frozenset(Reason(code) for code in codes)


def read_loans(ids: list[str]) -> tuple[str, ...]:
    """Read the loans to renew. Raises MalformedError."""
    loans = tuple(dict.fromkeys(read_public_id(text, "loan") for text in ids))
    if not 0 < len(loans) <= MAX_LOANS or "" in loans:
        raise MalformedError("loan")
    return loans
