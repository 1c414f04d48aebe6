"""What the parts of a bench tell each other: sizes, work and measurements."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How large the library is."""

    titles: int = 10_000
    copies: int = 20_000
    readers: int = 2_000
    ended: int = 40_000  # loans of the past
    lent: int = 3_000  # of the copies, before the bench begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """The library a bench runs in."""

    library_id: int
    branch_id: int
    token: str
    copies: list[str]  # barcodes of those on the shelf
    cards: list[str]
    loans: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request: its idempotency key, path, JSON body and how many copies it is about."""

    key: str
    path: str
    body: str
    copies: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a load process does: `clients` connections work off `calls` for `seconds` at most."""

    port: int
    token: str
    clients: int
    seconds: float
    calls: list[Call]


@dataclass(slots=True, kw_only=True)
class Done:
    """What a load process saw. Times in seconds; answers by key, of calls that succeeded."""

    elapsed: float = 0.0
    latencies: list[float] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the result. CPU is the server's: web processes and database."""

    engine: str
    op: str
    clients: int
    per_s: float
    p50_ms: float
    p95_ms: float
    cpu_ms_per_op: float
    db_cpu_ms_per_op: float | None  # the database's share; None where it is in the web process
    copies_per_op: int
    cpu_ms_per_copy: float
    ops: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What one look for contradictions took. CPU is the process's and the database's."""

    engine: str
    check: str  # the statement's name (one may answer several checks), or `all`
    loans: int
    seconds: float
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """What making the search index took. `index_mb` beside the titles themselves.

    CPU is that of all processes, the database's included.
    """

    engine: str
    kind: str = "index"
    titles: int
    seconds: float
    cpu_s: float
    index_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """How long queries of a kind take; `found` is the share with the title among the first ten."""

    engine: str
    kind: str
    queries: int
    p50_ms: float
    p95_ms: float
    found: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """Of queries that people wrote: the shares with a right title first, and among ten."""

    engine: str
    kind: str = "relevance"
    queries: int
    hit1: float
    hit10: float


Found = Indexed | Searched | Relevance


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """What came of a morning: each reader without a book brought back is to get one mail.

    Seconds and CPU are those of the processes that write and send, starts left out; `doubled`
    counts readers with two mails, `needless` mails about a book that was back before it was taken
    up.
    """

    engine: str
    readers: int
    kills: int
    mails: int
    doubled: int
    missing: int
    needless: int
    seconds: float
    cpu_s: float
    peak_mb: float
