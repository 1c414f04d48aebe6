"""Sources in a row: who is asked, who is passed over, and that nobody holds up the desk."""

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from jieyue.catalog.rules.records import BookRecord, Doubt
from jieyue.catalog.sources import chain
from jieyue.catalog.sources.base import (
    Answer,
    Failed,
    FailureKind,
    Found,
    NotFound,
    Source,
    SourceSettings,
)
from jieyue.catalog.sources.chain import Asked, Breaker, ChainAnswer
from jieyue.catalog.sources.http import Web
from jieyue.catalog.sources.registry import build
from tests.sources.answers import BOOK, KEY
from tests.sources.server import FakeSources

ISBN = BOOK.isbn
GOOD = BookRecord(isbn13=ISBN, title="山谷里的灯", authors=("甲一",), publisher="晨光", source="s")
DOWN = Failed(FailureKind.UNREACHABLE, "connection failed")
GENEROUS = 5.0


@dataclass
class Fixed:
    """A source that gives the answers it was told to, the last one for ever."""

    name: str
    answers: list[Answer | Exception]
    identity: str = ""
    timeout_seconds: float = 2.0
    calls: int = 0
    hold: threading.Event | None = None

    def __post_init__(self) -> None:
        self.identity = self.identity or self.name

    def look_up(self, isbn13: str) -> Answer:
        self.calls += 1
        if self.hold:
            self.hold.wait(20)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Shelf:
    """A cache in memory."""

    kept: dict[tuple[str, str], Found | NotFound] = field(default_factory=dict)

    def get(self, source: str, isbn13: str) -> Found | NotFound | None:
        return self.kept.get((source, isbn13))

    def put(self, source: str, isbn13: str, answer: Found | NotFound) -> None:
        self.kept[source, isbn13] = answer


@pytest.fixture
def breaker() -> Breaker:
    return Breaker()


def outcomes(answer: ChainAnswer) -> list[tuple[str, str]]:
    return [(asked.source, asked.outcome) for asked in answer.asked]


def test_the_first_good_answer_ends_the_asking(breaker: Breaker) -> None:
    unknown, good = Fixed("a", [NotFound()]), Fixed("b", [Found(GOOD)])
    third = Fixed("c", [Found(GOOD)])

    answer = chain.look_up(ISBN, [unknown, good, third], breaker=breaker)

    assert answer == ChainAnswer(
        isbn13=ISBN,
        record=GOOD,
        asked=(
            Asked(source="a", outcome="not_found", milliseconds=answer.asked[0].milliseconds),
            Asked(source="b", outcome="found", milliseconds=answer.asked[1].milliseconds),
        ),
    )
    assert third.calls == 0


