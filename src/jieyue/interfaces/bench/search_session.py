"""One engine's searches, in a process whose settings name its database.

Started as `python -m jieyue.interfaces.bench.search_session ENGINE TITLES QUERIES`; writes what it
measures as JSON, a row a line.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import django
from pydantic import TypeAdapter

from jieyue.interfaces.bench.cpu import cpu_seconds
from jieyue.interfaces.bench.plan import Found, Indexed, Relevance, Searched

if TYPE_CHECKING:
    from jieyue.interfaces.bench.search_titles import Asked

FIRST = 10  # hits that people look at
WARM = 40  # queries before the clock runs


def run(engine: str, titles: int, queries: int) -> Iterator[Found]:
    """Put the titles in, index them, and search."""
    from jieyue.catalog.search.indexing import is_complete
    from jieyue.interfaces.bench.search_stock import library_with
    from jieyue.interfaces.bench.search_titles import books, made_queries, written_queries
    from jieyue.kit.scope import library_scope

    library_id, token = library_with(titles)
    with library_scope(library_id):
        if not is_complete():  # else it is a folder kept from before
            yield _indexed(engine)
        known = books(titles)
        asked = made_queries(known, queries)
        for one in asked[:WARM]:
            _names(one.text)
        for kind in dict.fromkeys(one.kind for one in asked):
            yield _searched(engine, kind, [one for one in asked if one.kind == kind])
        yield _searched(engine, "all", asked)
        if written := written_queries():
            hits = [_places(one) for one in written]
            yield Relevance(
                engine=engine,
                queries=len(written),
                hit1=round(sum(place == 1 for place in hits) / len(hits), 4),
                hit10=round(sum(0 < place <= FIRST for place in hits) / len(hits), 4),
            )
        yield _through_the_api(engine, token, asked)


def _indexed(engine: str) -> Indexed:
    from jieyue.catalog.search.indexing import index_all
    from jieyue.interfaces.bench.session import postmaster
    from jieyue.interfaces.bench.verify import analyze

    before = _database_mb()
    processes = [os.getpid(), *([postmaster()] if engine == "postgres" else [])]
    began, spent = time.perf_counter(), sum(map(cpu_seconds, processes))
    *_, done = index_all(processes=min(4, os.cpu_count() or 1))
    took = time.perf_counter() - began
    spent = sum(map(cpu_seconds, processes)) - spent
    size = _database_mb() - before
    analyze()
    return Indexed(
        engine=engine,
        titles=done,
        seconds=round(took, 1),
        cpu_s=round(spent, 1),
        index_mb=round(size, 1),
    )


def _database_mb() -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('catalog_titleindex')")
            return float(cursor.fetchone()[0]) / 1e6
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return float(cursor.fetchone()[0]) / 1e6


def _searched(engine: str, kind: str, asked: Sequence["Asked"]) -> Searched:
    times, found = [], 0
    for one in asked:
        began = time.perf_counter()
        names = _names(one.text)
        times.append((time.perf_counter() - began) * 1000)
        found += any(one.is_right(*name) for name in names)
    return _row(engine, kind, times, found / len(asked))


def _row(engine: str, kind: str, times: list[float], found: float) -> Searched:
    times.sort()
    return Searched(
        engine=engine,
        kind=kind,
        queries=len(times),
        p50_ms=round(times[len(times) // 2], 2),
        p95_ms=round(times[min(len(times) - 1, len(times) * 95 // 100)], 2),
        found=round(found, 4),
    )


def _names(text: str) -> list[tuple[str, str]]:
    from jieyue.catalog.search import search_titles

    return [(hit.name, hit.authors) for hit in search_titles(text, limit=FIRST).hits]


def _places(one: "Asked") -> int:
    """Return where the first right title stands, from 1; 0: not among them."""
    right = (place for place, name in enumerate(_names(one.text), 1) if one.is_right(*name))
    return next(right, 0)


def _through_the_api(engine: str, token: str, asked: Sequence["Asked"]) -> Searched:
    """The whole call: routing, sign-in, search, JSON."""
    from django.test import Client

    client = Client(headers={"Authorization": f"Bearer {token}"})
    times, found = [], 0
    for one in asked[: 5 * WARM]:
        began = time.perf_counter()
        answer: Any = client.get("/api/v1/titles", {"q": one.text, "limit": str(FIRST)})
        times.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"bench: the API answered {answer.status_code}")
        found += any(one.is_right(hit["name"], hit["authors"]) for hit in answer.json()["titles"])
    return _row(engine, "api call", times, found / len(times))


def main() -> None:
    """Read the arguments, print a row a line as it is measured."""
    engine, titles, queries = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    django.setup()
    for row in run(engine, titles, queries):
        sys.stdout.write(TypeAdapter(Found).dump_json(row).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
