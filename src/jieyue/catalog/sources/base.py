"""What a source is, what it may answer, and what it is configured with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol, TypeAlias

from jieyue.catalog.rules.records import BookRecord

DEFAULT_TIMEOUT_SECONDS = 4.0
MAX_TIMEOUT_SECONDS = 15.0


class FailureKind(StrEnum):
    """Why a source gave no answer. Codes are stored and shown; doors have the words."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    ADDRESS_REFUSED = "address_refused"
    """The address is inside our own network, and the installation does not allow that."""
    HTTP_STATUS = "http_status"
    BAD_ANSWER = "bad_answer"
    WRONG_ISBN = "wrong_isbn"
    QUOTA = "quota"
    KEY_REFUSED = "key_refused"


@dataclass(frozen=True, slots=True)
class Found:
    """The source knows the book."""

    type: Literal["found"] = field(default="found", init=False)
    record: BookRecord


@dataclass(frozen=True, slots=True)
class NotFound:
    """The source answered, and does not know the book."""

    type: Literal["not_found"] = field(default="not_found", init=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """The source gave no usable answer.

    `detail` is a short English phrase of our own for staff and logs: never the key, an address or
    the text of an exception. `status` is the HTTP status, if there was one.
    """

    type: Literal["failed"] = field(default="failed", init=False)
    kind: FailureKind
    detail: str = ""
    status: int | None = None


Answer: TypeAlias = Found | NotFound | Failed


class Source(Protocol):
    """Something that can be asked for a book by ISBN."""

    @property
    def name(self) -> str:
        """What staff and records call this source, unique within a library."""
        ...

    @property
    def identity(self) -> str:
        """Equal for the same service used with the same key; says nothing of the key."""
        ...

    @property
    def timeout_seconds(self) -> float:
        """The longest this source may take for one answer."""
        ...

    def look_up(self, isbn13: str) -> Answer:
        """Ask for a valid ISBN-13. Every fault comes back as `Failed`, within the time limit."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One configured source of a library.

    `kind` is a key of `registry.KINDS`; `base_url` is empty for the service's own address;
    `params` is what the kind takes beyond that (a mapping of its own, an SRU index), JSON-ready.
    """

    kind: str
    name: str
    base_url: str = ""
    key: str = field(default="", repr=False)
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    params: Mapping[str, object] = field(default_factory=dict)


class BadSettingsError(ValueError):
    """Settings no source can be built from. `code` is stable, for doors to word.

    Codes: unknown_kind, key_missing, url_missing, url_bad, timeout_bad, params_bad. `where` names
    the setting or the entry of `params`; never a value.
    """

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code}: {where}" if where else code)
        self.code = code
        self.where = where
