"""One engine's look for contradictions, in a process whose settings name its database.

Started as `python -m jieyue.interfaces.bench.check_session ENGINE LOANS`; writes a Checked as JSON
a line. It fails if anything contradicts itself: then the bench stocked its library wrongly.
"""

import sys
import time
from collections.abc import Iterator

import django
from pydantic import TypeAdapter

from jieyue.interfaces.bench.cpu import cpu_seconds
from jieyue.interfaces.bench.plan import Checked


def run(engine: str, loans: int) -> Iterator[Checked]:
    """Stock, then look with each check."""
    from jieyue.circulation.queries.contradictions import PASSES, contradictions
    from jieyue.interfaces.bench.past import library_with_a_past
    from jieyue.interfaces.bench.session import postmaster
    from jieyue.interfaces.bench.verify import analyze
    from jieyue.kit.scope import library_scope

    library_id = library_with_a_past(loans)
    analyze()
    database = postmaster() if engine == "postgres" else None
    for check in PASSES:
        before = time.process_time() + (cpu_seconds(database) if database else 0.0)
        began = time.perf_counter()
        with library_scope(library_id):
            found = contradictions([check])
        took = time.perf_counter() - began
        spent = time.process_time() + (cpu_seconds(database) if database else 0.0) - before
        if found:
            raise SystemExit(f"bench: {check} found {len(found)}, such as {found[0].facts}")
        yield Checked(engine=engine, check=check, loans=loans, seconds=took, cpu_s=spent)


def main() -> None:
    """Read the arguments, print a row a line as it is measured, and the sum of them."""
    engine, loans = sys.argv[1], int(sys.argv[2])
    django.setup()
    seconds = cpu = 0.0
    for row in run(engine, loans):
        _show(row)
        seconds += row.seconds
        cpu += row.cpu_s
    _show(Checked(engine=engine, check="all", loans=loans, seconds=seconds, cpu_s=cpu))


def _show(row: Checked) -> None:
    sys.stdout.write(TypeAdapter(Checked).dump_json(row).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
