"""Asking a library's sources one after the other, within a time a person will wait.

In order, not at once: most services are paid by the call, and the library has put them in the
order it trusts. What keeps one bad source from spoiling it: its own time limit, enforced from
outside; and a breaker, so that a source that is down costs its limit three times, not every time.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from jieyue.catalog.rules.isbn import is_isbn13
from jieyue.catalog.rules.records import UNUSABLE, BookRecord, Doubt, doubts
from jieyue.catalog.sources.base import Answer, Failed, FailureKind, Found, NotFound, Source
from jieyue.kit.net.deadline import TooSlowError, within

BUDGET_SECONDS = 10.0
GRACE_SECONDS = 0.25
"""Waited beyond a source's own limit, so that it can say itself that it timed out."""
FAILURES_TO_OPEN = 3
OPEN_SECONDS = 60.0
MAX_KEPT = 2_000
"""Sources a breaker remembers; a process serves many libraries."""

_log = logging.getLogger(__name__)


class Cache(Protocol):
    """Answers kept by the caller. Called in the caller's thread only.

    `source` is the source's name; what else tells entries apart (the library) is the caller's.
    """

    def get(self, source: str, isbn13: str) -> Found | NotFound | None:
        """The kept answer, or None."""
        ...

    def put(self, source: str, isbn13: str, answer: Found | NotFound) -> None:
        """Keep an answer. Failures are never offered."""
        ...


class NoCache:
    """Keeps nothing."""

    def get(self, source: str, isbn13: str) -> Found | NotFound | None:
        """Nothing is kept."""
        return None

    def put(self, source: str, isbn13: str, answer: Found | NotFound) -> None:
        """Nothing is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One source and what came of it.

    `outcome`: found, not_found, unusable (found, but not to be shown), a `FailureKind`, resting
    (its breaker is open) or no_time (the budget was spent before its turn).
    """

    source: str
    outcome: str
    milliseconds: int = 0
    is_cached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainAnswer:
    """The first good record, in the library's order of sources, and what was asked for it.

    `doubts` are those of `record`; without a record there are none.
    """

    type: Literal["chain_answer"] = field(default="chain_answer", init=False)
    isbn13: str
    record: BookRecord | None
    asked: tuple[Asked, ...]
    doubts: tuple[Doubt, ...] = ()


class Breaker:
    """Remembers, for this process, which sources failed three times in a row.

    Such a source rests for a minute; then one call tries it again, and one more failure makes it
    rest again. Safe for threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: dict[str, int] = {}
        self._rests_until: dict[str, float] = {}

    def is_resting(self, identity: str, now: float) -> bool:
        """Whether to leave the source alone. `now` is monotonic seconds."""
        with self._lock:
            until = self._rests_until.get(identity)
            if until is None or now >= until:
                if until is not None:  # this caller is the one who tries; others still wait
                    self._rests_until[identity] = now + OPEN_SECONDS
                return False
            return True

    def note(self, identity: str, *, is_down: bool, now: float) -> None:
        """Record how a call ended."""
        with self._lock:
            if not is_down:
                self._failures.pop(identity, None)
                self._rests_until.pop(identity, None)
                return
            if len(self._failures) >= MAX_KEPT and identity not in self._failures:
                oldest = next(iter(self._failures))
                self._failures.pop(oldest)
                self._rests_until.pop(oldest, None)
            self._failures[identity] = self._failures.get(identity, 0) + 1
            if self._failures[identity] >= FAILURES_TO_OPEN:
                self._rests_until[identity] = now + OPEN_SECONDS


BREAKER = Breaker()
"""This process's breaker."""


def look_up(
    isbn13: str,
    sources: Sequence[Source],
    *,
    cache: Cache | None = None,
    budget_seconds: float = BUDGET_SECONDS,
    this_year: int | None = None,
    breaker: Breaker = BREAKER,
    clock: Callable[[], float] = time.monotonic,
) -> ChainAnswer:
    """Ask `sources` in order until one has a usable record. Takes at most the budget.

    A record of another ISBN, without a title or with an error text for one is passed over.
    `this_year` sharpens the check of the year; `clock` is monotonic seconds.

    Raises:
        ValueError: `isbn13` is not a valid ISBN-13.

    """
    if not is_isbn13(isbn13):
        raise ValueError("not a valid ISBN-13")
    asking = _Asking(isbn13, cache or NoCache(), breaker, clock, clock() + budget_seconds)
    asked: list[Asked] = []
    for source in sources:
        started_at = clock()
        answer, outcome, is_cached = asking.one(source, this_year)
        milliseconds = int((clock() - started_at) * 1000)
        asked.append(
            Asked(
                source=source.name,
                outcome=outcome,
                milliseconds=milliseconds,
                is_cached=is_cached,
            )
        )
        if isinstance(answer, Found) and outcome == "found":
            return ChainAnswer(
                isbn13=isbn13,
                record=answer.record,
                asked=tuple(asked),
                doubts=doubts(answer.record, isbn13, this_year=this_year),
            )
    return ChainAnswer(isbn13=isbn13, record=None, asked=tuple(asked))


@dataclass(frozen=True, slots=True)
class _Asking:
    """What stays the same while the sources are asked for one book."""

    isbn13: str
    cache: Cache
    breaker: Breaker
    clock: Callable[[], float]
    ends_at: float

    def one(self, source: Source, this_year: int | None) -> tuple[Answer | None, str, bool]:
        """One source's answer (None if it was not asked), its outcome, and whether it was kept."""
        kept = self.cache.get(source.name, self.isbn13)
        if kept is not None:
            return kept, self._outcome(kept, this_year), True
        left = self.ends_at - self.clock()
        if left <= 0:
            return None, "no_time", False
        if self.breaker.is_resting(source.identity, self.clock()):
            return None, "resting", False
        answer = _ask(source, self.isbn13, left)
        is_down = isinstance(answer, Failed) and _says_down(answer)
        self.breaker.note(source.identity, is_down=is_down, now=self.clock())
        outcome = self._outcome(answer, this_year)
        if outcome in {"found", "not_found"} and not isinstance(answer, Failed):
            self.cache.put(source.name, self.isbn13, answer)
        return answer, outcome, False

    def _outcome(self, answer: Answer, this_year: int | None) -> str:
        if isinstance(answer, Failed):
            return str(answer.kind)
        if isinstance(answer, NotFound):
            return "not_found"
        why = doubts(answer.record, self.isbn13, this_year=this_year)
        if Doubt.ISBN_DIFFERS in why:
            return str(FailureKind.WRONG_ISBN)
        return "unusable" if UNUSABLE.intersection(why) else "found"


def _ask(source: Source, isbn13: str, left: float) -> Answer:
    """The source's answer within its limit and the time left, whatever it does."""
    try:
        return within(
            min(source.timeout_seconds + GRACE_SECONDS, left), lambda: source.look_up(isbn13)
        )
    except TooSlowError:
        return Failed(FailureKind.TIMEOUT, "gave no answer in time")
    except Exception as error:  # noqa: BLE001 # a faulty adapter must not stop the others
        # Only the kind of error: its text may hold the address, and with it the key.
        _log.error("source %r broke: %s", source.name, type(error).__name__)
        return Failed(FailureKind.BAD_ANSWER, "could not be read")


def _says_down(failed: Failed) -> bool:
    """Whether the failure is the source's, not this book's: other books would meet it too."""
    if failed.kind is FailureKind.HTTP_STATUS:
        return failed.status is None or failed.status >= 500
    return failed.kind is not FailureKind.WRONG_ISBN