@pytest.mark.parametrize(
    ("bad", "outcome"),
    [
        (DOWN, "unreachable"),
        (Failed(FailureKind.QUOTA), "quota"),
        (Found(replace(GOOD, isbn13="9787111075752")), "wrong_isbn"),
        (Found(replace(GOOD, title="")), "unusable"),
        (Found(replace(GOOD, title="请求过快")), "unusable"),
        (RuntimeError(KEY), "bad_answer"),
    ],
)
def test_a_bad_answer_is_passed_over(
    breaker: Breaker, bad: Answer | Exception, outcome: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = chain.look_up(
            ISBN, [Fixed("a", [bad]), Fixed("b", [Found(GOOD)])], breaker=breaker
        )

    assert answer.record == GOOD
    assert outcomes(answer) == [("a", outcome), ("b", "found")]
    assert KEY not in caplog.text


def test_doubts_come_with_the_record(breaker: Breaker) -> None:
    thin = BookRecord(title="山谷里的灯", year=2030)

    answer = chain.look_up(ISBN, [Fixed("a", [Found(thin)])], breaker=breaker, this_year=2026)

    assert answer.record == thin
    assert answer.doubts == (
        Doubt.ISBN_NOT_GIVEN,
        Doubt.AUTHOR_MISSING,
        Doubt.PUBLISHER_MISSING,
        Doubt.YEAR_ABSURD,
    )


def test_with_nobody_to_ask_there_is_no_record() -> None:
    assert chain.look_up(ISBN, []) == ChainAnswer(isbn13=ISBN, record=None, asked=())


@pytest.mark.parametrize("isbn13", ["", "9787020002208", "702000220X", "978-7-02-000220-7"])
def test_only_a_valid_isbn13_is_asked_for(isbn13: str) -> None:
    with pytest.raises(ValueError, match="ISBN-13"):
        chain.look_up(isbn13, [])


def test_a_source_that_ignores_its_limit_is_left_behind(breaker: Breaker) -> None:
    hold = threading.Event()
    stuck = Fixed("stuck", [Found(GOOD)], timeout_seconds=0.05, hold=hold)
    started_at = time.monotonic()

    answer = chain.look_up(ISBN, [stuck, Fixed("b", [Found(GOOD)])], breaker=breaker)

    hold.set()
    assert outcomes(answer) == [("stuck", "timeout"), ("b", "found")]
    assert time.monotonic() - started_at < GENEROUS


def test_the_budget_is_for_all_of_them(breaker: Breaker) -> None:
    hold = threading.Event()
    stuck = Fixed("stuck", [Found(GOOD)], timeout_seconds=10, hold=hold)
    late = Fixed("late", [Found(GOOD)])

    answer = chain.look_up(ISBN, [stuck, late], breaker=breaker, budget_seconds=0.1)

    hold.set()
    assert answer.record is None
    assert outcomes(answer) == [("stuck", "timeout"), ("late", "no_time")]
    assert late.calls == 0


def test_what_was_answered_once_is_not_asked_again(breaker: Breaker) -> None:
    shelf = Shelf()
    unknown, good = Fixed("a", [NotFound()]), Fixed("b", [Found(GOOD)])
    chain.look_up(ISBN, [unknown, good], cache=shelf, breaker=breaker)

    again = chain.look_up(ISBN, [unknown, good], cache=shelf, breaker=breaker)

    assert again.record == GOOD
    assert [(a.outcome, a.is_cached) for a in again.asked] == [("not_found", True), ("found", True)]
    assert (unknown.calls, good.calls) == (1, 1)


def test_failures_and_unusable_records_are_not_kept(breaker: Breaker) -> None:
    shelf = Shelf()
    bad = [Fixed("a", [DOWN]), Fixed("b", [Found(replace(GOOD, title=""))])]

    chain.look_up(ISBN, bad, cache=shelf, breaker=breaker)

    assert shelf.kept == {}


class Clock:
    """Monotonic seconds that move when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_after_three_failures_a_source_rests_for_a_minute(breaker: Breaker) -> None:
    clock = Clock()
    down = Fixed("a", [DOWN])

    def once() -> str:
        answer = chain.look_up(ISBN, [down], breaker=breaker, clock=clock)
        return answer.asked[0].outcome

    assert [once() for _ in range(5)] == ["unreachable"] * 3 + ["resting"] * 2
    clock.now += 59
    assert once() == "resting"
    clock.now += 1
    assert [once(), once()] == ["unreachable", "resting"]  # one try, then it rests again
    clock.now += 60
    down.answers = [Found(GOOD)]
    assert [once(), once()] == ["found", "found"]
    assert down.calls == 6


def test_a_success_in_between_starts_the_count_anew(breaker: Breaker) -> None:
    flaky = Fixed("a", [DOWN, DOWN, NotFound(), DOWN, DOWN, NotFound()])

    seen = [chain.look_up(ISBN, [flaky], breaker=breaker).asked[0].outcome for _ in range(6)]

    assert "resting" not in seen


@pytest.mark.parametrize(
    ("failed", "rests"),
    [
        (Failed(FailureKind.WRONG_ISBN), False),
        (Failed(FailureKind.HTTP_STATUS, "HTTP 404", 404), False),
        (Failed(FailureKind.HTTP_STATUS, "HTTP 503", 503), True),
        (Failed(FailureKind.QUOTA), True),
        (Failed(FailureKind.KEY_REFUSED), True),
        (Failed(FailureKind.TIMEOUT), True),
    ],
)
def test_only_what_other_books_would_meet_too_makes_it_rest(
    breaker: Breaker, failed: Failed, rests: bool
) -> None:
    source = Fixed("a", [failed])
    for _ in range(3):
        chain.look_up(ISBN, [source], breaker=breaker)

    assert breaker.is_resting("a", time.monotonic()) is rests


def test_one_librarys_spent_key_does_not_silence_anothers(breaker: Breaker) -> None:
    web = Web(allow_private=True)
    with FakeSources() as server:
        mine = SourceSettings(kind="juhe", name="聚合", key=KEY, base_url=server.url)
        theirs = replace(mine, key="another")
        server.mode = "http_429"
        for _ in range(3):
            chain.look_up(ISBN, [build(mine, web=web)], breaker=breaker)
        server.mode = "ok"

        resting = chain.look_up(ISBN, [build(mine, web=web)], breaker=breaker)
        answer = chain.look_up(ISBN, [build(theirs, web=web)], breaker=breaker)

    assert outcomes(resting) == [("聚合", "resting")]
    assert outcomes(answer) == [("聚合", "found")]


def test_the_breaker_forgets_rather_than_grows(
    breaker: Breaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "MAX_KEPT", 10)
    for number in range(100):
        breaker.note(str(number), is_down=True, now=0.0)

    assert len(breaker._failures) <= 10


@pytest.fixture
def servers() -> Iterator[list[FakeSources]]:
    with FakeSources() as first, FakeSources() as second:
        yield [first, second]


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [
        ("hang", "timeout"),
        ("drip", "timeout"),
        ("http_500", "http_status"),
        ("garbage", "bad_answer"),
        ("html", "bad_answer"),
        ("huge", "bad_answer"),
        ("wrong_isbn", "wrong_isbn"),
        ("error_title", "quota"),
        ("reset", "unreachable"),
    ],
)
def test_behind_every_kind_of_bad_server_the_next_one_answers(
    servers: list[FakeSources], breaker: Breaker, mode: str, outcome: str
) -> None:
    servers[0].mode = mode
    sources: list[Source] = [
        build(
            SourceSettings(
                kind="juhe",
                name=name,
                key=KEY,
                base_url=server.url,
                timeout_seconds=0.5 if server is servers[0] else GENEROUS,
            ),
            web=Web(allow_private=True),
        )
        for name, server in zip("ab", servers, strict=True)
    ]

    answer = chain.look_up(ISBN, sources, breaker=breaker)

    assert outcomes(answer) == [("a", outcome), ("b", "found")]
    assert answer.record is not None
    assert (answer.record.title, answer.doubts) == (BOOK.title, ())
