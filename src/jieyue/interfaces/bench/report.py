"""A bench's rows as a table for people."""

from collections.abc import Iterator
from typing import Final

from jieyue.interfaces.bench.plan import Checked, Row

HEADINGS: Final = (
    "engine",
    "op",
    "clients",
    "per s",
    "p50 ms",
    "p95 ms",
    "CPU ms/op",
    "of it db",
    "CPU ms/copy",
)
WIDTHS: Final = (9, 14, 8, 9, 8, 8, 10, 9, 12)


def table(rows: Iterator[Row]) -> None:
    """Print each row as it comes. CPU is the server's, database included, clients not."""
    print("".join(text.ljust(width) for text, width in zip(HEADINGS, WIDTHS, strict=True)))
    for row in rows:
        database = "" if row.db_cpu_ms_per_op is None else f"{row.db_cpu_ms_per_op:.2f}"
        cells = (
            row.engine, row.op, str(row.clients), f"{row.per_s:.0f}", f"{row.p50_ms:.2f}",
            f"{row.p95_ms:.2f}", f"{row.cpu_ms_per_op:.2f}", database, f"{row.cpu_ms_per_copy:.2f}",
        )  # fmt: skip
        shown = zip(cells, WIDTHS, strict=True)
        print("".join(text.ljust(width) for text, width in shown), flush=True)


def checks_table(rows: Iterator[Checked]) -> None:
    """Print each row as it comes. CPU is this process's and the database's."""
    print(f"{'engine':9}{'check':28}{'loans':>9}{'seconds':>9}{'CPU s':>9}")
    for row in rows:
        cells = f"{row.loans:9}{row.seconds:9.2f}{row.cpu_s:9.2f}"
        print(f"{row.engine:9}{row.check:28}{cells}", flush=True)
